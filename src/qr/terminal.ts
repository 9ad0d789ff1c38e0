import { toMatrix, withQuietZone, type QrMatrix } from './qr-code.js'

// Black on white by explicit colours (the 256-colour palette's own, which themes leave alone), so
// that the code is dark on white in a dark terminal too.
const ON = '\u001b[38;5;16;48;5;231m'
const OFF = '\u001b[0m'
const HALVES = [' ', '▄', '▀', '█'] as const

/**
 * A QR code for a terminal: two rows of modules a line.
 *
 * @param code a text, or a matrix from `qrCode`
 */
export function qrTerminal(code: string | QrMatrix): string {
  const rows = withQuietZone(toMatrix(code))
  const lines: string[] = []
  for (let y = 0; y < rows.length; y += 2) {
    const upper = rows[y] ?? []
    const lower = rows[y + 1]
    const cells = upper.map((dark, x) => HALVES[(dark ? 2 : 0) + (lower?.[x] === true ? 1 : 0)])
    lines.push(`${ON}${cells.join('')}${OFF}\n`)
  }
  return lines.join('')
}
