/**
 * A page with other rows in a table of it; without that table there would be nothing to compare, so
 * that is an error.
 *
 * @param first what its first column is called
 * @param rows told of those that it has, each a line
 */
export function withRows(page: string, first: string, rows: (written: string) => string): string {
  const table = new RegExp(`(?<=\\n\\| ${first} [^\\n]*\\n\\| -[^\\n]*\\n)(?:\\|[^\\n]*\\n)+`)
  if (!table.test(page)) throw new Error(`No table begins with the column “${first}”.`)
  return page.replace(table, rows)
}
