import { toMatrix, withQuietZone, type QrMatrix } from './qr-code.js'

export interface QrPlainOptions {
  /** Whether ink is darker than paper, as in print; by default it is lighter, as in most terminals. */
  readonly darkOnLight?: boolean
}

/**
 * A QR code in characters without any colours of their own: two rows of modules a line.
 *
 * @param code a text, or a matrix from `qrCode`
 */
export function qrPlain(
  code: string | QrMatrix,
  { darkOnLight = false }: QrPlainOptions = {},
): string {
  const rows = withQuietZone(toMatrix(code))
  const lines: string[] = []
  for (let y = 0; y < rows.length; y += 2) {
    const upper = rows[y] ?? []
    const lower = rows[y + 1]
    const cells = upper.map((dark, x) => {
      const top = dark === darkOnLight
      // Below the last row of an odd number there is nothing.
      const bottom = lower?.[x] === darkOnLight
      if (top) return bottom ? '█' : '▀'
      return bottom ? '▄' : ' '
    })
    lines.push(`${cells.join('')}\n`)
  }
  return lines.join('')
}
