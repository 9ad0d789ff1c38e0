import { randomUUID } from 'node:crypto'
import { unlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { linesOf } from '../../batch/output/line-file.js'
import { OpenFile } from '../../batch/output/open-file.js'
import { asFileError } from '../../files/file-error.js'

const MOST_WAITING = 64 * 1024

/** Lines that are kept in a file without a name, its owner's alone, of which nothing is left however the process ends. */
export class KeptLines {
  readonly #path = join(tmpdir(), `mailprofile-${randomUUID()}`)
  readonly #file: OpenFile
  #waiting = ''

  /** @throws MailProfileError `file_error` */
  constructor() {
    this.#file = this.#try(() => new OpenFile(this.#path, 'wx+'))
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
    for (const { text } of linesOf(this.#file.descriptor)) yield text
  }

  close(): void {
    this.#file.close()
  }

  #write(): void {
    const bytes = Buffer.from(this.#waiting)
    this.#waiting = ''
    this.#try(() => this.#file.write(bytes))
  }

  #try<T>(work: () => T): T {
    try {
      return work()
    } catch (error) {
      throw asFileError(error, { path: this.#path, what: 'The temporary file', access: 'written' })
    }
  }
}
