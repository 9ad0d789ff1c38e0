import type { Command } from 'commander'
import type { CheckReport, ServerReport, CheckStep } from '../../check/report.js'
import type { ExitCode, Finish, Io } from '../io.js'
import {
  accountFileOption,
  addAccountOptions,
  readAccount,
  readConfig,
  type LookUpOptions,
} from '../options.js'
import { oneLine } from '../../account/visible.js'
import { paintFor, tell, write, writeStyled, type Paint } from '../output.js'
import { readPassword } from '../read-password.js'
import { timeoutUpTo } from '../timeout-option.js'

interface CheckOptions extends LookUpOptions {
  readonly passwordStdin?: true
  readonly json?: true
  /** In seconds. */
  readonly timeout: number
}

const MAX_TIMEOUT = 600

const TITLES: Readonly<Record<CheckStep['step'], string>> = {
  resolution: 'name',
  connection: 'connection',
  greeting: 'greeting',
  starttls: 'STARTTLS',
  tls: 'TLS',
  capabilities: 'capabilities',
  authentication: 'authentication',
  service: 'service',
  login: 'log-in',
  mailbox: 'mailbox',
  sender: 'sending',
}

const ROLES: Readonly<Record<ServerReport['role'], string>> = {
  incoming: 'Incoming',
  outgoing: 'Outgoing',
  calendar: 'Calendar',
  contacts: 'Contacts',
}

const NAMES: Readonly<Record<ServerReport['protocol'], string>> = {
  imap: 'IMAP',
  pop3: 'POP3',
  smtp: 'SMTP',
  caldav: 'CalDAV',
  carddav: 'CardDAV',
}

// Words that tell without colour; SGR colours that show on dark and on light.
const MARKS: Readonly<Record<CheckStep['status'], readonly [string, string]>> = {
  ok: ['ok', '32'],
  warning: ['warn', '33'],
  failed: ['FAIL', '31'],
  skipped: ['-', '2'],
}

export function checkCommand(program: Command, io: Io, finish: Finish): void {
  const command = program
    .command('check')
    .description('Connects to the servers of an account and says what works.')
    .argument('[address]', 'a mail address whose settings are known')
    .addOption(accountFileOption())
    .option(
      '--password-stdin',
      'log in, with the first line of standard input as password; a terminal asks for it',
    )
    .option('--timeout <seconds>', 'how long each step may take', timeoutUpTo(MAX_TIMEOUT), 10)
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nNo message is sent: it asks whether mail from the address to itself would be taken, and' +
        '\nstops there. A password goes over TLS only, to a server whose certificate holds.' +
        '\nExits with 1 when something failed.' +
        '\n\nExample:\n  mailprofile check ann@btinternet.com --password-stdin < password.txt',
    )
  addAccountOptions(command).action((address: string | undefined, options: CheckOptions) =>
    finish(check(address, options, io)),
  )
}

async function check(
  address: string | undefined,
  options: CheckOptions,
  io: Io,
): Promise<ExitCode> {
  const { checkAccount } = await import('../../check/account.js')
  const { account } = await readAccount(address, options, await readConfig(options.config, io), io)
  const password = options.passwordStdin ? await readPassword(io) : undefined
  if (io.stderr.isTTY === true) await tell(io.stderr, 'Connecting to the servers …\n')
  const report = await checkAccount(account, {
    password,
    timeout: options.timeout * 1000,
    signal: io.signal,
    now: io.now(),
    ...io.mailServers,
  })
  if (options.json) await write(io.stdout, `${JSON.stringify(report, null, 2)}\n`)
  else await writeStyled(io.stdout, describe(report, paintFor(io)))
  return report.ok ? 0 : 1
}

function describe(report: CheckReport, colour: Paint): string {
  const servers = report.servers.map((server) => describeServer(server, colour))
  return [...servers, `${summary(report)}\n`].join('\n')
}

function describeServer(server: ServerReport, colour: Paint): string {
  const { role, protocol, host, port, security, steps } = server
  // A host name is letters, digits and hyphens.
  const place = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
  const title = `${ROLES[role]}: ${NAMES[protocol]}, ${place}, ${security}\n`
  return [title, ...steps.map((step) => describeStep(step, colour))].join('')
}

function describeStep({ step, status, code, detail, cause }: CheckStep, colour: Paint): string {
  const [mark, shade] = MARKS[status]
  const said = oneLine([code, detail].filter((text) => text !== undefined).join(': '))
  const line = `  ${colour(mark, shade)}${' '.repeat(6 - mark.length)}${TITLES[step].padEnd(14)}  ${said}`
  return `${line.trimEnd()}\n${cause === undefined ? '' : `${' '.repeat(24)}${oneLine(cause)}\n`}`
}

function summary({ servers }: CheckReport): string {
  const steps = servers.flatMap((server) => server.steps)
  const count = (status: CheckStep['status']) =>
    steps.filter((step) => step.status === status).length
  const [failed, warnings] = [count('failed'), count('warning')]
  const notes = warnings === 0 ? '' : `, ${plural(warnings, 'warning')}`
  if (failed > 0) return `${plural(failed, 'problem')}${notes}.`
  const loggedIn = servers.every(({ steps: taken }) =>
    taken.every(({ step, status }) => step !== 'login' || status !== 'skipped'),
  )
  return loggedIn ? `All works${notes}.` : `All works as far as it was tried${notes}.`
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`
}
