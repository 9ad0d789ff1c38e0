import {
  allCommands,
  type ArgumentDefinition,
  type CommandDefinition,
  type OptionDefinition,
} from './definition.js'
import { bold, example, folded, italic, item, roff, title } from './roff.js'

const FOOT = `.SH EXIT STATUS
.TP
.B 0
done
.TP
.B 1
could not, or something was found that is not as it should be
.TP
.B 2
wrong usage; nothing was done
.SH ENVIRONMENT
.TP
.B MAILPROFILE_CONFIG
the configuration file, unless an option names one.
Every key of it has a variable of its own:
.BR mailprofile.yaml (5).
.SH SEE ALSO
.BR mailprofile.yaml (5)`

/** mailprofile(1). */
export function manualPage(
  root: CommandDefinition,
  made: { readonly version: string; readonly date: Date },
): string {
  const [, ...commands] = allCommands(root)
  const page = [
    title('MAILPROFILE', 1, made),
    `.SH NAME\nmailprofile \\- sets up mail accounts on phones`,
    `.SH SYNOPSIS\n${bold('mailprofile')} ${italic('command')} [${italic('option')} ...] [${italic('argument')} ...]`,
    `.SH DESCRIPTION\n${roff(root.description)}`,
    ...root.options.map(optionItem),
    '.SH COMMANDS',
    ...commands.filter(isCommand).map(section),
    FOOT,
    '',
  ].join('\n')
  return folded(page)
}

// Some words are only names of groups.
function isCommand({ commands, arguments: own }: CommandDefinition): boolean {
  return commands.length === 0 || own.length > 0
}

function section(command: CommandDefinition): string {
  const { path, description, options, after } = command
  const words = [bold(`mailprofile ${path.join(' ')}`)]
  if (options.length > 0) words.push(`[${italic('option')} ...]`)
  words.push(...command.arguments.map(argumentWord))
  return [
    `.SS ${roff(path.join(' '))}`,
    words.join(' '),
    `.PP\n${roff(description)}`,
    ...command.arguments
      .filter((argument) => argument.description !== '')
      .map(({ name, ...argument }) => item([italic(name)], roff(argument.description))),
    ...options.map(optionItem),
    ...(after === '' ? [] : after.split(/\n\n/).map(paragraph)),
  ].join('\n')
}

function argumentWord({ name, isRequired }: ArgumentDefinition): string {
  return isRequired ? italic(name) : `[${italic(name)}]`
}

function optionItem({ names, value, description }: OptionDefinition): string {
  const head = names.map(bold).join(', ')
  return item([value === undefined ? head : `${head} ${italic(value)}`], roff(description))
}

// Examples have lines of their own, which must not be filled.
function paragraph(text: string): string {
  const [head = '', ...rest] = text.split('\n')
  if (!/^Examples?:$/.test(head)) return `.PP\n${roff(text)}`
  return `.PP\n${roff(head)}\n${example(rest.map((line) => line.trim()).join('\n'))}`
}
