import { fdatasyncSync, ftruncateSync, rmSync } from 'node:fs'
import { basename } from 'node:path'
import type { Done } from './done.js'
import { keyOf } from '../list/fingerprint.js'
import { HashTable } from '../hash-table.js'
import { lineAt, linesOf } from './line-file.js'
import type { OpenFile } from './open-file.js'
import { openOwnFile } from './own-file.js'

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
  readonly #formats = new Set<string>()
  #end = 0

  /** @throws MailProfileError as `openOwnFile` */
  constructor(path: string) {
    this.#file = openOwnFile(path, 'make')
    // What was written in part is no line, and as if it had not been.
    for (const { at, text } of linesOf(this.#file.descriptor)) {
      this.#end = at + Buffer.byteLength(text) + 1
      const line = parsed(text)
      if (line === undefined) continue
      if ('row' in line) {
        this.#places.set(keyOf(line.row), at)
        for (const format of Object.keys(line.files)) this.#formats.add(format)
      } else this.#names.set(line.file, line.name)
    }
    ftruncateSync(this.#file.descriptor, this.#end)
  }

  /** Of which runs that did not come to their end have made files. */
  get formats(): ReadonlySet<string> {
    return this.#formats
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
    let at = this.#end
    for (const [row, done] of entries) {
      const line = `${JSON.stringify({ row, ...done })}\n`
      this.#places.set(keyOf(row), at)
      at += Buffer.byteLength(line)
      text += line
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

// A disk may have made anything of it.
function parsed(text: string): Line | Named | undefined {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return undefined
  }
  return isLine(json) || isNamed(json) ? json : undefined
}

function isLine(json: unknown): json is Line {
  const { row, files } = (json ?? {}) as Partial<Record<keyof Line, unknown>>
  return (
    typeof row === 'string' &&
    /^[0-9a-f]{16}$/.test(row) &&
    typeof files === 'object' &&
    files !== null
  )
}

// The name of a file in a folder, and no way out of it.
function isNamed(json: unknown): json is Named {
  const { file, name } = (json ?? {}) as Partial<Record<keyof Named, unknown>>
  return (
    typeof file === 'string' &&
    typeof name === 'string' &&
    name === basename(name) &&
    !['', '.', '..'].includes(name)
  )
}
