import { allCommands, type CommandDefinition, type Completion } from './definition.js'
import { optionPlaces, quoted } from './values.js'

/** The completion for bash, which needs no other package. */
export function bashCompletion(root: CommandDefinition): string {
  const commands = allCommands(root)
  const valued = optionPlaces(root)
  return `# Completion of mailprofile for bash, made from its own command line.
_mailprofile() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD - 1]}
  local command= count=0 i one
  for ((i = 1; i < COMP_CWORD; i++)); do
    one=\${COMP_WORDS[i]}
    case "$command:$one" in
      ${patterns(commands.slice(1).map(({ path }) => `${path.slice(0, -1).join(' ')}:${path.at(-1) ?? ''}`))})
        ((count == 0)) && command="\${command:+$command }$one"
        continue ;;
      ${patterns(valued.map(({ command, at }) => `${command}:${at}`))})
        [[ \${COMP_WORDS[i + 1]} == = ]] && ((i++))
        ((i++))
        continue ;;
    esac
    case "$one" in
      # Readline takes an address apart, and what follows belongs to the word before.
      @ | : | =) ((i++)) ;;
      -*) ;;
      *) ((count++)) ;;
    esac
  done
  if [[ $word == = ]]; then word=; elif [[ $before == = ]]; then before=\${COMP_WORDS[COMP_CWORD - 2]}; fi
  case "$command:$before" in
${grouped(valued.map(({ command, at, completion }) => [`${command}:${at}`, completion]))}
  esac
  case "$word" in
    -*)
      case "$command" in
${commands.map(optionsOf).join('\n')}
      esac
      return ;;
  esac
  case "$command:$count" in
${grouped(commands.flatMap(wordsOf))}
  esac
}
complete -F _mailprofile mailprofile
`
}

function optionsOf({ path, options }: CommandDefinition): string {
  const names = options.flatMap((option) => option.names).join(' ')
  return `        ${quoted(path.join(' '))}) mapfile -t COMPREPLY < <(compgen -W ${quoted(names)} -- "$word") ;;`
}

// A group of commands may have an argument of its own, as `invite` has.
function wordsOf({ path, commands, ...command }: CommandDefinition): [string, Completion][] {
  const name = path.join(' ')
  if (commands.length > 0) return [[`${name}:0`, commands.map((one) => one.path.at(-1) ?? '')]]
  return command.arguments.map(({ completion }, index) => [`${name}:${index}`, completion])
}

/** The branches of a \`case\`, one for all that are completed alike. */
function grouped(places: readonly (readonly [string, Completion])[]): string {
  const byAction = new Map<string, string[]>()
  for (const [place, completion] of places) {
    const action = actionOf(completion)
    byAction.set(action, [...(byAction.get(action) ?? []), place])
  }
  return [...byAction]
    .map(([action, alike]) => `    ${patterns(alike)}) ${action}return ;;`)
    .join('\n')
}

function actionOf(completion: Completion): string {
  if (completion === 'nothing') return ''
  const [options, generated] =
    completion === 'file'
      ? ['compopt -o filenames; ', '-f']
      : completion === 'folder'
        ? ['compopt -o filenames; ', '-d']
        : ['', `-W ${quoted(completion.join(' '))}`]
  return `${options}mapfile -t COMPREPLY < <(compgen ${generated} -- "$word"); `
}

function patterns(texts: readonly string[]): string {
  return texts.map(quoted).join(' | ')
}
