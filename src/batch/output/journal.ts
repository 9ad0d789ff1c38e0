import {
  closeSync,
  existsSync,
  fdatasyncSync,
  ftruncateSync,
  openSync,
  rmSync,
  writeSync,
} from 'node:fs'
import type { Done } from './done.js'
import { keyOf } from '../list/fingerprint.js'
import { HashTable } from '../hash-table.js'
import { lineAt, linesOf } from './line-file.js'

interface Line extends Done {
  /** The row's fingerprint. */
  readonly row: string
}

/** What a file of the whole run is to be called, so that each run that goes on means the same. */
interface Named {
  readonly file: string
  readonly name: string
}

/**
 * What an unfinished run has done, row by row, with mode 0600: it holds links. A line has all that was done for its row,
 * and the last one of a row counts. What a killed process has written is there; `sync` is for a machine that loses its
 * power.
 */
export class Journal {
  readonly #path: string
  readonly #file: number
  readonly #places = new HashTable()
  readonly #names = new Map<string, string>()
  #end = 0

  constructor(path: string) {
    this.#path = path
    this.#file = openSync(path, existsSync(path) ? 'r+' : 'wx+', 0o600)
    for (const { at, text } of linesOf(this.#file)) {
      const line = parsed(text)
      // Written in part: as if it had not been.
      if (line === undefined) break
      if ('row' in line) this.#places.set(keyOf(line.row), at)
      else this.#names.set(line.file, line.name)
      this.#end = at + Buffer.byteLength(text) + 1
    }
    ftruncateSync(this.#file, this.#end)
  }

  /** What a run that did not come to its end has done for a row. */
  find(row: string): Done | undefined {
    const at = this.#places.get(keyOf(row))
    const line = at === undefined ? undefined : parsed(lineAt(this.#file, at))
    return line !== undefined && 'row' in line ? line : undefined
  }

  /** The name of a file of the whole run, as the first run chose it. */
  nameOf(file: string, choose: () => string): string {
    const known = this.#names.get(file)
    if (known !== undefined) return known
    const name = choose()
    this.#names.set(file, name)
    this.#append(`${JSON.stringify({ file, name })}\n`)
    return name
  }

  write(entries: Iterable<readonly [row: string, done: Done]>): void {
    let text = ''
    for (const [row, done] of entries) {
      this.#places.set(keyOf(row), this.#end + Buffer.byteLength(text))
      text += `${JSON.stringify({ row, ...done })}\n`
    }
    this.#append(text)
  }

  #append(text: string): void {
    const bytes = Buffer.from(text)
    for (let written = 0; written < bytes.length;) {
      written += writeSync(this.#file, bytes, written, bytes.length - written, this.#end + written)
    }
    this.#end += bytes.length
  }

  sync(): void {
    fdatasyncSync(this.#file)
  }

  close(): void {
    closeSync(this.#file)
  }

  /** Leaves it for the next run, if there is anything in it. */
  closeOrRemove(): void {
    if (this.#end > 0) this.close()
    else this.remove()
  }

  remove(): void {
    this.close()
    rmSync(this.#path)
  }
}

function parsed(text: string): Line | Named | undefined {
  try {
    return JSON.parse(text) as Line | Named
  } catch {
    return undefined
  }
}
