import { existsSync } from 'node:fs'
import { MailProfileError } from '../../errors.js'
import { MAIL_STATES, type Done } from './done.js'
import { keyOf } from '../list/fingerprint.js'
import { HashTable } from '../hash-table.js'
import { CsvRecords } from '../list/csv-records.js'
import { cellBefore, csvLine } from './csv-text.js'
import { lineAt, linesOf } from './line-file.js'
import type { OpenFile } from './open-file.js'
import { openOwnFile } from './own-file.js'

/** A line of the file of results. */
export interface Result {
  /** Of the list, or of an earlier one. */
  readonly line: string
  readonly address: string
  readonly name: string
  readonly done: Done
  /** The row's fingerprint. */
  readonly row: string
}

const BEFORE_FILES = ['line', 'address', 'name'] as const
const AFTER_FILES = [
  'invitation',
  'link',
  'code',
  'expires',
  'mail',
  'letter',
  'fingerprint',
] as const
const YES = 'yes'

/** The first line of a file of results: a column for each format. */
export function resultsHead(formats: readonly string[]): string {
  return csvLine([...BEFORE_FILES, ...formats, ...AFTER_FILES])
}

export function resultLine(
  { line, address, name, done, row }: Result,
  formats: readonly string[],
): string {
  const { files, invitation, mail, mailTrouble, letter } = done
  return csvLine([
    line,
    address,
    name,
    ...formats.map((id) => files[id] ?? ''),
    invitation?.id ?? '',
    invitation?.link ?? '',
    // In two groups: spreadsheets take the zero from the beginning of a number.
    invitation?.code?.replace(/(?=\d{3}$)/, ' ') ?? '',
    invitation?.expires ?? '',
    mailTrouble === undefined ? (mail ?? '') : `${mail ?? ''}: ${mailTrouble}`,
    letter === true ? YES : '',
    row,
  ])
}

/** The results of runs that came to their end, as the operator's folder has them. */
export class EarlierResults {
  /** The formats that have a column. */
  readonly formats: readonly string[] = []
  readonly #file: OpenFile | undefined
  readonly #columns: readonly string[] = []
  readonly #places = new HashTable()
  readonly #begin: number = 0

  /** @throws MailProfileError `invalid_request` for a file that no run has written; as `openOwnFile` */
  constructor(path: string) {
    if (!existsSync(path)) return
    this.#file = openOwnFile(path, 'read')
    const lines = linesOf(this.#file.descriptor)
    const head = lines.next()
    this.#columns = cellsOf(head.done === true ? '' : head.value.text)
    const [first] = AFTER_FILES
    if (this.#columns.at(-1) !== AFTER_FILES.at(-1) || !this.#columns.includes(first)) {
      throw new MailProfileError(
        'invalid_request',
        'A file results.csv is there that no run has written.',
        {
          hint: 'Name another folder with --out, or move the file away.',
          field: 'out',
        },
      )
    }
    this.formats = this.#columns.slice(BEFORE_FILES.length, this.#columns.indexOf(first))
    for (const { at, text } of lines) {
      this.#begin ||= at
      const result = this.#parsed(text)
      if (result !== undefined) this.#places.set(keyOf(result.row), at)
    }
  }

  /** What was done for a row, which is in the list again: it is not among `others` then. */
  find(row: string): Done | undefined {
    const key = keyOf(row)
    const at = this.#places.get(key)
    if (at === undefined || this.#file === undefined) return undefined
    // Where it was seen, a place is below zero.
    const place = at < 0 ? -at : at
    this.#places.set(key, -place)
    return this.#parsed(lineAt(this.#file.descriptor, place))?.done
  }

  /** Those that are not in the list any more. */
  *others(): Generator<Result> {
    if (this.#file === undefined || this.#begin === 0) return
    for (const { at, text } of linesOf(this.#file.descriptor)) {
      const result = at < this.#begin ? undefined : this.#parsed(text)
      if (result !== undefined && this.#places.get(keyOf(result.row)) === at) yield result
    }
  }

  close(): void {
    this.#file?.close()
  }

  #parsed(text: string): Result | undefined {
    const cells = cellsOf(text)
    const cell = (name: string) => cells[this.#columns.indexOf(name)] ?? ''
    const row = cell('fingerprint')
    if (!/^[0-9a-f]{16}$/.test(row)) return undefined
    const [, said = '', mailTrouble] = /^(\w+)(?:: (.*))?$/s.exec(cell('mail')) ?? []
    const mail = MAIL_STATES.find((state) => state === said)
    const link = cell('link')
    const token = link.slice(link.lastIndexOf('/') + 1)
    const code = cell('code').replace(' ', '')
    const done: Done = {
      files: Object.fromEntries(
        this.formats.flatMap((id) => (cell(id) === '' ? [] : [[id, cell(id)] as const])),
      ),
      ...(token === ''
        ? {}
        : {
            invitation: {
              token,
              link,
              id: cell('invitation'),
              expires: cell('expires'),
              ...(code === '' ? {} : { code }),
            },
          }),
      ...(mail === undefined ? {} : { mail, mailTrouble }),
      ...(cell('letter') === YES ? { letter: true } : {}),
    }
    return { line: cell('line'), address: cell('address'), name: cell('name'), done, row }
  }
}

function cellsOf(line: string): readonly string[] {
  const [record] = new CsvRecords(',').read(line, true)
  if (record === undefined || 'trouble' in record) return []
  return record.cells.map(cellBefore)
}
