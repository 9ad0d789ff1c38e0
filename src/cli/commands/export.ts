import type { Command } from 'commander'
import { hasPassword, withPassword, type Account } from '../../account/account.js'
import { parseLanguage } from '../../account/language.js'
import { MailProfileError } from '../../errors.js'
import { exportFormat } from '../../formats/export.js'
import type { Format, RenderContext } from '../../formats/format.js'
import { getFormat, signInFormat } from '../../formats/index.js'
import { isUnsigned } from '../../http/request/signing-policy.js'
import type { Finish, Io } from '../io.js'
import {
  accountFileOption,
  addAccountOptions,
  readAccount,
  readConfig,
  type LookUpOptions,
} from '../options.js'
import { tell, write, writeOutput } from '../output.js'
import { readPassword } from '../read-password.js'
import { configuredContext } from '../configured-context.js'
import { readIdentity } from '../../server/configured-identity.js'
import { parseArgument, UsageError } from '../usage-error.js'

interface ExportOptions extends LookUpOptions {
  readonly unsigned?: true
  readonly passwordStdin?: true
  readonly output?: string
  readonly language?: string
}

export function exportCommand(program: Command, io: Io, finish: Finish): void {
  const command = program
    .command('export')
    .description('Makes one format from an account: a signed profile, a settings sheet, …')
    .argument('<format>', 'one of the ids that "mailprofile formats" lists')
    .argument('[address]', 'a mail address whose settings are known')
    .addOption(accountFileOption())
    .option('--unsigned', 'without a signature')
    .option(
      '--language <tag>',
      'the language of the words in it, such as de or pt-BR (default: English)',
    )
    .option(
      '--password-stdin',
      'put the password, the first line of standard input, into it; a terminal asks for it',
    )
    .option('-o, --output <file>', 'where to write it; - for standard output')
    .addHelpText(
      'after',
      '\nExamples:\n  mailprofile export apple-profile ann@btinternet.com -o ann.mobileconfig' +
        '\n  mailprofile export k9-settings ann@btinternet.com -o ann.k9s' +
        '\n  mailprofile export settings-sheet ann@btinternet.com --language de -o ann.txt',
    )
  addAccountOptions(command).action(
    (format: string, address: string | undefined, options: ExportOptions) =>
      finish(exportAccount(format, address, options, io)),
  )
}

async function exportAccount(
  id: string,
  address: string | undefined,
  options: ExportOptions,
  io: Io,
): Promise<void> {
  const format = parseArgument(() => getFormat(id))
  if (options.passwordStdin && !format.carries.includes('passwords')) {
    throw new UsageError(`The format ${id} carries no password.`)
  }
  const { language: tag } = options
  const language =
    tag === undefined ? undefined : parseArgument(() => parseLanguage(tag, '--language'))
  const whole = await readConfig(options.config, io)
  const { account: read, found, config, person } = await readAccount(address, options, whole, io)
  let account = read
  if (options.passwordStdin) account = withPassword(account, await readPassword(io))
  requirePassword(format, account)
  const context = configuredContext(config, account, found)
  requireNoSignIn(format, account, context)
  // An account that came from a file is the operator's own.
  const isNotVouched = found !== undefined && isUnsigned(format, found, config.discovery.sign)
  const unsigned = options.unsigned === true || isNotVouched
  const mustSign = format.signed && !unsigned
  const loaded = mustSign ? await readIdentity(config, io) : undefined
  const { body, fileName } = await exportFormat(format, account, {
    ...context,
    language: language ?? person?.language,
    signingIdentity: loaded?.identity,
    unsigned,
    now: io.now(),
  })
  if (format.kind !== 'file' && options.output === undefined && io.stdout.isTTY === true) {
    await write(io.stdout, `${Buffer.from(body).toString('utf8')}\n`)
    return
  }
  await writeOutput(body, { output: options.output, fileName }, io)
  if (isNotVouched && options.unsigned !== true) await tell(io.stderr, `Warning: ${NOT_SIGNED}\n`)
  if (loaded === undefined) return
  for (const warning of [...loaded.identity.warnings(io.now()), ...loaded.warnings]) {
    await tell(io.stderr, `Warning: ${warning}\n`)
  }
}

const NOT_SIGNED =
  'The profile is not signed, because these settings were found and nobody here vouches for them.'

// On a page people are led there.
function requireNoSignIn(format: Format, account: Account, context: RenderContext): void {
  const support = format.support(account, context)
  if (support.supported || support.code !== 'oauth_only') return
  const other = signInFormat(account, context)
  if (other === undefined) return
  throw new MailProfileError('oauth_only', support.text, {
    hint: `The format ${other.id} is for it: people sign in on their iPhone or iPad.`,
    field: support.field,
  })
}

// The format's own reason speaks of the setup page, where the person types the password.
function requirePassword({ id, page }: Format, account: Account): void {
  if (page?.withoutPassword?.support(account).supported !== true || hasPassword(account)) return
  throw new MailProfileError('unsupported_account', `The format ${id} needs the password.`, {
    hint: 'Give it on standard input, with --password-stdin.',
  })
}
