import { describe, expect, it } from 'vitest'
import { figuresIn, unmarkedFigures, withFigures } from '../../bench/figures.js'
import type { Results } from '../../bench/results.js'
import { row } from '../../bench/support/subject.js'

const peer = { title: 'bare', values: [8000, 8000, 8000] }
const results: Results = {
  machine: { node: 'v20.20.2', processor: 'made up', cores: 2 },
  subjects: {
    sign: {
      date: '2026-11-28',
      isQuick: false,
      seconds: 1,
      rows: [row(['p-256', 'P-256'], 'profiles/s', [6100, 6249, 7300], { peer })],
    },
  },
}
const marked = (text: string, mark: string) => `${text}<!-- bench: sign.p-256.${mark} -->`

describe('withFigures', () => {
  it.each([
    ['median', '6,200'],
    ['least', '6,100'],
    ['most', '7,300'],
    ['beside', '8,000'],
    ['ratio', '0.78'],
    ['median / 2', '3,100'],
    ['median / 2 / 1000', '3.1'],
    ['ratio * 100', '78'],
  ])('puts %s', (mark, text) => {
    for (const before of ['', '0', '12,345.6']) {
      expect(withFigures(`so ${marked(before, mark)} a second.`, results)).toBe(
        `so ${marked(text, mark)} a second.`,
      )
    }
  })

  it('changes nothing else', () => {
    const text = 'Of 16 at once <!-- a comment --> 7,000 a second.'
    expect(withFigures(text, results)).toBe(text)
  })

  it.each(['sign.p-256.fastest', 'sign.rsa.median', 'batch.p-256.median'])(
    'refuses %s, which nobody measured',
    (mark) => {
      expect(() => withFigures(`1<!-- bench: ${mark} -->`, results)).toThrow(mark)
    },
  )
})

describe('figuresIn', () => {
  it('has each with its comment', () => {
    const [one, other] = [marked('6,200', 'median'), marked('0.78', 'ratio')]
    expect(figuresIn(`| ${one} | ${other} of 7 |`)).toEqual([one, other])
  })
})

describe('unmarkedFigures', () => {
  it.each([
    ['It is 6,200 a second.', ['6,200']],
    ['| bare | 52,000 | 0.38  |', ['52,000', '0.38']],
    ['After 76 ms, with 98 MB.', ['76', '98']],
    [
      `It is ${marked('6,200', 'median')} a second, 16 at once, the 99th percentile of 3 rounds.`,
      [],
    ],
    [`| ${marked('6,200', 'median')} | RSA-2048 |`, []],
  ])('%s', (text, found) => {
    expect(unmarkedFigures(`## Speed\n\n${text}`).sort()).toEqual([...found].sort())
    expect(unmarkedFigures(`## Speed\n\n## Development\n\n${text}`)).toEqual([])
  })
})
