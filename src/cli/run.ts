import { CommanderError } from 'commander'
import { asJson, asText, explain, explainUsage, type Explanation } from './explain.js'
import { helpFirst, requireKnownCommand } from './help-requests.js'
import type { ExitCode, Finish, Io } from './io.js'
import { visible } from '../account/visible.js'
import { write } from './output.js'
import { addCommands, createProgram } from './commands/program.js'
import { requireOneReader, requireOwnOptions } from './parsed-options.js'
import { UsageError } from './usage-error.js'

/**
 * The command line.
 *
 * @param argv without the program's own name
 * @returns 0 done, 1 could not, 2 wrong usage
 */
export async function run(argv: readonly string[], io: Io): Promise<ExitCode> {
  let exitCode: ExitCode = 0
  const finish: Finish = async (work) => {
    const result = await work
    exitCode = typeof result === 'number' ? result : 0
  }
  // Whoever writes it wants JSON, also where the rest of the line is wrong.
  let json = argv.includes('--json')
  let help = ''
  let complaint = ''
  const refuse = (explanation: Explanation, status: ExitCode) => {
    io.stderr.write(visible(json ? asJson(explanation) : asText(explanation)))
    return status
  }
  const failed = (error: unknown) => refuse(explain(error), error instanceof UsageError ? 2 : 1)
  const program = createProgram()
    .configureOutput({
      // Help comes in pieces: written at once, what is wrong with standard output is told once.
      writeOut: (text) => (help += text),
      writeErr: (text) => (complaint += text),
    })
    .exitOverride()
    .hook('preAction', (_, command) => {
      const { json: flag, format } = command.opts<{ json?: true; format?: unknown }>()
      json = flag === true || format === 'json'
      requireOwnOptions(command)
      requireOneReader(command)
    })
  await addCommands(program, argv[0] === 'help' ? argv[1] : argv[0], io, finish)
  const words = helpFirst(program, argv)
  try {
    requireKnownCommand(program, words)
    await program.parseAsync(words, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) return failed(error)
    if (error.exitCode !== 0) return refuse(explainUsage(error, complaint), 2)
    return write(io.stdout, help).then(() => 0, failed)
  }
  return exitCode
}
