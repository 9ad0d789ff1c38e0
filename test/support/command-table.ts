import { runCli } from './cli.js'
import { withRows } from './markdown-table.js'

/** A command as its help describes it. */
export interface HelpedCommand {
  /** `config dns`; nothing for the program itself. */
  readonly name: string
  /** `<domain>` */
  readonly takes: string
  readonly about: string
  readonly options: readonly { readonly flags: string; readonly about: string }[]
}

/** Every command that works by itself, as `--help` tells of it. */
export async function helpedCommands(): Promise<readonly HelpedCommand[]> {
  return commandsBelow([])
}

async function commandsBelow(path: readonly string[]): Promise<HelpedCommand[]> {
  const { stdout } = await runCli([...path, '--help'])
  const help = stdout.toString()
  const [, usage = '', about = ''] = /^Usage: mailprofile(.*)\n\n([^]*?)\n\n/.exec(help) ?? []
  const name = path.join(' ')
  const own = {
    name,
    takes: usage
      .trim()
      .slice(name.length)
      .replace(/\[(?:options|command)\]/g, '')
      .trim(),
    about: about.replaceAll(/\s+/g, ' '),
    options: rowsOf(help, 'Options').filter(({ flags }) => !flags.endsWith('--help')),
  }
  const below = rowsOf(help, 'Commands').flatMap(({ flags }) => flags.split(' ')[0] ?? [])
  const others = below.filter((word) => word !== 'help')
  const found = await Promise.all(others.map((word) => commandsBelow([...path, word])))
  // What does nothing but lead to others is no command of its own.
  return [...(usage.endsWith(' [options] [command]') ? [] : [own]), ...found.flat()]
}

// A long description goes on in lines that are indented further.
function rowsOf(help: string, section: string): HelpedCommand['options'] {
  const [, lines = ''] = new RegExp(`^${section}:\\n((?: {2}.*\\n)+)`, 'm').exec(help) ?? []
  return lines
    .replaceAll(/\n {4,}/g, ' ')
    .trimEnd()
    .split('\n')
    .flatMap((line) => {
      const [, flags = '', about = ''] = /^ {2}(\S.*?)(?: {2,}(.*))?$/.exec(line) ?? []
      return flags === '' ? [] : [{ flags, about }]
    })
}

/** The text of `docs/command-line.md` with its two tables as the help has them. */
export async function withCommandTables(page: string): Promise<string> {
  const commands = await helpedCommands()
  const rows = commands.map(({ name, takes, about }) => row([code(`${name} ${takes}`), about]))
  const options = new Map<string, string[]>()
  for (const { name, options: own } of commands) {
    for (const { flags, about } of own) {
      const key = `${flags}\n${about}`
      options.set(key, [...(options.get(key) ?? []), name])
    }
  }
  const optionRows = [...options].map(([key, names]) => {
    const [flags = '', about = ''] = key.split('\n')
    return row([code(flags), names.map(code).join(', '), about])
  })
  const withCommands = withRows(page, 'command', () => rows.join(''))
  return withRows(withCommands, 'option', () => optionRows.join(''))
}

function code(text: string): string {
  return `\`${text.trim()}\``
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('*', '\\*')).join(' | ')} |\n`
}
