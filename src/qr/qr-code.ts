import { encode } from 'uqr'
import { MailProfileError } from '../errors.js'
import { say } from '../messages/text.js'

/** Error correction of ISO/IEC 18004: about 7, 15, 25 and 30 percent of the code may be damaged. */
export type QrLevel = 'L' | 'M' | 'Q' | 'H'

/** Rows of modules, true is dark, without the quiet zone. */
export type QrMatrix = boolean[][]

/** The light margin that ISO/IEC 18004 demands, in modules; scanners fail without it. */
export const QUIET_ZONE = 4

/** How a QR code is made. */
export interface QrOptions {
  readonly level?: QrLevel
  /**
   * Which of the eight masks (ISO/IEC 18004, section 7.8) lies over the code, 0 to 7. By default the one
   * that readers have least trouble with; to find it takes most of the time.
   */
  readonly mask?: number
}

/**
 * A QR code in the smallest version that fits.
 *
 * @throws MailProfileError `too_large` for a text that no version holds
 *
 * @example
 * ```ts
 * import { qrCode } from 'mailprofile'
 *
 * const rows = qrCode('https://setup.example.com', { level: 'Q' })
 * console.log(rows.length, rows[0]?.[0]) // 29 true
 * ```
 */
export function qrCode(text: string, { level = 'M', mask = -1 }: QrOptions = {}): QrMatrix {
  try {
    // boostEcc would raise the level where there is room: what was asked for is what is made.
    return encode(text, { ecc: level, border: 0, boostEcc: false, maskPattern: mask }).data
  } catch (cause) {
    throw new MailProfileError('too_large', say('errors.qr.tooLong'), {
      hint: say('errors.qr.shorter', { level }),
      cause,
    })
  }
}

/** The matrix with its quiet zone. */
export function withQuietZone(matrix: QrMatrix): QrMatrix {
  const width = matrix.length + 2 * QUIET_ZONE
  const empty = () => Array.from({ length: width }, () => false)
  const margin = () => Array.from({ length: QUIET_ZONE }, () => false)
  return [
    ...Array.from({ length: QUIET_ZONE }, empty),
    ...matrix.map((row) => [...margin(), ...row, ...margin()]),
    ...Array.from({ length: QUIET_ZONE }, empty),
  ]
}

/** A text's matrix at level M, or the matrix itself. */
export function toMatrix(code: string | QrMatrix): QrMatrix {
  return typeof code === 'string' ? qrCode(code) : code
}
