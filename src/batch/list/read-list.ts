import { TextDecoder } from 'node:util'
import { parseAddress } from '../../account/address.js'
import { MailProfileError } from '../../errors.js'
import { complaint } from './complaint.js'
import { findColumns, type Columns, type NamedColumns } from './columns.js'
import { CsvRecords, type CsvRecord } from './csv-records.js'
import { decodeList, UNREADABLE } from './decode-list.js'
import { JsonLines } from './json-lines.js'
import type { BadRow, ListRow } from './row.js'

export interface ReadListOptions {
  readonly named?: NamedColumns | undefined
  /** Where its bytes do not say it themselves. */
  readonly decoder?: TextDecoder | undefined
  /** Told how the columns are understood, before the first row; of JSON Lines, of the first one. */
  readonly onColumns?: (columns: Columns) => void
}

const SEPARATORS = [',', ';', '\t', '|'] as const
// The first line is looked at whole.
const MAX_FIRST_LINE = 64 * 1024
// What Excel writes and reads first: the separator of the other lines.
const SEPARATOR_LINE = /^sep=(.)\r?\n/i

const NO_TEXT = 'Save the list as “CSV UTF-8”, or name its encoding with --encoding.'
const NOT_TEXT = complaint(`It holds bytes that are no text. ${NO_TEXT}`)
const TROUBLE = {
  too_long: complaint('The line is longer than 64 KB.'),
  open_quote: complaint('A quotation mark is opened and never closed.'),
}

/**
 * The rows of a list: CSV with any usual separator, or JSON Lines, as its first line says. A row that is wrong is told
 * and costs no other.
 *
 * @throws MailProfileError `invalid_request` for a list without a column of addresses
 */
export async function* readList(
  chunks: AsyncIterable<Uint8Array>,
  options: ReadListOptions = {},
): AsyncGenerator<ListRow | BadRow> {
  const texts = decodeList(chunks, options.decoder)
  const first = await firstLine(texts)
  const text = first.text.replace(/^\uFEFF/, '')
  if (/^\s*$/.test(text)) {
    throw new MailProfileError('invalid_request', 'The list is empty.')
  }
  if (isWorkbook(text)) {
    throw new MailProfileError('invalid_request', 'The list is a workbook, not text.', {
      hint: 'Open it in the program that made it, and save it as “CSV UTF-8”.',
    })
  }
  if (/^\s*\[/.test(text)) {
    throw new MailProfileError('invalid_request', 'The list is a JSON array.', {
      hint: 'Give one object a line (JSON Lines): “jq -c .[]” makes them of it.',
    })
  }
  const rows = /^\s*\{/.test(text) ? jsonRows(options) : csvRows(text, options)
  yield* rows(text, first.isLast)
  if (first.isLast) return
  for await (const more of texts) yield* rows(more, false)
  yield* rows('', true)
}

type Rows = (text: string, isLast: boolean) => Generator<ListRow | BadRow>

function jsonRows({ named, onColumns }: ReadListOptions): Rows {
  const lines = new JsonLines({ named, onColumns })
  return (text, isLast) => lines.read(text, isLast)
}

function csvRows(text: string, { named, onColumns }: ReadListOptions): Rows {
  const declared = SEPARATOR_LINE.exec(text)?.[1]
  const records = new CsvRecords(declared ?? separatorOf(text))
  let columns: Columns | undefined
  return function* (more, isLast) {
    for (const record of records.read(more, isLast)) {
      if (columns !== undefined) {
        yield rowOf(record, columns)
        continue
      }
      if ('trouble' in record) {
        throw new MailProfileError('invalid_request', 'The first line cannot be read.', {
          hint: TROUBLE[record.trouble].reason,
        })
      }
      if (declared !== undefined && record.line === 1) continue
      // A column whose name cannot be read would be missing for everybody.
      if (record.cells.some((cell) => cell.includes(UNREADABLE))) {
        throw new MailProfileError(
          'invalid_request',
          'The first line holds bytes that are no text: the list is not in UTF-8.',
          { hint: `${NO_TEXT} Excel’s own CSV is mostly windows-1252.` },
        )
      }
      const isAddress = isOneAddress(record.cells)
      columns = isAddress ? findColumns(['address']) : findColumns(namesOf(record.cells), named)
      onColumns?.(columns)
      // A list of addresses alone needs no headline.
      if (isAddress) yield rowOf(record, columns)
    }
  }
}

function rowOf(record: CsvRecord, columns: Columns): ListRow | BadRow {
  const { line } = record
  const { names } = columns
  if ('trouble' in record) return { line, complaint: TROUBLE[record.trouble] }
  const { cells } = record
  if (cells.slice(names.length).some((cell) => cell.trim() !== '')) {
    return {
      line,
      complaint: complaint(
        `It has more cells than the first line has columns, ${names.length}. A cell with a separator in it has to stand in quotation marks.`,
      ),
    }
  }
  if (cells.some((cell) => cell.includes(UNREADABLE))) return { line, complaint: NOT_TEXT }
  const all = new Map<string, string>()
  for (const [i, name] of names.entries()) {
    const cell = cells[i]?.trim() ?? ''
    if (cell !== '' && name !== '') all.set(name, cell)
  }
  return { line, cells: all, columns }
}

// A ZIP archive (xlsx, ods, numbers), or what Office wrote before 2007 (D0 CF 11 E0), decoded as whatever it may be.
function isWorkbook(text: string): boolean {
  return text.startsWith('PK\u0003\u0004') || text[2] === '\u0011'
}

/** The first pieces, up to the end of the first line that says something. */
async function firstLine(
  texts: AsyncGenerator<string>,
): Promise<{ readonly text: string; readonly isLast: boolean }> {
  let text = ''
  for (;;) {
    const next = await texts.next()
    if (next.done === true) return { text, isLast: true }
    text += next.value
    if (text.length > MAX_FIRST_LINE || /\S[^\n\r]*[\n\r]./s.test(text)) {
      return { text, isLast: false }
    }
  }
}

// Outside of quotation marks.
function separatorOf(text: string): string {
  const [line = ''] = text
    .trimStart()
    .replace(/"[^"]*"/g, '')
    .split(/[\n\r]/, 1)
  const counts = SEPARATORS.map((separator) => line.split(separator).length)
  return SEPARATORS[counts.indexOf(Math.max(...counts))] ?? ','
}

function namesOf(cells: readonly string[]): string[] {
  return cells.map((cell) => cell.trim())
}

function isOneAddress(cells: readonly string[]): boolean {
  const [only = ''] = cells
  if (cells.slice(1).some((cell) => cell !== '')) return false
  try {
    parseAddress(only.trim())
    return true
  } catch {
    return false
  }
}
