import type { Writable } from 'node:stream'
import { qrPlain } from '../qr/plain.js'
import type { QrMatrix } from '../qr/qr-code.js'
import { qrTerminal } from '../qr/terminal.js'
import type { Io } from './io.js'
import { takesColours, writeStyled } from './output.js'

/** Writes a QR code: in colours where the stream takes them, else in characters alone. */
export function writeQrCode(
  stream: Writable & { readonly isTTY?: boolean },
  qrCode: string | QrMatrix,
  io: Pick<Io, 'env'>,
): Promise<void> {
  const drawn = takesColours(stream, io)
    ? qrTerminal(qrCode)
    : qrPlain(qrCode, { darkOnLight: isLight(io.env['COLORFGBG']) })
  return writeStyled(stream, drawn)
}

// "0;15": the palette's numbers of ink and paper, as rxvt, Konsole and iTerm2 set them.
function isLight(colours: string | undefined): boolean {
  return /;(?:7|15)$/.test(colours ?? '')
}
