import { InvalidArgumentError, Option, type Command } from 'commander'
import { domainOf, parseAddress } from '../../account/address.js'
import { INCOMING_PROTOCOLS } from '../../account/server.js'
import type { Secret } from '../../account/secret.js'
import { CLI_MAKER } from '../../config/cli-maker.js'
import { sendingAnswer } from '../../delivery/sending-answer.js'
import type { InvitationMessage } from '../../delivery/delivery.js'
import type { SendingReport } from '../../delivery/send-invitation.js'
import { completed } from '../../directory/complete.js'
import type { Invitations } from '../../invitations/invitations.js'
import { madeAnswer } from '../../invitations/answer.js'
import { invitableAccount } from '../../invitations/account.js'
import type { Terms } from '../../invitations/terms.js'
import { isInvitationId } from '../../invitations/token.js'
import { baseUrlRequired } from '../base-url-required.js'
import { withInvitations } from '../with-invitations.js'
import { withPeople } from '../find-person.js'
import type { Finish, Io } from '../io.js'
import {
  CHANGES,
  listInvitations,
  showInvitation,
  shownTime,
  type Change,
  type KeptOptions,
  type ListOptions,
} from '../kept-invitations.js'
import { readCatalogue } from '../../server/configured-catalogue.js'
import { tenantOfDomain } from '../../server/tenant-of-domain.js'
import { addConfigOption, addProvidersOption, readConfig, wholeNumberIn } from '../options.js'
import { rows, write, writeOutput } from '../output.js'
import { pictureOf } from '../picture.js'
import { readPassword } from '../read-password.js'
import type { SendAgainOptions } from '../send-again.js'
import {
  describeSending,
  readRecipient,
  sendFor,
  unsentError,
  withDelivery,
} from '../with-delivery.js'
import { parseArgument, UsageError } from '../usage-error.js'

/** Sends what was made. */
type Deliver = (
  invitations: Invitations,
  message: Omit<InvitationMessage, 'deliverTo'>,
) => Promise<SendingReport>

interface InviteOptions extends KeptOptions {
  readonly providers?: readonly string[]
  readonly name?: string
  readonly protocol?: string
  readonly username?: string
  readonly passwordStdin?: true
  readonly code?: true
  readonly expires?: number
  readonly window?: number
  readonly downloads?: number
  readonly reference?: string
  readonly language?: string
  readonly send?: true
  readonly deliverTo?: string
  readonly output?: string
}

export function inviteCommand(program: Command, io: Io, finish: Finish): void {
  const command = program
    .command('invite')
    .description('Makes a link that sets a mail account up, for one person and a short while.')
    .enablePositionalOptions()
    .argument('<address>', 'the mail address of the person')
    .option('--name <name>', "the person's name, as others see it")
    .addOption(
      new Option('--protocol <protocol>', 'how mail is received').choices([...INCOMING_PROTOCOLS]),
    )
    .option('--username <name>', 'instead of the one that follows from the address')
    .option(
      '--password-stdin',
      'put the password, the first line of standard input, into it; a terminal asks for it',
    )
    .option('--code', 'ask for a six-digit code, which you tell the person another way')
    .option('--expires <hours>', 'until it expires, 1 to 720 (default: 72)', wholeNumberIn)
    .option('--window <minutes>', 'open after the first download, 1 to 60 (10)', wholeNumberIn)
    .option('--downloads <number>', 'at most, 1 to 20 (default: 5)', wholeNumberIn)
    .option('--language <tag>', "the person's, such as de: of the pages that the link leads to")
    .option('--reference <text>', 'your own word for it, without @: a ticket, a number')
    .option('--send', 'send it, by the configured delivery, to --deliver-to')
    .option('--deliver-to <address>', 'a second address, which the person reads already')
    .option('-o, --output <file>', 'its QR code, to a file that ends in .svg or .png')
    .option('--json', 'print JSON')
  command.addHelpText(
    'after',
    '\nExample:\n  mailprofile invite ann@btinternet.com --password-stdin < password.txt',
  )
  addProvidersOption(addConfigOption(command)).action((address: string, options: InviteOptions) =>
    finish(invite(address, options, io)),
  )
  const keptOptions = (subcommand: Command) =>
    addConfigOption(subcommand).option('--json', 'print JSON')
  const list = command
    .command('list')
    .description('Lists the invitations that anybody made, newest first.')
    .option('--reference <text>', 'only those with this reference')
    .option('--state <state>', 'only pending, opened, spent, expired or revoked ones')
    .option('--limit <number>', 'no more than so many, the newest', parseLimit)
  keptOptions(list).action((options: ListOptions) => finish(listInvitations(options, io)))
  const send = command
    .command('send')
    .description('Sends an invitation that was made before: its link is read from standard input.')
    .argument('<address>', 'the mail address of the person')
    .requiredOption('--deliver-to <address>', 'a second address, which the person reads already')
    .option('--name <name>', "the person's name, if the invitation asks for a code")
    .option('--language <tag>', "the person's, if the invitation asks for a code")
    .option('--again', 'also if it was sent before, or may have been')
  keptOptions(send).action(async (address: string, options: SendAgainOptions) => {
    const { sendAgain } = await import('../send-again.js')
    return finish(sendAgain(address, options, io))
  })
  const one = (name: string, description: string, change: Change) => {
    const subcommand = command
      .command(name)
      .description(description)
      .argument('<id>', 'as “invite list” shows it')
      // One id of 64 begins with a dash.
      .allowUnknownOption()
      .allowExcessArguments()
      .helpOption('--help', 'display help for command, as -h does')
    keptOptions(subcommand).action((id: string, options: KeptOptions) => {
      const { args } = subcommand
      if (args.includes('-h')) subcommand.help()
      if (args.some((word) => word.startsWith('-') && !isInvitationId(word))) {
        throw new UsageError('There is an option that is not known.')
      }
      if (args.length > 1) throw new UsageError('It takes one ID.')
      return finish(showInvitation(id, change, options, io))
    })
  }
  one('show', 'Shows one invitation.', CHANGES.show)
  one('revoke', 'Ends one invitation and erases what is in it.', CHANGES.revoke)
  one('unlock', 'Gives the tries to type the code back.', CHANGES.unlock)
}

async function invite(address: string, options: InviteOptions, io: Io): Promise<void> {
  const { output, json } = options
  // All that can be wrong is found before there is an invitation.
  const picture = output === undefined ? undefined : pictureOf(output)
  const request = await readRequest(address, options)
  const domain = domainOf(parseAddress(address.trim()))
  const config = await tenantOfDomain(await readConfig(options.config, io), domain)
  const { baseUrl, name: tenant } = config
  if (baseUrl === undefined) {
    throw baseUrlRequired('link', domain, config)
  }
  const catalogue = await readCatalogue(config, options.providers ?? [], io)
  const { person, terms, deliverTo } = request(
    options.passwordStdin ? await readPassword(io) : undefined,
  )
  invitableAccount(catalogue, person)
  const whole = await withPeople(config, io, (people) =>
    completed(person, people, { signal: io.signal }),
  )
  const make = (deliver?: Deliver) =>
    withInvitations(config, io, async (all) => {
      const invitations = all.forTenant(tenant)
      const made = await invitations.make(whole, { ...terms, maker: CLI_MAKER })
      const answer = madeAnswer(made, baseUrl)
      const { id, code: passcode, expiresAt } = made
      const report = await deliver?.(invitations, {
        ...{ id, passcode, expiresAt, url: answer.url },
        ...{ address: whole.address, name: whole.name, language: whole.language },
      })
      return { answer, report }
    })
  const { answer, report } =
    deliverTo === undefined
      ? await make()
      : await withDelivery({ ...config, baseUrl }, io, async (delivery) => {
          const recipient = await readRecipient(deliverTo, whole, config, delivery, io)
          return make((invitations, message) =>
            sendFor(
              invitations,
              delivery,
              { ...message, deliverTo: recipient },
              { signal: io.signal },
            ),
          )
        })
  const { qrCode } = await import('../../qr/qr-code.js')
  if (!json && picture === undefined && io.stdout.isTTY === true) {
    const { writeQrCode } = await import('../write-qr-code.js')
    await writeQrCode(io.stdout, answer.url, io)
    await write(io.stdout, '\n')
  }
  const told = report === undefined ? answer : { ...answer, delivery: sendingAnswer(report) }
  const shown = json ? `${JSON.stringify(told, null, 2)}\n` : describe(answer, terms, report)
  await write(io.stdout, shown)
  // Last: a file that cannot be written must not lose the link.
  if (picture !== undefined && output !== undefined) {
    await writeOutput(picture(qrCode(answer.url)), { output, fileName: output }, io)
  }
  const again = `mailprofile invite send ${whole.address} --deliver-to …`
  const error = report && unsentError(report, again)
  if (error !== undefined) throw error
}

// What is wrong with a name or a reference is wrong with what they say, not with the command line.
const OPTIONS: ReadonlySet<string> = new Set(['expires', 'window', 'downloads', 'deliverTo'])

/** What is asked for, for which a password may come later: nobody types one in vain. */
async function readRequest(address: string, options: InviteOptions) {
  const { parseInvitationRequest } = await import('../../invitations/request.js')
  const { name, protocol, username, code, expires, window, downloads, reference, language } =
    options
  const { send, deliverTo } = options
  const request = (password?: Secret) =>
    parseInvitationRequest({
      address: address.trim(),
      password: password?.reveal(),
      ...{ name, protocol, username, code, expires, window, downloads, reference, language },
      ...{ send, deliverTo },
    })
  parseArgument(request, ({ field = '' }) => OPTIONS.has(field))
  return request
}

function describe(
  { url, code: passcode, expiresAt, id }: ReturnType<typeof madeAnswer>,
  { downloads, window }: Terms,
  report: SendingReport | undefined,
): string {
  const lines: (readonly [string, string])[] = [
    ['Link', url],
    ...(passcode === undefined ? [] : [['Code', passcode] as const]),
    ['Expires', shownTime(expiresAt)],
    ['Downloads', `${downloads}, within ${window} minutes of the first`],
    ['Id', id],
    ...(report === undefined ? [] : [['Sent', describeSending(report)] as const]),
  ]
  const advice =
    passcode === undefined
      ? 'Whoever has the link can use it: send it to nobody else.'
      : 'Tell the person the code another way than the link, by telephone or letter.'
  return `${rows(lines, '')}${advice}\n`
}

function parseLimit(text: string): number {
  const limit = wholeNumberIn(text)
  if (!(limit >= 1)) throw new InvalidArgumentError('It has to be a whole number from 1.')
  return limit
}
