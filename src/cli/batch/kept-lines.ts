import { randomUUID } from 'node:crypto'
import { closeSync, openSync, unlinkSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { linesOf } from '../../batch/output/line-file.js'
import { fileError, isFileError } from '../file-error.js'

const MOST_WAITING = 64 * 1024

/** Lines that are kept in a file without a name, its owner's alone, of which nothing is left however the process ends. */
export class KeptLines {
  readonly #path = join(tmpdir(), `mailprofile-${randomUUID()}`)
  readonly #file: number
  #waiting = ''

  /** @throws MailProfileError `file_error` */
  constructor() {
    this.#file = this.#try(() => openSync(this.#path, 'wx+', 0o600))
    unlinkSync(this.#path)
  }

  /**
   * @param line without a line feed
   * @throws MailProfileError `file_error`
   */
  add(line: string): void {
    this.#waiting += `${line}\n`
    if (this.#waiting.length > MOST_WAITING) this.#write()
  }

  *read(): Generator<string> {
    this.#write()
    for (const { text } of linesOf(this.#file)) yield text
  }

  close(): void {
    closeSync(this.#file)
  }

  #write(): void {
    const bytes = Buffer.from(this.#waiting)
    this.#waiting = ''
    this.#try(() => {
      for (let at = 0; at < bytes.length;) at += writeSync(this.#file, bytes, at)
    })
  }

  #try<T>(work: () => T): T {
    try {
      return work()
    } catch (error) {
      if (!isFileError(error)) throw error
      throw fileError(error, { path: this.#path, what: 'The temporary file', access: 'written' })
    }
  }
}
