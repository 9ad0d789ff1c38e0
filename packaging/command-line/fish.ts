import {
  allCommands,
  type CommandDefinition,
  type Completion,
  type OptionDefinition,
} from './definition.js'
import { optionPlaces } from './values.js'

/** The completion for fish. */
export function fishCompletion(root: CommandDefinition): string {
  const commands = allCommands(root)
  const names = commands.slice(1).map(({ path }) => quoted(path.join(' ')))
  const valued = optionPlaces(root).map(({ command, at }) => quoted(`${command} ${at}`.trim()))
  return `# Completion of mailprofile for fish, made from its own command line.
set -g __mailprofile_commands ${names.join(' ')}
set -g __mailprofile_valued ${valued.join(' ')}

function __mailprofile_is --argument-names wanted place --description 'Whether a command, and which of its arguments, is being typed'
    set -l words (commandline -opc)
    set -e words[1]
    set -l command ''
    set -l count 0
    set -l skip no
    for word in $words
        set -l here (string trim -- "$command $word")
        if test $skip = yes
            set skip no
        else if contains -- $here $__mailprofile_valued
            set skip yes
        else if string match -q -- '-*' $word
            continue
        else if test $count = 0; and contains -- $here $__mailprofile_commands
            set command $here
        else
            set count (math $count + 1)
        end
    end
    test "$command" = "$wanted"; and test -z "$place" -o "$place" = $count
end

complete -c mailprofile -f
${commands.flatMap(linesOf).join('\n')}
`
}

function linesOf({ path, commands, options, ...command }: CommandDefinition): string[] {
  const name = quoted(path.join(' '))
  return [
    ...commands.map(
      (one) => `${when(`${name} 0`)} -a ${one.path.at(-1) ?? ''} -d ${quoted(one.description)}`,
    ),
    // A group of commands completes their names.
    ...(commands.length > 0
      ? []
      : command.arguments.flatMap(({ completion }, index) =>
          completion === 'nothing'
            ? []
            : [`${when(`${name} ${index}`)}${completion === 'file' ? ' -F' : wordsOf(completion)}`],
        )),
    ...options.map((option) => `${when(name)}${optionOf(option)}`),
  ]
}

function when(condition: string): string {
  return `complete -c mailprofile -n ${quoted(`__mailprofile_is ${condition}`)}`
}

function optionOf({ names, value, description, completion }: OptionDefinition): string {
  const flags = names.map((name) => ` ${name.replace(/^--/, '-l ').replace(/^-(?=.$)/, '-s ')}`)
  const takes =
    value === undefined
      ? ''
      : completion === 'file'
        ? ' -r -F'
        : ` -x${completion === 'nothing' ? '' : wordsOf(completion)}`
  return `${flags.join('')}${takes} -d ${quoted(description)}`
}

function wordsOf(completion: Exclude<Completion, 'file' | 'nothing'>): string {
  const words = completion === 'folder' ? '(__fish_complete_directories)' : completion.join(' ')
  return ` -a ${quoted(words)}`
}

// Within its quotes fish knows a backslash before a quote or a backslash.
function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`
}
