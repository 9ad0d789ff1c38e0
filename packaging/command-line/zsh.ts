import {
  allCommands,
  type ArgumentDefinition,
  type CommandDefinition,
  type Completion,
  type OptionDefinition,
} from './definition.js'
import { quoted } from './values.js'

/** The completion for zsh, a file of its function path. */
export function zshCompletion(root: CommandDefinition): string {
  return `#compdef mailprofile
# Completion of mailprofile for zsh, made from its own command line.

${allCommands(root).map(functionOf).join('\n\n')}

_mailprofile "$@"
`
}

function functionOf(command: CommandDefinition): string {
  const { path, commands, options } = command
  const name = functionName(path)
  const list = options.map((option) => `    ${optionSpec(option)}`).join('\n')
  if (commands.length === 0) {
    const specs = command.arguments.map((argument, index) => argumentSpec(argument, index + 1))
    return `${name}() {
  _arguments -s \\
${[...options.map(optionSpec), ...specs].map((spec) => `    ${spec}`).join(' \\\n')}
}`
  }
  const described = commands.map(({ path, description }) => {
    const word = `${path.at(-1) ?? ''}:${description}`
    return `        ${quoted(word)}`
  })
  const branches = commands.map(
    (one) => `        ${one.path.at(-1) ?? ''}) ${functionName(one.path)} ;;`,
  )
  return `${name}() {
  local context state state_descr line
  local -a options=(
${list}
  )
  typeset -A opt_args
  _arguments -s -C $options '1: :->command' '*:: :->rest'
  case $state in
    command)
      local -a commands=(
${described.join('\n')}
      )
      _describe -t commands command commands ;;
    rest)
      case $words[1] in
${branches.join('\n')}
        *) _arguments -s $options '*: :' ;;
      esac ;;
  esac
}`
}

function functionName(path: readonly string[]): string {
  return ['_mailprofile', ...path].join('_')
}

function optionSpec({ names, value, description, completion, isRepeatable }: OptionDefinition) {
  // Where there are a short and a long name, one of both is enough.
  const exclusive = isRepeatable ? '*' : names.length > 1 ? `(${names.join(' ')})` : ''
  const tail =
    value === undefined ? '' : `:${escaped(value.replaceAll(' ', '-'))}:${actionOf(completion)}`
  const spec = (name: string) =>
    `${name}${value === undefined ? '' : name.startsWith('--') ? '=' : '+'}[${escaped(description)}]${tail}`
  return names.map((name) => quoted(`${exclusive}${spec(name)}`)).join(' ')
}

function argumentSpec({ name, isRequired, completion }: ArgumentDefinition, place: number): string {
  return quoted(`${place}:${isRequired ? '' : ':'}${escaped(name)}:${actionOf(completion)}`)
}

function actionOf(completion: Completion): string {
  if (completion === 'file') return '_files'
  if (completion === 'folder') return '_files -/'
  return completion === 'nothing' ? ' ' : `(${completion.join(' ')})`
}

function escaped(text: string): string {
  return text.replace(/[\\[\]:]/g, '\\$&')
}
