import { outline } from './outline.js'
import { QUIET_ZONE, toMatrix, type QrMatrix } from './qr-code.js'

/**
 * A QR code as SVG: dark on white whatever surrounds it, one millimetre a module where nothing else is
 * said. Edges may be smoothed: at the sizes of print, modules of whole pixels only would differ by half.
 *
 * @param code a text, or a matrix from `qrCode`
 *
 * @example
 * ```ts
 * import { writeFileSync } from 'node:fs'
 * import { qrSvg } from 'mailprofile'
 *
 * writeFileSync('code.svg', qrSvg('https://setup.example.com'))
 * ```
 */
export function qrSvg(code: string | QrMatrix): string {
  const { size, path } = qrPath(code)
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${size}mm" height="${size}mm" viewBox="0 0 ${size} ${size}">` +
    `<path fill="#fff" d="M0 0h${size}v${size}H0z"/><path d="${path}"/></svg>\n`
  )
}

/** The dark of a QR code as the data of an SVG path, in a square that has the quiet zone around it. */
export function qrPath(code: string | QrMatrix): { readonly size: number; readonly path: string } {
  const rows = toMatrix(code)
  return { size: rows.length + 2 * QUIET_ZONE, path: outline(rows, QUIET_ZONE) }
}
