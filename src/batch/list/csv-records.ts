/** A record of a list of separated values, or why there is none. */
export type CsvRecord =
  | { readonly line: number; readonly cells: readonly string[] }
  | { readonly line: number; readonly trouble: 'too_long' | 'open_quote' }

// So much of one record is kept at most: a list can be one endless line.
const MAX_LENGTH = 64 * 1024
const MAX_LINES = 100

/**
 * Records of separated values (RFC 4180) as spreadsheets write and read them: lines end with CRLF, LF or CR, a
 * quotation mark counts where a cell begins, and what follows a closing one belongs to the cell.
 *
 * Not by a library, because a record that is wrong must cost nobody else's: csv-parse 7 gives up all that
 * follows a record that is too long, and takes the next ones into a cell whose quotation mark is never closed.
 * Here reading goes on with the line after the one where such a record began.
 */
export class CsvRecords {
  readonly #separator: string
  #text = ''
  #line = 1
  // Of a record that was too long, what follows until its line ends.
  #skipping = false

  constructor(separator: string) {
    this.#separator = separator
  }

  /**
   * @param text what follows what was given before
   * @param isLast whether the list ends with it
   * @returns the records that end in it, but for those without any text
   */
  *read(text: string, isLast = false): Generator<CsvRecord> {
    this.#text += text
    let at = 0
    while (at < this.#text.length) {
      if (this.#skipping) {
        const next = afterLine(this.#text, at, isLast)
        if (next === undefined) {
          at = this.#text.length
          break
        }
        at = next
        this.#skipping = false
        this.#line++
        continue
      }
      const record = readRecord(this.#text, at, this.#separator, isLast)
      if (record === 'more') {
        if (this.#text.length - at <= MAX_LENGTH) break
        yield { line: this.#line, trouble: 'too_long' }
        this.#skipping = true
        continue
      }
      if (record === 'open_quote' || record === 'too_long') {
        yield { line: this.#line, trouble: record }
        this.#skipping = true
        continue
      }
      if (record.cells.some((cell) => cell !== '')) yield { line: this.#line, cells: record.cells }
      this.#line += record.lines
      at = record.end
    }
    this.#text = this.#text.slice(at)
  }
}

interface Read {
  readonly cells: readonly string[]
  /** Where the next record begins. */
  readonly end: number
  readonly lines: number
}

function readRecord(
  text: string,
  from: number,
  separator: string,
  isLast: boolean,
): Read | 'more' | 'open_quote' | 'too_long' {
  const cells: string[] = []
  let at = from
  let lines = 1
  for (;;) {
    let cell = ''
    if (text[at] === '"') {
      // Quoted: up to a quotation mark that is not doubled.
      for (at++; ;) {
        const quote = text.indexOf('"', at)
        const end = quote < 0 ? text.length : quote
        const part = text.slice(at, end)
        lines += countLines(part)
        if (lines > MAX_LINES || end - from > MAX_LENGTH) return 'open_quote'
        if (quote < 0 || (quote === text.length - 1 && !isLast)) {
          return isLast ? 'open_quote' : 'more'
        }
        cell += part
        at = quote + 1
        if (text[at] !== '"') break
        cell += '"'
        at++
      }
    }
    const begin = at
    for (; at < text.length; at++) {
      const character = text[at]
      if (character === separator || character === '\n' || character === '\r') break
    }
    if (at - from > MAX_LENGTH) return 'too_long'
    cells.push(cell + text.slice(begin, at))
    if (at === text.length) return isLast ? { cells, end: at, lines } : 'more'
    if (text[at] === separator) {
      at++
      continue
    }
    const end = afterLine(text, at, isLast)
    return end === undefined ? 'more' : { cells, end, lines }
  }
}

/** Where the line after this one begins, where that is known. */
function afterLine(text: string, from: number, isLast: boolean): number | undefined {
  for (let at = from; at < text.length; at++) {
    if (text[at] === '\n') return at + 1
    if (text[at] !== '\r') continue
    // The other half of a CRLF may come yet.
    if (at + 1 === text.length) return isLast ? at + 1 : undefined
    return text[at + 1] === '\n' ? at + 2 : at + 1
  }
  return undefined
}

function countLines(text: string): number {
  let count = 0
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '\n' || (text[at] === '\r' && text[at + 1] !== '\n')) count++
  }
  return count
}
