import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'

const FLUSH_LENGTH = 64 * 1024

/** A file of text that gets its name when it is whole. */
export class TextFile {
  readonly #path: string
  readonly #temporary: string
  readonly #file: number
  #text = ''
  #isOpen = true

  /** @param temporary where it is written, in the same file system */
  constructor(path: string, temporary: string) {
    this.#path = path
    this.#temporary = temporary
    this.#file = openSync(temporary, 'wx', 0o600)
  }

  write(text: string): void {
    this.#text += text
    if (this.#text.length > FLUSH_LENGTH) this.#flush()
  }

  finish(): void {
    this.#flush()
    fsyncSync(this.#file)
    this.#close()
    renameSync(this.#temporary, this.#path)
  }

  /** Leaves nothing of it. */
  discard(): void {
    this.#close()
    rmSync(this.#temporary, { force: true })
  }

  #close(): void {
    if (this.#isOpen) closeSync(this.#file)
    this.#isOpen = false
  }

  #flush(): void {
    const bytes = Buffer.from(this.#text)
    for (let at = 0; at < bytes.length;) at += writeSync(this.#file, bytes, at)
    this.#text = ''
  }
}
