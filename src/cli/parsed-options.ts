import type { Command } from 'commander'
import { STANDARD_INPUT } from './read-input.js'
import { UsageError } from './usage-error.js'

/**
 * Refuses options that stand before the name of a command below: they belong to the command above, which
 * does not run, and would do nothing.
 *
 * @throws UsageError
 */
export function requireOwnOptions(command: Command): void {
  for (let above = command.parent; above !== null; above = above.parent) {
    for (const option of above.options) {
      if (above.getOptionValueSource(option.attributeName()) !== 'cli') continue
      throw new UsageError(
        `${option.long ?? option.flags} does nothing before ${command.name()}.`,
        {
          hint: `Write the options of ${command.name()} after its name.`,
        },
      )
    }
  }
}

// Those that take - for standard input.
const FILE_OPTIONS = [
  ['account', '--account'],
  ['config', '--config'],
  ['keyFile', '--key-file'],
] as const

// The command whose argument - is standard output.
const WRITER = 'backup'

/**
 * Refuses a command line in which standard input is asked for twice: whoever is second finds nothing.
 *
 * @throws UsageError
 */
export function requireOneReader(command: Command): void {
  const options = command.opts<Record<string, unknown>>()
  const words = command.name() === WRITER ? [] : command.args
  const readers = [
    ...words.filter((word) => word === STANDARD_INPUT),
    ...FILE_OPTIONS.flatMap(([name, flag]) =>
      options[name] === STANDARD_INPUT ? [`${flag} -`] : [],
    ),
    ...(options['passwordStdin'] === true ? ['--password-stdin'] : []),
  ]
  if (readers.length < 2) return
  throw new UsageError(`${readers.join(' and ')} cannot both read standard input.`)
}
