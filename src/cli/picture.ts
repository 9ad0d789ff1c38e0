import { qrPng } from '../qr/png.js'
import type { QrMatrix } from '../qr/qr-code.js'
import { qrSvg } from '../qr/svg.js'
import { UsageError } from './usage-error.js'

/**
 * What makes the picture for a file with this name.
 *
 * @throws UsageError unless it ends in .svg or .png
 */
export function pictureOf(file: string): (qrCode: QrMatrix) => Uint8Array {
  if (file.endsWith('.svg')) return (qrCode) => Buffer.from(qrSvg(qrCode))
  if (file.endsWith('.png')) return qrPng
  throw new UsageError('The file has to end in .svg or .png.')
}
