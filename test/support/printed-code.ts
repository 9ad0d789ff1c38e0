import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  BinaryBitmap,
  DecodeHintType,
  HybridBinarizer,
  QRCodeReader,
  RGBLuminanceSource,
} from '@zxing/library'
import jsqr from 'jsqr'
import { program } from './programs.js'

/** A page as a printer would put it on paper: one byte of grey a dot. */
export interface PrintedPage {
  readonly width: number
  readonly height: number
  readonly dots: Uint8Array
  /** The same as a file: PGM. */
  readonly pgm: Buffer
}

/** Programs that make dots of a PDF's first page; each draws by itself. */
export const RENDERERS = {
  poppler: (pdf: string, dpi: number) =>
    execFileSync(program('pdftoppm'), ['-r', String(dpi), '-gray', '-singlefile', pdf], {
      maxBuffer: 2 ** 27,
    }),
  mupdf(pdf: string, dpi: number) {
    const file = `${pdf}.pgm`
    const argv = ['draw', '-q', '-r', String(dpi), '-c', 'gray', '-o', file, pdf, '1']
    execFileSync(program('mutool'), argv, { stdio: 'ignore' })
    return readFileSync(file)
  },
} as const

export function printPage(
  pdf: Uint8Array,
  renderer: keyof typeof RENDERERS,
  dpi: number,
): PrintedPage {
  const folder = mkdtempSync(join(tmpdir(), 'mailprofile-print-'))
  try {
    const file = join(folder, 'page.pdf')
    writeFileSync(file, pdf)
    return readPgm(RENDERERS[renderer](file, dpi))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** A file of grey dots. */
export function readPgm(pgm: Buffer): PrintedPage {
  const start = pgm.subarray(0, 200).toString('latin1')
  const [head = '', width, height] = /^P5\s+(?:#.*\s)*(\d+)\s+(\d+)\s+255\s/.exec(start) ?? []
  return {
    width: Number(width),
    height: Number(height),
    dots: pgm.subarray(head.length),
    pgm,
  }
}

/** Readers of different makers; each gives undefined where it sees no code. */
export const READERS: Readonly<Record<string, (page: PrintedPage) => string | undefined>> = {
  zbar({ pgm }) {
    try {
      const argv = ['--nodbus', '--raw', '-q', 'pnm:-']
      const text = execFileSync(program('zbarimg'), argv, { input: pgm, encoding: 'utf8' })
      return text.replace(/\n$/, '')
    } catch {
      return undefined
    }
  },
  jsQR({ width, height, dots }) {
    const pixels = new Uint8ClampedArray(width * height * 4).fill(255)
    for (let i = 0; i < width * height; i++) pixels.fill(dots[i] ?? 255, 4 * i, 4 * i + 3)
    return jsqr.default(pixels, width, height)?.data
  },
  ZXing({ width, height, dots }) {
    const source = new RGBLuminanceSource(new Uint8ClampedArray(dots), width, height)
    const bitmap = new BinaryBitmap(new HybridBinarizer(source))
    // In JavaScript it overlooks one code in eight, whatever draws it, when it looks for one as in a
    // photograph; in what is nothing but a code it need not look.
    for (const hint of [DecodeHintType.TRY_HARDER, DecodeHintType.PURE_BARCODE]) {
      try {
        return new QRCodeReader().decode(bitmap, new Map([[hint, true]])).getText()
      } catch {
        // It sees none in this way.
      }
    }
    return undefined
  },
}
