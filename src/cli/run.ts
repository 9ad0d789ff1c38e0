import { Command, CommanderError } from 'commander'
import { SearchedInVain } from '../discovery/attempt.js'
import { MailProfileError } from '../errors.js'
import { version } from '../version.js'
import type { ExitCode, Finish, Io } from './io.js'
import { oneLine, visible, write } from './output.js'

type AddCommand = (program: Command, io: Io, finish: Finish) => void

// In the order of the help. Only the command that is asked for is loaded: some need a lot.
const COMMANDS: ReadonlyMap<string, () => Promise<AddCommand>> = new Map([
  ['serve', async () => (await import('./commands/serve.js')).serveCommand],
  ['lookup', async () => (await import('./commands/lookup.js')).lookupCommand],
  ['export', async () => (await import('./commands/export.js')).exportCommand],
  ['formats', async () => (await import('./commands/formats.js')).formatsCommand],
  ['qr', async () => (await import('./commands/qr.js')).qrCommand],
  ['inspect', async () => (await import('./commands/inspect.js')).inspectCommand],
  ['check', async () => (await import('./commands/check.js')).checkCommand],
  ['providers', async () => (await import('./commands/providers.js')).providersCommand],
  ['invite', async () => (await import('./commands/invite.js')).inviteCommand],
  ['keys', async () => (await import('./commands/keys.js')).keysCommand],
  ['config', async () => (await import('./commands/config.js')).configCommand],
])

/**
 * The command line.
 *
 * @param argv without the program's own name
 * @returns 0 done, 1 could not, 2 wrong usage
 */
export async function run(argv: readonly string[], io: Io): Promise<ExitCode> {
  let exitCode: ExitCode = 0
  const failed = (error: unknown): ExitCode => {
    io.stderr.write(visible(explain(error)))
    return 1
  }
  let help: ExitCode | Promise<ExitCode> = 0
  const finish: Finish = async (work) => {
    const code = await work
    exitCode = typeof code === 'number' ? code : 0
  }
  const program = new Command('mailprofile')
    .description('Sets up mail accounts on phones: settings, signed profiles and QR codes.')
    .version(version)
    .configureOutput({
      writeOut: (text) => {
        help = write(io.stdout, text).then(() => 0, failed)
      },
      writeErr: (text) => io.stderr.write(visible(text)),
      outputError: (text, write) => write(usageError(text)),
    })
    .showHelpAfterError('Run it with --help to see how it is used.')
    .exitOverride()
    // What follows the name of a command is its own, also where that has commands in turn.
    .enablePositionalOptions()
  const named = COMMANDS.get(argv[0] ?? '')
  const loaders = named === undefined ? [...COMMANDS.values()] : [named]
  for (const load of loaders) (await load())(program, io, finish)
  try {
    await program.parseAsync(argv, { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? help : 2
    return failed(error)
  }
  return exitCode
}

// The value of an option that is not known may be a secret.
function usageError(text: string): string {
  return text
    .replace(/^error: /, 'usage_error: ')
    .replace(/(unknown option '--?[\w-]+)=[^]*?'(?=\n|$)/, "$1'")
}

// The sentence is for everybody; who typed JSON wants to know which value it is about.
function fieldOf({ field, message }: MailProfileError): string {
  return field === undefined || !field.includes('.') || message.includes(field) ? '' : ` (${field})`
}

function places({ attempts }: SearchedInVain): string {
  const lines = attempts.map(
    ({ place, outcome, detail }) =>
      `  ${place}\n    ${outcome}${detail === undefined ? '' : `: ${detail}`}\n`,
  )
  return `\nThese places were asked:\n${lines.join('')}`
}

function explain(error: unknown): string {
  if (error instanceof MailProfileError) {
    const hint = error.hint === undefined ? '' : `\n${error.hint}`
    const help = error.helpUrl === undefined ? '' : `\nSee ${error.helpUrl}`
    const search = error.cause instanceof SearchedInVain ? places(error.cause) : ''
    return `${error.code}: ${error.message}${fieldOf(error)}${hint}${help}\n${search}`
  }
  const code = (error as NodeJS.ErrnoException | undefined)?.code
  if (code !== undefined && error instanceof Error) {
    return `file_error: ${oneLine(error.message)}\n`
  }
  return `internal: ${error instanceof Error ? (error.stack ?? error.message) : 'Something went wrong.'}\n`
}
