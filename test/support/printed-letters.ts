import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import type { AddedLetter, Letter } from '../../src/batch/letters/letter.js'
import { openLetters, type LetterOptions } from '../../src/batch/letters/open-letters.js'
import { createTexts } from '../../src/texts/texts.js'
import { readPgm, type PrintedPage } from './printed-code.js'
import { program } from './programs.js'

export const LETTER: Letter = {
  address: 'ann@example.com',
  name: 'Ann Example',
  url: 'https://setup.example.com/i/AAAAAAAAAAAAAAAAAAAAAA',
  isInvitation: true,
  expiresAt: new Date('2026-12-31T12:00:00Z'),
  passcode: '123456',
  postal: ['Ann Example', '12 Example Street', 'London', 'EC1A 1BB'],
}

export const OPTIONS: LetterOptions = {
  layout: 'letter',
  paper: 'a4',
  envelope: 'din5008b',
  branding: { operator: 'Example Mail', color: '#0b57d0', contact: '+44 20 7946 0000' },
  texts: createTexts(),
  language: 'en',
  now: new Date('2026-11-28T12:00:00Z'),
}

/** What keeps all that is written to it. */
export class Kept extends Writable {
  readonly #chunks: Buffer[] = []

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#chunks.push(chunk)
    done()
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#chunks)
  }
}

export interface PrintedLetters {
  readonly pdf: Buffer
  readonly added: readonly AddedLetter[]
}

/** A PDF with some letters; what each leaves out is as in `LETTER`. */
export async function printLetters(
  letters: readonly Partial<Letter>[],
  options: Partial<LetterOptions> = {},
): Promise<PrintedLetters> {
  const output = new Kept()
  const opened = await openLetters(output, { ...OPTIONS, ...options })
  const added: AddedLetter[] = []
  for (const letter of letters) added.push(await opened.add({ ...LETTER, ...letter }))
  await opened.end()
  return { pdf: output.bytes, added }
}

function inFile<T>(pdf: Uint8Array, read: (file: string, folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'mailprofile-letters-'))
  try {
    const file = join(folder, 'letters.pdf')
    writeFileSync(file, pdf)
    return read(file, folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** What each of two programs has to say against a PDF, when it draws all of it. */
export function complaintsAbout(pdf: Uint8Array): string[] {
  return inFile(pdf, (file, folder) => {
    const draws = [
      [program('pdfinfo'), ['-struct-text', file]],
      [program('pdftotext'), [file, '-']],
      [program('pdftoppm'), ['-r', '20', '-gray', file, join(folder, 'poppler')]],
      [
        program('mutool'),
        ['draw', '-q', '-r', '20', '-c', 'gray', '-o', join(folder, 'mupdf%d.pgm'), file],
      ],
      [program('mutool'), ['clean', file, join(folder, 'clean.pdf')]],
    ] as const
    return draws.flatMap(([path, argv]) => {
      const { status, stderr } = spawnSync(path, argv, { encoding: 'utf8', maxBuffer: 2 ** 27 })
      // Said of every file by a MuPDF that was built without it.
      const said = stderr.replace(/^warning: ICC support is not available\n/gm, '').trim()
      return status === 0 && said === '' ? [] : [`${argv[0]}: ${status} ${said}`]
    })
  })
}

/** What `pdfinfo` says, by the words before the colons. */
export function infoOf(pdf: Uint8Array): ReadonlyMap<string, string> {
  const text = inFile(pdf, (file) => execFileSync(program('pdfinfo'), [file], { encoding: 'utf8' }))
  return new Map(
    text.split('\n').map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon), line.slice(colon + 1).trim()] as const
    }),
  )
}

/** The parts of a PDF as they are read aloud, indented by their depth. */
export function structureOf(pdf: Uint8Array): string {
  return inFile(pdf, (file) =>
    execFileSync(program('pdfinfo'), ['-struct-text', file], { encoding: 'utf8' }),
  )
}

/** The text of each page. */
export function textsOf(pdf: Uint8Array): string[] {
  const text = inFile(pdf, (file) =>
    execFileSync(program('pdftotext'), [file, '-'], { encoding: 'utf8', maxBuffer: 2 ** 27 }),
  )
  return text.split('\f').slice(0, -1)
}

/** A word on a page, in points from its top left. */
export interface PlacedWord {
  readonly text: string
  readonly xMin: number
  readonly yMin: number
  readonly xMax: number
  readonly yMax: number
}

/** The words of each page. */
export function wordsOf(pdf: Uint8Array): PlacedWord[][] {
  const html = inFile(pdf, (file) =>
    execFileSync(program('pdftotext'), ['-bbox', file, '-'], {
      encoding: 'utf8',
      maxBuffer: 2 ** 27,
    }),
  )
  const word = /<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">([^<]*)</g
  return html
    .split('<page ')
    .slice(1)
    .map((page) =>
      [...page.matchAll(word)].map(([, xMin, yMin, xMax, yMax, text = '']) => ({
        text,
        xMin: Number(xMin),
        yMin: Number(yMin),
        xMax: Number(xMax),
        yMax: Number(yMax),
      })),
    )
}

/** All pages as a printer would put them on paper, one after the other. */
export function* drawnPages(pdf: Uint8Array, dpi: number): Generator<PrintedPage> {
  const folder = mkdtempSync(join(tmpdir(), 'mailprofile-letters-'))
  try {
    const file = join(folder, 'letters.pdf')
    writeFileSync(file, pdf)
    execFileSync(program('pdftoppm'), ['-r', String(dpi), '-gray', file, join(folder, 'page')])
    for (const name of readdirSync(folder)
      .filter((found) => found.endsWith('.pgm'))
      .sort()) {
      yield readPgm(readFileSync(join(folder, name)))
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** A part of a page, by shares of its width and height. */
export function cutOut(
  { width, height, dots }: PrintedPage,
  [left, top, right, bottom]: readonly [number, number, number, number],
): PrintedPage {
  const [x, y] = [Math.round(left * width), Math.round(top * height)]
  const [w, h] = [Math.round(right * width) - x, Math.round(bottom * height) - y]
  const part = Buffer.alloc(w * h)
  for (let row = 0; row < h; row++) {
    part.set(dots.subarray((y + row) * width + x, (y + row) * width + x + w), row * w)
  }
  return {
    width: w,
    height: h,
    dots: part,
    pgm: Buffer.concat([Buffer.from(`P5\n${w} ${h}\n255\n`), part]),
  }
}
