import { fsyncSync, renameSync, rmSync } from 'node:fs'
import { OpenFile } from './open-file.js'

const FLUSH_LENGTH = 64 * 1024

/** A file of text that gets its name when it is whole. */
export class TextFile {
  readonly #path: string
  readonly #file: OpenFile
  #text = ''

  /** @param temporary where it is written, in the same file system */
  constructor(path: string, temporary: string) {
    this.#path = path
    this.#file = new OpenFile(temporary, 'wx')
  }

  write(text: string): void {
    this.#text += text
    if (this.#text.length > FLUSH_LENGTH) this.#flush()
  }

  finish(): void {
    this.#flush()
    fsyncSync(this.#file.descriptor)
    this.#file.close()
    renameSync(this.#file.path, this.#path)
  }

  /** Leaves nothing of it that has no name yet. */
  discard(): void {
    this.#file.close()
    rmSync(this.#file.path, { force: true })
  }

  #flush(): void {
    this.#file.write(Buffer.from(this.#text))
    this.#text = ''
  }
}
