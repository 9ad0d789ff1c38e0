// What Excel, LibreOffice and Google Sheets take for a formula, which could send the sheet elsewhere; those of full
// width too, where Excel is Japanese. Where a spreadsheet separates cells by something else than commas, a cell begins
// within ours, whatever quotation marks stand around it.
const BEGIN = '(^|[;\\t|])'
const FORMULA = '(?=[ "]*[=+\\-@\\t\\r\uFF1D\uFF0B\uFF0D\uFF20])'
const BARE = new RegExp(`${BEGIN}${FORMULA}`, 'g')
const MARKED = new RegExp(`${BEGIN}'${FORMULA}`, 'g')

/**
 * A line of comma-separated values (RFC 4180) that is safe to open in a spreadsheet: what would be a formula there
 * begins with an apostrophe.
 */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map(cellText).join(',')}\r\n`
}

/** What stood in a cell before `csvLine` made it safe. */
export function cellBefore(cell: string): string {
  return cell.replace(MARKED, '$1')
}

// No formula, and nothing that separates cells: nearly all.
const PLAIN = /^\w[\w .:@/+-]*$/

function cellText(cell: string): string {
  if (PLAIN.test(cell)) return cell
  const text = cell.replace(BARE, "$1'")
  return /[",;\t\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
