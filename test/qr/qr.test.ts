import { describe, expect, it } from 'vitest'
import { qrPng } from '../../src/qr/png.js'
import { qrCode, QUIET_ZONE, withQuietZone, type QrLevel } from '../../src/qr/qr-code.js'
import { qrSvg } from '../../src/qr/svg.js'
import { qrTerminal } from '../../src/qr/terminal.js'
import { refusalCode } from '../support/errors.js'
import { isMissing } from '../support/programs.js'
import { readQrCode } from '../support/zbar.js'

const TEXTS = [
  'https://setup.example.com/setup?address=ann%40btinternet.com&protocol=imap',
  'HELLO 123',
  'Größe & Łęcki 日本 🙂',
  `https://setup.example.com/${'x'.repeat(300)}`,
]

const ON = '\u001b[38;5;16;48;5;231m'
const OFF = '\u001b[0m'

describe('a QR code', () => {
  describe.each<QrLevel>(['L', 'M', 'Q', 'H'])('of level %s', (level) => {
    it.skipIf(isMissing('zbarimg')).each(TEXTS)('as PNG is read by zbar: %s', (text) => {
      expect(readQrCode(qrPng(qrCode(text, { level }), { scale: 4 }))).toBe(text)
    })
  })

  it.each(TEXTS)('is the same matrix as SVG: %s', (text) => {
    const matrix = withQuietZone(qrCode(text))
    const drawn = matrix.map((row) => row.map(() => false))
    const [, strokes = ''] = /stroke="#000" d="([^"]*)"/.exec(qrSvg(text)) ?? []
    let at = 0
    let row = drawn[0]
    for (const [, move, x, y, width] of strokes.matchAll(/([Mm])(\d+) (\d+)(?:\.5)?h(\d+)/g)) {
      if (move === 'M') row = drawn[Number(y)]
      at = Number(x) + (move === 'M' ? 0 : at)
      row?.fill(true, at, at + Number(width))
      at += Number(width)
    }
    expect(drawn).toEqual(matrix)
    expect(qrSvg(text)).toContain('<path fill="#fff" d="M0 0h')
  })

  it.each(TEXTS)('is the same matrix in a terminal, dark on white: %s', (text) => {
    const matrix = withQuietZone(qrCode(text))
    const lines = qrTerminal(text).trimEnd().split('\n')
    const rows = lines.flatMap((line) => {
      const cells = line.slice(ON.length, -OFF.length)
      expect(line).toBe(`${ON}${cells}${OFF}`)
      const dark = (halves: string) => Array.from(cells, (cell) => halves.includes(cell))
      return [dark('▀█'), dark('▄█')]
    })
    expect(rows.slice(0, matrix.length)).toEqual(matrix)
  })

  it('has level M and a quiet zone of four modules', () => {
    expect(qrCode('a')).toEqual(qrCode('a', { level: 'M' }))
    expect(QUIET_ZONE).toBe(4)
    expect(withQuietZone(qrCode('a')).length).toBe(21 + 8)
  })

  it('refuses what does not fit', async () => {
    expect(await refusalCode(() => qrCode('x'.repeat(3000)))).toBe('too_large')
  })
})
