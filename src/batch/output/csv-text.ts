// What Excel, LibreOffice and Google Sheets take for a formula, which could send the sheet elsewhere.
const FORMULA = /^[=+\-@\t\r]/

/**
 * A line of comma-separated values (RFC 4180) that is safe to open in a spreadsheet: what would be a formula there
 * begins with an apostrophe.
 */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map(cellText).join(',')}\r\n`
}

function cellText(cell: string): string {
  const text = FORMULA.test(cell) ? `'${cell}` : cell
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
