import type { Argument, Command, Option } from 'commander'
import { addCommands, createProgram } from '../../src/cli/commands/program.js'
import type { Io } from '../../src/cli/io.js'
import { collect } from '../../src/cli/options.js'
import { formats } from '../../src/formats/index.js'
import { LANGUAGES } from '../../src/texts/languages.js'

/** What may be completed for a value: one of these words, a file, a folder; nothing for what only people know. */
export type Completion = readonly string[] | 'file' | 'folder' | 'nothing'

export interface OptionDefinition {
  /** As they are typed: `-o`, `--output`. */
  readonly names: readonly string[]
  /** What its value is called, without brackets; undefined for a flag. */
  readonly value: string | undefined
  readonly description: string
  readonly completion: Completion
  /** Whether it may stand more than once. */
  readonly isRepeatable: boolean
}

export interface ArgumentDefinition {
  readonly name: string
  readonly description: string
  readonly isRequired: boolean
  readonly completion: Completion
}

export interface CommandDefinition {
  /** The words that call it, without the program's own name. */
  readonly path: readonly string[]
  readonly description: string
  readonly arguments: readonly ArgumentDefinition[]
  readonly options: readonly OptionDefinition[]
  readonly commands: readonly CommandDefinition[]
  /** What its help says at its end. */
  readonly after: string
}

/** The whole command line, as its own help has it. */
export async function commandLine(): Promise<CommandDefinition> {
  const program = createProgram()
  // Nothing is run, so nothing of the world is wanted.
  await addCommands(program, undefined, {} as Io, () => Promise.resolve())
  return definitionOf(program, [])
}

/** A command and all below it, the outermost first. */
export function allCommands(command: CommandDefinition): readonly CommandDefinition[] {
  return [command, ...command.commands.flatMap(allCommands)]
}

function definitionOf(command: Command, path: readonly string[]): CommandDefinition {
  const help = command.createHelp()
  return {
    path,
    description: command.description(),
    arguments: command.registeredArguments.map((argument) => argumentOf(argument, path)),
    options: help.visibleOptions(command).map(optionOf),
    commands: command.commands.map((one) => definitionOf(one, [...path, one.name()])),
    after: afterHelp(command),
  }
}

function argumentOf(argument: Argument, path: readonly string[]): ArgumentDefinition {
  // Nothing here would know where it ends.
  if (argument.variadic) throw new Error(`An argument of ${path.join(' ')} may be repeated.`)
  return {
    name: argument.name(),
    description: argument.description,
    isRequired: argument.required,
    completion: completionOf(argument.name(), argument.argChoices),
  }
}

function optionOf(option: Option): OptionDefinition {
  const [, value] = /[<[]([^>\]]+)[>\]]/.exec(option.flags) ?? []
  const names = [option.short, option.long].filter((name) => name !== undefined)
  const isRepeatable = option.parseArg === collect
  const completion = value === undefined ? 'nothing' : completionOf(value, option.argChoices)
  return { names, value, description: option.description, completion, isRepeatable }
}

// Values are named for what they are, in all commands alike.
function completionOf(name: string, choices: readonly string[] | undefined): Completion {
  if (choices !== undefined) return choices
  switch (name) {
    case 'format':
      return formats.map(({ id }) => id)
    case 'tag':
      return LANGUAGES.map(({ tag }) => tag)
    case 'file':
    case 'list':
    case 'path':
      return 'file'
    case 'folder':
      return 'folder'
    default:
      return 'nothing'
  }
}

function afterHelp(command: Command): string {
  let all = ''
  command.configureOutput({ writeOut: (text) => (all += text) }).outputHelp()
  return all.slice(command.helpInformation().length).trim()
}
