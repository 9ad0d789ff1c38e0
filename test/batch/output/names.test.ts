import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { cellBefore, csvLine } from '../../../src/batch/output/csv-text.js'
import { CsvRecords } from '../../../src/batch/list/csv-records.js'
import { fileStem } from '../../../src/batch/output/file-name.js'
import { program } from '../../support/programs.js'

describe('the name of a file', () => {
  it.each(['ann@example.com', 'o_neil.ann+mail@xn--mller-kva.example', '0@1.example'])(
    'is the address %s',
    (address) => {
      expect(fileStem(address)).toBe(address)
    },
  )

  const HARD = [
    'a/b@example.com',
    'a\\b@example.com',
    'a*b@example.com',
    '-rf@example.com',
    'con.smith@example.com',
    'nul.@example.com',
    "o'neil@example.com",
    `${'x'.repeat(64)}@${'y'.repeat(63)}.example.com`,
    '=cmd@example.com',
    '{a}@example.com',
    '`id`@example.com',
  ]
  it.each(HARD)('is safe everywhere for %s', (address) => {
    const name = fileStem(address)
    expect(name).toMatch(/^[a-z0-9_][a-z0-9._+@~-]*~[0-9a-f]{16}$/)
    expect(name).not.toMatch(/^(?:con|prn|aux|nul|com\d|lpt\d)\./)
    expect(name.length).toBeLessThan(130)
  })

  it('is no other mailbox’s', () => {
    const similar = ['a/b@example.com', 'a\\b@example.com', 'a-b@example.com', 'a?b@example.com']
    expect(new Set(similar.map(fileStem)).size).toBe(similar.length)
  })
})

describe('a line of values', () => {
  it('is read back by others, and holds no formula', () => {
    const cells = [
      '=HYPERLINK("http://evil.example")',
      '+1',
      '-1',
      '@x',
      '\tx',
      'a,"b"\nc',
      'ü',
      '',
    ]
    const read = 'import csv, json, sys; print(json.dumps(next(csv.reader(sys.stdin))))'
    const input = csvLine(cells)
    const found = JSON.parse(
      execFileSync(program('python3'), ['-c', read], { input }).toString(),
    ) as string[]
    expect(found.map((cell) => cell.replace(/^'/, ''))).toEqual(cells)
    expect(found.filter((cell) => /^[=+\-@\t\r]/.test(cell))).toEqual([])
    expect(input.endsWith('\r\n')).toBe(true)
  })

  it.each([',', ';', '\t', '|'])('holds no formula where “%s” separates cells', (separator) => {
    const cells = ['Ann;=1+1', 'Ann;"=1+1', 'Ann\t@x', 'Ann| -1', ';=1', '＝1+1', 'a, b;＋1']
    const [line = ''] = csvLine(cells).split('\r\n')
    // A quotation mark within a cell is a character like others.
    const found = line.split(separator).map((cell) => cell.replace(/^"+/, ''))
    expect(found.filter((cell) => /^ *[=+\-@＝＋－＠]/.test(cell))).toEqual([])
    const [record] = new CsvRecords(',').read(`${line}\r\n`, true)
    expect(record && 'cells' in record && record.cells.map(cellBefore)).toEqual(cells)
  })
})
