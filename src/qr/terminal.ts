import { toMatrix, withQuietZone, type QrMatrix } from './qr-code.js'

// The 256-colour palette's own black and white, which themes leave alone: dark on white in a dark
// terminal, too.
const BLACK_ON_WHITE = '\u001b[38;5;16;48;5;231m'
const WHITE_ON_BLACK = '\u001b[38;5;231;48;5;16m'
const OFF = '\u001b[0m'

/**
 * A QR code for a terminal: two rows of modules a line. Where both are the same, the cell is background
 * alone, which terminals paint without gaps between lines and whatever their font has for blocks.
 *
 * @param code a text, or a matrix from `qrCode`
 *
 * @example
 * ```ts
 * import { qrTerminal } from 'mailprofile'
 *
 * process.stderr.write(qrTerminal('https://setup.example.com'))
 * ```
 */
export function qrTerminal(code: string | QrMatrix): string {
  const rows = withQuietZone(toMatrix(code))
  const lines: string[] = []
  for (let y = 0; y < rows.length; y += 2) {
    const upper = rows[y] ?? []
    const lower = rows[y + 1] ?? []
    let line = ''
    let colours = ''
    upper.forEach((dark, x) => {
      const wanted = dark ? WHITE_ON_BLACK : BLACK_ON_WHITE
      line += `${wanted === colours ? '' : wanted}${dark === (lower[x] ?? false) ? ' ' : '▄'}`
      colours = wanted
    })
    lines.push(`${line}${OFF}\n`)
  }
  return lines.join('')
}
