import { toMatrix, withQuietZone, type QrMatrix } from './qr-code.js'

/**
 * A QR code as SVG: dark on white whatever surrounds it, sized by its viewer.
 *
 * @param code a text, or a matrix from `qrCode`
 */
export function qrSvg(code: string | QrMatrix): string {
  const rows = withQuietZone(toMatrix(code))
  const size = rows.length
  let path = ''
  rows.forEach((row, y) => {
    // One rectangle for a run of dark modules.
    for (let x = 0; x < size;) {
      let end = x
      while (row[end] === true) end++
      if (end > x) path += `M${x} ${y}h${end - x}v1h-${end - x}z`
      x = end + 1
    }
  })
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges">` +
    `<path fill="#fff" d="M0 0h${size}v${size}H0z"/><path fill="#000" d="${path}"/></svg>\n`
  )
}
