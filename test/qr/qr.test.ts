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

const ESC = String.fromCharCode(27)

// What is inside an odd number of vertical edges, counted from the left.
function fillEvenOdd(data: string, size: number): boolean[][] {
  const edges = Array.from({ length: size }, () => new Map<number, number>())
  let [x, y, startY] = [0, 0, 0]
  const down = (to: number) => {
    for (let row = Math.min(y, to); row < Math.max(y, to); row++) {
      edges[row]?.set(x, (edges[row]?.get(x) ?? 0) + 1)
    }
    y = to
  }
  for (const [, command, first, second] of data.matchAll(/([Mhvz])(-?\d+)?(?: (\d+))?/g)) {
    if (command === 'M') [x, y, startY] = [Number(first), Number(second), Number(second)]
    if (command === 'h') x += Number(first)
    if (command === 'v') down(y + Number(first))
    // The last edge goes straight up to where the outline began, or left along it.
    if (command === 'z') down(startY)
  }
  return edges.map((row) => {
    let inside = false
    return Array.from({ length: size }, (_, column) => {
      if ((row.get(column) ?? 0) % 2 === 1) inside = !inside
      return inside
    })
  })
}

// What a terminal shows: the background in the upper half, the foreground in the lower one of ▄.
function readLine(line: string): [boolean[], boolean[]] {
  const upper: boolean[] = []
  const lower: boolean[] = []
  let colours = { foreground: '', background: '' }
  const pattern = new RegExp(`${ESC}\\[38;5;(\\d+);48;5;(\\d+)m|${ESC}\\[0m|([ ▄])`, 'g')
  for (const [, foreground, background, cell] of line.matchAll(pattern)) {
    if (foreground !== undefined && background !== undefined) colours = { foreground, background }
    if (cell === undefined) continue
    upper.push(colours.background === '16')
    lower.push((cell === ' ' ? colours.background : colours.foreground) === '16')
  }
  return [upper, lower]
}

describe('a QR code', () => {
  describe.each<QrLevel>(['L', 'M', 'Q', 'H'])('of level %s', (level) => {
    it.skipIf(isMissing('zbarimg')).each(TEXTS)('as PNG is read by zbar: %s', (text) => {
      expect(readQrCode(qrPng(qrCode(text, { level }), { scale: 4 }))).toBe(text)
    })
  })

  it.each(TEXTS)('is the same matrix as SVG: %s', (text) => {
    const matrix = withQuietZone(qrCode(text))
    const svg = qrSvg(text)
    const [, data = ''] = [...svg.matchAll(/ d="([^"]*)"/g)].map(([, path = '']) => path)
    expect(fillEvenOdd(data, matrix.length)).toEqual(matrix)
    expect(svg).toContain('<path fill="#fff" d="M0 0h')
    expect(svg).toContain(`width="${matrix.length}mm" height="${matrix.length}mm"`)
  })

  it.each(TEXTS)('is the same matrix in a terminal, dark on white: %s', (text) => {
    const matrix = withQuietZone(qrCode(text))
    const rows = qrTerminal(text).trimEnd().split('\n').flatMap(readLine)
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
