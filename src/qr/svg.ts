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
    // A stroke for each run of dark modules, from the end of the last one.
    let from = 0
    for (let x = row.indexOf(true); x >= 0; x = row.indexOf(true, from)) {
      const light = row.indexOf(false, x)
      const end = light < 0 ? size : light
      path += from === 0 ? `M${x} ${y}.5h${end - x}` : `m${x - from} 0h${end - x}`
      from = end
    }
  })
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges">` +
    `<path fill="#fff" d="M0 0h${size}v${size}H0z"/><path stroke="#000" d="${path}"/></svg>\n`
  )
}
