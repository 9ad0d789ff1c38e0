import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CsvRecords, type CsvRecord } from '../../../src/batch/list/csv-records.js'
import { program } from '../../support/programs.js'
import { inLongSuite, runs } from '../../support/runs.js'

function read(pieces: readonly string[], separator = ','): CsvRecord[] {
  const records = new CsvRecords(separator)
  return [...pieces.flatMap((piece) => [...records.read(piece)]), ...records.read('', true)]
}

function cells(text: string, separator?: string): (readonly string[] | string)[] {
  return read([text], separator).map((record) =>
    'trouble' in record ? `${record.line}: ${record.trouble}` : record.cells,
  )
}

/** What Python's csv module writes and reads, which is what most programs do: all jobs in one process. */
const PYTHON = `
import csv, io, json, sys
def done(job):
    if 'rows' in job:
        text = io.StringIO()
        csv.writer(text, delimiter=job['separator'], lineterminator=job['end']).writerows(job['rows'])
        return text.getvalue()
    rows = csv.reader(io.StringIO(job['text'], newline=''), delimiter=job['separator'])
    return [row for row in rows if any(row)]
print(json.dumps([done(job) for job in json.load(sys.stdin)]))
`
function python(jobs: readonly object[]): readonly unknown[] {
  const output = execFileSync(program('python3'), ['-c', PYTHON], { input: JSON.stringify(jobs) })
  return JSON.parse(output.toString('utf8')) as unknown[]
}

describe('records of separated values', () => {
  it.each([
    [
      'a,b\r\nc,d\r\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'a,b\nc,d',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'a,b\rc,d\r',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    ['\n\na\n,,\n\nb\n', [['a'], ['b']]],
    ['"a ""b"" c",d', [['a "b" c', 'd']]],
    ['"a\r\nb",c\nd', [['a\r\nb', 'c'], ['d']]],
    ['"a"b,c', [['ab', 'c']]],
    [
      '6" pipe,b\nc,d',
      [
        ['6" pipe', 'b'],
        ['c', 'd'],
      ],
    ],
    ['"",a', [['', 'a']]],
  ] as const)('reads %j', (text, expected) => {
    expect(cells(text)).toEqual(expected)
  })

  it('reads what Python writes, in whatever pieces it comes', () => {
    const cell = fc.string({
      unit: fc.constantFrom('a', 'ü', ' ', '"', ',', ';', '\n', '\r\n', '😀'),
      maxLength: 8,
    })
    const row = fc.array(cell, { minLength: 2, maxLength: 4 })
    const table = fc.record({
      rows: fc.array(row, { minLength: 1, maxLength: 5 }),
      separator: fc.constantFrom(',', ';', '\t'),
      end: fc.constantFrom('\n', '\r\n'),
    })
    const tables = fc.sample(table, runs(3200))
    for (const [i, written] of python(tables).entries()) {
      const { rows = [], separator } = tables[i] ?? {}
      const text = String(written)
      const wanted = rows.filter((one) => one.some((value) => value !== ''))
      const at = (7 * i) % (text.length + 1)
      for (const pieces of [[text], [text.slice(0, at), text.slice(at)], text.split(/(?:)/u)]) {
        const found = read(pieces, separator).map((record) =>
          'cells' in record ? record.cells : record,
        )
        expect(found).toEqual(wanted)
      }
    }
  })

  it('reads whatever Python reads, as Python does', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', ' '), maxLength: 30 })
    const texts = fc.sample(text, runs(3200)).map((given) => ({ text: given, separator: ',' }))
    for (const [i, expected] of python(texts).entries()) {
      const found = read([texts[i]?.text ?? ''])
      // A quotation mark that is never closed takes all that follows there, and is an error here.
      if (found.some((record) => 'trouble' in record)) continue
      expect(found.map((record) => ('cells' in record ? record.cells : []))).toEqual(expected)
    }
  })

  it('gives up one record that is wrong, and no other', () => {
    expect(cells('a,b\n"c,d\ne,f\ng,h\n')).toEqual([
      ['a', 'b'],
      '2: open_quote',
      ['e', 'f'],
      ['g', 'h'],
    ])
    const long = 'x'.repeat(70_000)
    expect(cells(`a\n${long}\nb\n"${long}\nc`)).toEqual([
      ['a'],
      '2: too_long',
      ['b'],
      '4: open_quote',
      ['c'],
    ])
  })

  it('counts lines, those in cells too', () => {
    const lines = read(['a\n\n"b\nc",d\r\ne\n']).map(({ line }) => line)
    expect(lines).toEqual([1, 3, 5])
  })

  inLongSuite('holds little of a line that never ends', () => {
    const records = new CsvRecords(',')
    const found: CsvRecord[] = [...records.read('a\n')]
    const piece = 'x'.repeat(2 ** 20)
    for (let megabyte = 0; megabyte < 100; megabyte++) found.push(...records.read(piece))
    found.push(...records.read('\nb\n', true))
    expect(found).toEqual([
      { line: 1, cells: ['a'] },
      { line: 2, trouble: 'too_long' },
      { line: 3, cells: ['b'] },
    ])
  })
})
