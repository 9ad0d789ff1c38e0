import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs'

const PAGE = 4096

/** How it is called where it is a peer. */
export const FSYNC = 'fdatasync of a page on the same disk'

/** Appends a page and waits for the disk, over and over: times a second. */
export function fsyncRate(path: string, milliseconds: number): number {
  const file = openSync(path, 'a')
  const page = Buffer.alloc(PAGE, 1)
  const begin = performance.now()
  let count = 0
  while (performance.now() - begin < milliseconds) {
    writeSync(file, page)
    fdatasyncSync(file)
    count++
  }
  closeSync(file)
  return count / ((performance.now() - begin) / 1000)
}
