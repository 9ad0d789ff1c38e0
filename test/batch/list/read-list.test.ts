import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { decoderFor } from '../../../src/batch/list/decode-list.js'
import type { Columns } from '../../../src/batch/list/columns.js'
import { readList, type ReadListOptions } from '../../../src/batch/list/read-list.js'
import { program } from '../../support/programs.js'

const NAMES = [
  ['ann@example.com', 'Ann "A." Müller'],
  ['bob@example.com', 'Боб, 山田'],
] as const

async function rowsOf(
  list: string | Uint8Array | readonly Uint8Array[],
  options: ReadListOptions = {},
) {
  const rows: unknown[] = []
  let columns: Columns | undefined
  const given = typeof list === 'string' ? Buffer.from(list) : list
  const chunks = given instanceof Uint8Array ? [given] : given
  async function* pieces() {
    for (const chunk of chunks) yield await Promise.resolve(chunk)
  }
  const read = readList(pieces(), { ...options, onColumns: (found) => (columns = found) })
  for await (const row of read) {
    rows.push('complaint' in row ? `${row.line}: ${row.complaint.reason}` : [...row.cells.values()])
  }
  return { rows, columns }
}

/** The list as a program of spreadsheets would write it. */
function table(separator: string, end: string, head = ['address', 'name']): string {
  const cell = (text: string) => `"${text.replaceAll('"', '""')}"`
  return [head, ...NAMES].map((row) => row.map(cell).join(separator) + end).join('')
}

describe('a list', () => {
  const encodings = [
    ['UTF-8', (text: string) => Buffer.from(text)],
    ['UTF-8 with a mark', (text: string) => Buffer.from(`\uFEFF${text}`)],
    ['UTF-16LE with a mark', (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le')],
    ['UTF-16LE', (text: string) => Buffer.from(text, 'utf16le')],
    ['UTF-16BE with a mark', (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le').swap16()],
    ['UTF-16BE', (text: string) => Buffer.from(text, 'utf16le').swap16()],
  ] as const
  for (const [encoding, encode] of encodings) {
    for (const separator of [',', ';', '\t', '|']) {
      it.each(['\n', '\r\n'])(
        `is read in ${encoding} with ${JSON.stringify(separator)} and %j`,
        async (end) => {
          const bytes = encode(table(separator, end))
          for (const chunks of [[bytes], [...bytes].map((byte) => Uint8Array.of(byte))]) {
            expect((await rowsOf(chunks)).rows).toEqual(NAMES)
          }
        },
      )
    }
  }

  it.each([
    ['a workbook', Buffer.from('PK\u0003\u0004\u0014\u0000\u0006\u0000'), 'a workbook, not text'],
    [
      'a workbook of 2003',
      Buffer.from('d0cf11e0a1b11ae10000', 'hex'),
      'The list is a workbook, not text',
    ],
    [
      'names of columns in another encoding',
      Buffer.from('E-Mail;Straße\nann@example.com;Weg 1\n', 'latin1'),
      'The first line holds bytes that are no text',
    ],
  ])('is refused whole for %s', async (_what, list, message) => {
    await expect(rowsOf(list)).rejects.toThrow(message)
  })

  it('is read as the first line of Excel says', async () => {
    expect((await rowsOf(`sep=;\r\n${table(';', '\r\n')}`)).rows).toEqual(NAMES)
  })

  it('tells lines that are no UTF-8, and reads them with their encoding', async () => {
    const text = 'address,name\nann@example.com,Jörg\nbob@example.com,Bob\n'
    const bytes = execFileSync(program('python3'), [
      '-c',
      'import sys; sys.stdout.buffer.write(sys.argv[1].encode("cp1252"))',
      text,
    ])
    const { rows } = await rowsOf(bytes)
    expect(rows[0]).toMatch(/^2: It holds bytes that are no text\. .*--encoding/)
    expect(rows[1]).toEqual(['bob@example.com', 'Bob'])
    const decoder = decoderFor('windows-1252')
    expect((await rowsOf(bytes, { decoder })).rows[0]).toEqual(['ann@example.com', 'Jörg'])
  })

  it('may be addresses alone', async () => {
    const { rows, columns } = await rowsOf('\nann@example.com\nbob@example.com\n')
    expect(rows).toEqual([['ann@example.com'], ['bob@example.com']])
    expect([...(columns?.fields ?? [])]).toEqual([['address', 'address']])
  })

  it('may be JSON Lines', async () => {
    const list = [
      '{"email":"ann@example.com","name":"Ann","room":12}',
      '',
      'no json',
      '[1]',
      '{"email":"bob@example.com","name":{"first":"Bob"}}',
      '{"name":"nobody"}',
      '{"Mail":"carl@example.com"}',
    ].join('\r\n')
    const { rows, columns } = await rowsOf(list)
    expect(rows).toEqual([
      ['ann@example.com', 'Ann', '12'],
      '3: It is no JSON.',
      '4: It is no JSON object.',
      '5: A value of it is no text.',
      expect.stringMatching(/^6: The first line names no column|^6: /),
      ['carl@example.com'],
    ])
    expect(columns?.fields.get('address')).toBe('email')
  })

  it.each([
    ['', 'The list is empty.'],
    ['\n \n', 'The list is empty.'],
    ['[{"address":"ann@example.com"}]', 'The list is a JSON array.'],
    ['first,last\nAnn,Example\n', 'The first line names no column of addresses.'],
    ['name,email,E-Mail\n', 'Two columns are called “E-Mail”.'],
    [`"${'x'.repeat(70_000)}`, 'The first line cannot be read.'],
  ])('that is %j is refused', async (list, message) => {
    await expect(rowsOf(list)).rejects.toThrow(message)
  })

  it('rejects a row with more cells than there are columns', async () => {
    const { rows } = await rowsOf(
      'address,name\nann@example.com,Example, Ann\nbob@example.com,Bob,,\n',
    )
    expect(rows).toEqual([
      expect.stringMatching(/^2: It has more cells than the first line has columns, 2\./),
      ['bob@example.com', 'Bob'],
    ])
  })

  it('loses no row to one that is 100 MB long', async () => {
    const megabyte = Buffer.alloc(2 ** 20, 'x')
    const long = Array.from({ length: 100 }, () => megabyte)
    for (const [head, last] of [
      ['address\nann@example.com\n', '\nbob@example.com\n'],
      ['{"address":"ann@example.com"}\n', '\n{"address":"bob@example.com"}\n'],
    ] as const) {
      const { rows } = await rowsOf([Buffer.from(head), ...long, Buffer.from(last)])
      expect(rows).toEqual([
        ['ann@example.com'],
        expect.stringMatching(/^\d: The line is longer than 64 KB\.$/),
        ['bob@example.com'],
      ])
    }
  })
})
