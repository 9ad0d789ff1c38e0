import { closeSync, openSync, writeSync } from 'node:fs'

/** A file that is open until it is closed for the first time: whoever cleans up need not know what has been closed. */
export class OpenFile {
  readonly path: string
  readonly descriptor: number
  #isOpen = true

  /**
   * A file that is made is its owner's alone: it may hold links and passwords.
   *
   * @param flags those of `open`; by default nothing may have the name yet
   */
  constructor(path: string, flags: 'wx' | 'wx+' | number) {
    this.path = path
    this.descriptor = openSync(path, flags, 0o600)
  }

  /** @param at where; behind what was written before, by default */
  write(bytes: Uint8Array, at?: number): void {
    for (let done = 0; done < bytes.length;) {
      const place = at === undefined ? null : at + done
      done += writeSync(this.descriptor, bytes, done, bytes.length - done, place)
    }
  }

  close(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    closeSync(this.descriptor)
  }
}
