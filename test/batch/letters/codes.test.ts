import { describe, expect, it } from 'vitest'
import { READERS, type PrintedPage } from '../../support/printed-code.js'
import { cutOut, drawnPages, printLetters } from '../../support/printed-letters.js'
import { isMissing } from '../../support/programs.js'
import { inLongSuite, some } from '../../support/runs.js'

const isWithoutPrograms = isMissing('pdftoppm') || isMissing('zbarimg')
const DPI = 150
const MILLIMETRES_AN_INCH = 25.4

function urlOf(i: number): string {
  const token = Buffer.from(`${i * 7919} of a list of people`.slice(0, 16)).toString('base64url')
  return `https://setup.${'long-'.repeat(i % 9)}example.com/mail/i/${token}`
}

/** Where each of six cards is on its page, in shares of it. */
function place(card: number): readonly [number, number, number, number] {
  const [column, row] = [card % 2, Math.floor(card / 2)]
  return [column / 2, row / 3, (column + 1) / 2, (row + 1) / 3]
}

/** The width of what is black in a row of dots, in millimetres. */
function widestBlack({ width, height, dots }: PrintedPage): number {
  // The upper edge of a code is that of two of its three squares, so it is the first row with black at both.
  let widest = 0
  for (let y = 0; y < height; y++) {
    const row = dots.subarray(y * width, (y + 1) * width)
    const black = row.reduce((count, dot) => count + (dot < 128 ? 1 : 0), 0)
    if (black < 0.02 * width) continue
    widest = Math.max(
      widest,
      row.findLastIndex((dot) => dot < 128) - row.findIndex((dot) => dot < 128),
    )
  }
  return (widest / DPI) * MILLIMETRES_AN_INCH
}

async function readLetters(count: number): Promise<void> {
  const people = Array.from({ length: count }, (_, i) => ({ url: urlOf(i), name: `Person ${i}` }))
  const { pdf } = await printLetters(people)
  let i = 0
  for (const page of drawnPages(pdf, DPI)) {
    for (const name of ['zbar', 'jsQR'] as const) {
      expect([name, i, READERS[name]?.(page)]).toEqual([name, i, urlOf(i)])
    }
    i++
  }
  expect(i).toBe(count)
}

async function readCards(count: number): Promise<void> {
  const people = Array.from({ length: count }, (_, i) => ({ url: urlOf(i) }))
  const { pdf } = await printLetters(people, { layout: 'cards', paper: 'letter' })
  let i = 0
  for (const page of drawnPages(pdf, DPI)) {
    for (let card = 0; card < 6 && i < count; card++, i++) {
      const cut = cutOut(page, place(card))
      for (const name of ['zbar', 'jsQR'] as const) {
        expect([name, i, READERS[name]?.(cut)]).toEqual([name, i, urlOf(i)])
      }
    }
  }
  expect(i).toBe(count)
}

describe.skipIf(isWithoutPrograms)('the code of each letter leads to its person’s link', () => {
  it('on letters', () => readLetters(6))
  it('on cards', () => readCards(7))
  inLongSuite('on 200 letters', () => readLetters(200))
  inLongSuite('on 200 cards', () => readCards(200))

  it.each(some([40, 60, 120, 300, 600, 1200], 3))(
    'with a link of %i characters',
    async (length) => {
      const url = `https://setup.example.com/${'x'.repeat(length - 26)}`
      for (const layout of ['letter', 'cards'] as const) {
        const { pdf } = await printLetters([{ url }], { layout })
        const [page] = drawnPages(pdf, DPI)
        expect(
          page && READERS['zbar']?.(cutOut(page, layout === 'cards' ? place(0) : [0, 0, 1, 1])),
        ).toBe(url)
      }
    },
  )
})

describe.skipIf(isWithoutPrograms)('a code', () => {
  it('is no narrower than 30 mm', async () => {
    const short = { url: 'https://a.example/i/AAAAAAAAAAAAAAAAAAAAAA' }
    for (const layout of ['letter', 'cards'] as const) {
      const { pdf } = await printLetters([short], { layout, envelope: undefined })
      const [page] = drawnPages(pdf, DPI)
      if (page === undefined) throw new Error('There is no page.')
      // A stripe with nothing but the upper part of the code in it.
      const [top, bottom] = layout === 'letter' ? [0.45, 0.55] : [0.13, 0.16]
      const edge = layout === 'letter' ? 0.4 : 0.22
      const width = widestBlack(cutOut(page, [0.02, top, edge, bottom]))
      expect(width).toBeGreaterThan(30)
      expect(width).toBeLessThan(60)
    }
  })

  it('has nothing beside it for four modules', async () => {
    const { pdf } = await printLetters([{ url: `https://a.example/${'i'.repeat(400)}` }])
    const [page] = drawnPages(pdf, DPI)
    if (page === undefined) throw new Error('There is no page.')
    const stripe = cutOut(page, [0.02, 0.5, 0.9, 0.5 + 2 / page.height])
    const row = Array.from(stripe.dots.subarray(0, stripe.width), (dot) => dot < 128)
    // The longest stretch without any black, after the first black and before the last.
    const inner = row.slice(row.indexOf(true), row.lastIndexOf(true))
    const gaps = inner
      .map(Number)
      .join('')
      .split(/1+/)
      .map(({ length }) => length)
    const moduleWidth = Math.min(...gaps.filter((gap) => gap > 0))
    expect(Math.max(...gaps)).toBeGreaterThanOrEqual(4 * moduleWidth)
  })
})
