import { Command, CommanderError } from 'commander'
import { MailProfileError } from '../errors.js'
import { version } from '../version.js'
import { exportCommand } from './commands/export.js'
import { formatsCommand } from './commands/formats.js'
import { inspectCommand } from './commands/inspect.js'
import { lookupCommand } from './commands/lookup.js'
import { qrCommand } from './commands/qr.js'
import { serveCommand } from './commands/serve.js'
import type { ExitCode, Finish, Io } from './io.js'

/**
 * The command line.
 *
 * @param argv without the program's own name
 * @returns 0 done, 1 could not, 2 wrong usage
 */
export async function run(argv: readonly string[], io: Io): Promise<ExitCode> {
  let exitCode: ExitCode = 0
  const finish: Finish = async (work) => {
    const code = await work
    exitCode = typeof code === 'number' ? code : 0
  }
  const program = new Command('mailprofile')
    .description('Sets up mail accounts on phones: settings, signed profiles and QR codes.')
    .version(version)
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      outputError: (text, write) => write(text.replace(/^error: /, 'usage_error: ')),
    })
    .showHelpAfterError('Run it with --help to see how it is used.')
    .exitOverride()
  for (const add of [
    serveCommand,
    lookupCommand,
    exportCommand,
    formatsCommand,
    qrCommand,
    inspectCommand,
  ]) {
    add(program, io, finish)
  }
  try {
    await program.parseAsync(argv, { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    io.stderr.write(explain(error))
    return 1
  }
  return exitCode
}

// The sentence is for everybody; who typed JSON wants to know which value it is about.
function fieldOf({ field, message }: MailProfileError): string {
  return field === undefined || !field.includes('.') || message.includes(field) ? '' : ` (${field})`
}

function explain(error: unknown): string {
  if (error instanceof MailProfileError) {
    const hint = error.hint === undefined ? '' : `\n${error.hint}`
    const help = error.helpUrl === undefined ? '' : `\nSee ${error.helpUrl}`
    return `${error.code}: ${error.message}${fieldOf(error)}${hint}${help}\n`
  }
  const code = (error as NodeJS.ErrnoException | undefined)?.code
  if (code !== undefined && error instanceof Error) {
    return `file_error: ${error.message}\n`
  }
  return `internal: ${error instanceof Error ? (error.stack ?? error.message) : 'Something went wrong.'}\n`
}
