import { complaint, complaintOf } from './complaint.js'
import { findColumns, type Columns, type NamedColumns } from './columns.js'
import { UNREADABLE } from './decode-list.js'
import type { BadRow, ListRow } from './row.js'

const MAX_LENGTH = 64 * 1024
// Lists made by programs have the same keys in each line, or a few sets of them.
const MAX_SETS = 100

/** Rows of JSON Lines: an object in each line, with texts. */
export class JsonLines {
  readonly #named: NamedColumns | undefined
  #onColumns: ((columns: Columns) => void) | undefined
  readonly #columns = new Map<string, Columns>()
  #text = ''
  #line = 0
  #skipping = false

  constructor(options: {
    readonly named?: NamedColumns | undefined
    readonly onColumns?: ((columns: Columns) => void) | undefined
  }) {
    this.#named = options.named
    this.#onColumns = options.onColumns
  }

  *read(text: string, isLast: boolean): Generator<ListRow | BadRow> {
    const lines = (this.#text + text).split('\n')
    this.#text = isLast ? '' : (lines.pop() ?? '')
    for (const line of lines) {
      if (this.#skipping) {
        this.#skipping = false
        continue
      }
      this.#line++
      if (line.trim() !== '') yield this.#rowOf(line)
    }
    if (this.#text.length <= MAX_LENGTH) return
    this.#text = ''
    if (this.#skipping) return
    this.#skipping = true
    this.#line++
    yield this.#bad('The line is longer than 64 KB.')
  }

  #rowOf(text: string): ListRow | BadRow {
    if (text.length > MAX_LENGTH) return this.#bad('The line is longer than 64 KB.')
    if (text.includes(UNREADABLE)) return this.#bad('It holds bytes that are no text.')
    let json: unknown
    try {
      json = JSON.parse(text)
    } catch {
      return this.#bad('It is no JSON.')
    }
    if (typeof json !== 'object' || json === null || Array.isArray(json)) {
      return this.#bad('It is no JSON object.')
    }
    const cells = new Map<string, string>()
    for (const [name, value] of Object.entries(json)) {
      if (value === null || value === '') continue
      if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
        return this.#bad('A value of it is no text.')
      }
      cells.set(name, String(value).trim())
    }
    try {
      return { line: this.#line, cells, columns: this.#columnsOf(Object.keys(json)) }
    } catch (error) {
      return { line: this.#line, complaint: complaintOf(error) }
    }
  }

  #columnsOf(names: readonly string[]): Columns {
    const key = JSON.stringify(names)
    let columns = this.#columns.get(key)
    if (columns === undefined) {
      columns = findColumns(names, this.#named)
      if (this.#columns.size < MAX_SETS) this.#columns.set(key, columns)
    }
    this.#onColumns?.(columns)
    this.#onColumns = undefined
    return columns
  }

  #bad(reason: string): BadRow {
    return { line: this.#line, complaint: complaint(reason) }
  }
}
