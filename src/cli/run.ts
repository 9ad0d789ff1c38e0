import { Command, CommanderError } from 'commander'
import { version } from '../version.js'
import { asJson, asText, explain, explainUsage, type Explanation } from './explain.js'
import { helpFirst, requireKnownCommand } from './help-requests.js'
import type { ExitCode, Finish, Io } from './io.js'
import { visible } from '../account/visible.js'
import { write } from './output.js'
import { requireOneReader, requireOwnOptions } from './parsed-options.js'
import { UsageError } from './usage-error.js'

type AddCommand = (program: Command, io: Io, finish: Finish) => void

// In the order of the help. Only the command that is asked for is loaded: some need a lot.
const COMMANDS: ReadonlyMap<string, () => Promise<AddCommand>> = new Map([
  ['serve', async () => (await import('./commands/serve.js')).serveCommand],
  ['lookup', async () => (await import('./commands/lookup.js')).lookupCommand],
  ['export', async () => (await import('./commands/export.js')).exportCommand],
  ['batch', async () => (await import('./commands/batch.js')).batchCommand],
  ['formats', async () => (await import('./commands/formats.js')).formatsCommand],
  ['qr', async () => (await import('./commands/qr.js')).qrCommand],
  ['inspect', async () => (await import('./commands/inspect.js')).inspectCommand],
  ['check', async () => (await import('./commands/check.js')).checkCommand],
  ['probe', async () => (await import('./commands/probe.js')).probeCommand],
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
  let help: ExitCode | Promise<ExitCode> = 0
  const finish: Finish = async (work) => {
    const result = await work
    exitCode = typeof result === 'number' ? result : 0
  }
  // Whoever writes it wants JSON, also where the rest of the line is wrong.
  let json = argv.includes('--json')
  let complaint = ''
  const refuse = (explanation: Explanation, status: ExitCode) => {
    io.stderr.write(visible(json ? asJson(explanation) : asText(explanation)))
    return status
  }
  const failed = (error: unknown) => refuse(explain(error), error instanceof UsageError ? 2 : 1)
  const program = new Command('mailprofile')
    .description('Sets up mail accounts on phones: settings, signed profiles and QR codes.')
    .version(version)
    .configureOutput({
      writeOut: (text) => {
        help = write(io.stdout, text).then(() => 0, failed)
      },
      writeErr: (text) => (complaint += text),
    })
    .exitOverride()
    // What follows the name of a command is its own, also where that has commands in turn.
    .enablePositionalOptions()
    .hook('preAction', (_, command) => {
      const { json: flag, format } = command.opts<{ json?: true; format?: unknown }>()
      json = flag === true || format === 'json'
      requireOwnOptions(command)
      requireOneReader(command)
    })
  const named = COMMANDS.get((argv[0] === 'help' ? argv[1] : argv[0]) ?? '')
  const loaders = named === undefined ? [...COMMANDS.values()] : [named]
  for (const load of loaders) (await load())(program, io, finish)
  const words = helpFirst(program, argv)
  try {
    requireKnownCommand(program, words)
    await program.parseAsync(words, { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError) {
      return error.exitCode === 0 ? help : refuse(explainUsage(error, complaint), 2)
    }
    return failed(error)
  }
  return exitCode
}
