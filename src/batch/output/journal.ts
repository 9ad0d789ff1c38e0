import { existsSync, fdatasyncSync, ftruncateSync, rmSync } from 'node:fs'
import type { Done } from './done.js'
import { keyOf } from '../list/fingerprint.js'
import { HashTable } from '../hash-table.js'
import { lineAt, linesOf } from './line-file.js'
import { OpenFile } from './open-file.js'

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
  readonly #file: OpenFile
  readonly #places = new HashTable()
  readonly #names = new Map<string, string>()
  #end = 0

  constructor(path: string) {
    this.#file = new OpenFile(path, existsSync(path) ? 'r+' : 'wx+')
    for (const { at, text } of linesOf(this.#file.descriptor)) {
      const line = parsed(text)
      // Written in part: as if it had not been.
      if (line === undefined) break
      if ('row' in line) this.#places.set(keyOf(line.row), at)
      else this.#names.set(line.file, line.name)
      this.#end = at + Buffer.byteLength(text) + 1
    }
    ftruncateSync(this.#file.descriptor, this.#end)
  }

  /** What a run that did not come to its end has done for a row. */
  find(row: string): Done | undefined {
    const at = this.#places.get(keyOf(row))
    const line = at === undefined ? undefined : parsed(lineAt(this.#file.descriptor, at))
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
    this.#file.write(bytes, this.#end)
    this.#end += bytes.length
  }

  sync(): void {
    fdatasyncSync(this.#file.descriptor)
  }

  close(): void {
    this.#file.close()
  }

  /** Leaves it for the next run, if there is anything in it. */
  closeOrRemove(): void {
    if (this.#end > 0) this.close()
    else this.remove()
  }

  remove(): void {
    this.close()
    rmSync(this.#file.path, { force: true })
  }
}

function parsed(text: string): Line | Named | undefined {
  try {
    return JSON.parse(text) as Line | Named
  } catch {
    return undefined
  }
}
