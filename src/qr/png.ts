import { crc32, deflateSync } from 'node:zlib'
import { toMatrix, withQuietZone, type QrMatrix } from './qr-code.js'

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

/**
 * A QR code as PNG, one bit of grey a pixel.
 *
 * @param code a text, or a matrix from `qrCode`
 * @param options `scale` is how many pixels a module has, 8 by default
 *
 * @example
 * ```ts
 * import { writeFileSync } from 'node:fs'
 * import { qrPng } from 'mailprofile'
 *
 * writeFileSync('code.png', qrPng('https://setup.example.com', { scale: 6 }))
 * ```
 */
export function qrPng(
  code: string | QrMatrix,
  { scale = 8 }: { readonly scale?: number } = {},
): Uint8Array {
  const rows = withQuietZone(toMatrix(code))
  const width = rows.length * scale
  const lines = rows.flatMap((row) => {
    const line = Buffer.alloc(1 + Math.ceil(width / 8)) // filter type 0, then 8 pixels a byte
    for (let x = 0; x < width; x++) {
      const dark = row[Math.floor(x / scale)] === true
      const at = 1 + (x >> 3)
      if (!dark) line[at] = (line[at] ?? 0) | (0x80 >> (x & 7))
    }
    return Array.from({ length: scale }, () => line)
  })
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(width, 4)
  head[8] = 1 // bit depth; colour type 0 is grey, where 1 is white
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(Buffer.concat(lines))),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const crc = Buffer.alloc(4)
  crc.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, crc])
}
