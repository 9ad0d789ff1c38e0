import type { Command } from 'commander'

const HELP = 'help'
const HELP_OPTION = /^(?:-h|--help)$/

/**
 * The words of a command line in which help is asked for in one way only: `help invite list` and
 * `invite help list` are `invite list --help`.
 */
export function helpFirst(program: Command, argv: readonly string[]): string[] {
  const first = program.commands.find((command) => command.name() === argv[0])
  const isGroup = first !== undefined && first.commands.length > 0
  // No address, and no file that anybody means, is called so.
  const at = argv[0] === HELP ? 0 : isGroup && argv[1] === HELP ? 1 : -1
  if (at === -1) return [...argv]
  const rest = argv.filter((word, i) => i !== at && !HELP_OPTION.test(word))
  return [...rest.filter((word) => word !== HELP), '--help']
}

/**
 * Refuses the help of a command that does not exist; commander shows that of the one above it instead.
 *
 * @throws CommanderError
 */
export function requireKnownCommand(program: Command, words: readonly string[]): void {
  if (!words.some((word) => HELP_OPTION.test(word))) return
  let command: Command = program
  for (const word of words) {
    if (word.startsWith('-') || command.commands.length === 0) return
    const below = command.commands.find((one) => one.name() === word)
    if (below === undefined && command.registeredArguments.length > 0) return
    command = below ?? unknown(command, word)
  }
}

function unknown(command: Command, word: string): never {
  command.error(`error: unknown command '${word}'`, { code: 'commander.unknownCommand' })
}
