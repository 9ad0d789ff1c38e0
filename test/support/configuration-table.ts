import { describedRows, type KeyRow } from '../../packaging/command-line/configuration-keys.js'
import { withRows } from './markdown-table.js'

/**
 * The text of `docs/configuration.md` with the table as the descriptions have it. The rows stay where they
 * are, and short ways to write the names of several keys as they are; a new row comes behind its section.
 */
export function withConfigurationTable(docs: string): string {
  return withRows(docs, 'key', (table) => {
    const wanted = describedRows()
    const written = table
      .trimEnd()
      .split('\n')
      .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()))
    const rows = written.flatMap(([, keys = '', variables = '']) => {
      const row = wanted.find((one) => one.keys[0] === codeIn(keys)[0])
      if (row === undefined) return []
      const isSame = says(keys, row.keys) && says(variables, row.variables)
      return [{ row, cells: isSame ? [keys, variables] : [code(row.keys), code(row.variables)] }]
    })
    for (const row of wanted.filter((one) => !rows.some((other) => other.row === one))) {
      const last = rows.findLastIndex((other) => sectionOf(other.row) === sectionOf(row))
      const cells = [code(row.keys), code(row.variables)]
      rows.splice(last === -1 ? rows.length : last + 1, 0, { row, cells })
    }
    return rows.map(({ row, cells }) => `| ${[...cells, row.about].join(' | ')} |\n`).join('')
  })
}

/** Whether a cell says these names: in full, or each after the first by its end, or only the first. */
function says(cell: string, names: readonly string[]): boolean {
  const written = codeIn(cell)
  if (/ and (?:others|so on)$/.test(cell)) return names.length > 1 && written[0] === names[0]
  return (
    written.length === names.length &&
    written.every((one, index) => {
      const name = names[index] ?? ''
      return one === name || (index > 0 && /^[.…]/.test(one) && name.endsWith(one.replace('…', '')))
    })
  )
}

function codeIn(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name)
}

function code(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ')
}

function sectionOf({ keys: [first = ''] }: KeyRow): string {
  return first.replace(/\..*/, '')
}
