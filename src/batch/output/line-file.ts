import { fstatSync, readSync } from 'node:fs'

const CHUNK = 256 * 1024
const LINE = 4 * 1024

/** A line of a file, and where it begins. */
export interface LineAt {
  readonly at: number
  readonly text: string
}

/** The lines of an open file that have ended, one after the other. */
export function* linesOf(file: number): Generator<LineAt> {
  const size = fstatSync(file).size
  let rest = Buffer.alloc(0)
  let begin = 0
  for (let at = 0; at < size;) {
    const chunk = Buffer.allocUnsafe(CHUNK)
    const length = readSync(file, chunk, 0, CHUNK, at)
    if (length === 0) return
    at += length
    rest = Buffer.concat([rest, chunk.subarray(0, length)])
    let from = 0
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10, from)) {
      yield { at: begin + from, text: rest.toString('utf8', from, end) }
      from = end + 1
    }
    rest = rest.subarray(from)
    begin += from
  }
}

/** The line that begins at a place. */
export function lineAt(file: number, at: number): string {
  let bytes = Buffer.allocUnsafe(LINE)
  for (;;) {
    const length = readSync(file, bytes, 0, bytes.length, at)
    const end = bytes.subarray(0, length).indexOf(10)
    if (end >= 0) return bytes.toString('utf8', 0, end)
    if (length < bytes.length) return bytes.toString('utf8', 0, length)
    bytes = Buffer.allocUnsafe(2 * bytes.length)
  }
}
