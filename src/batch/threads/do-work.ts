import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { complaintOf } from '../list/complaint.js'
import { OpenFile } from '../output/open-file.js'
import type { FileMaker } from './file-maker.js'
import type { DoneFile, RowDone, Work, WorkDone } from './work.js'

/**
 * Does the work for some rows, one after the other. Files are written without `await`: in a thread of its own that costs
 * half of what libuv's pool takes, which signing would have to share with it.
 *
 * @throws what the file system says
 */
export async function doWork({ rows, to, folders }: Work, maker: FileMaker): Promise<WorkDone> {
  if (to === 'write') {
    for (const folder of Object.values(folders)) mkdirSync(folder, { recursive: true, mode: 0o700 })
  }
  const done: RowDone[] = []
  const bodies: Uint8Array[] = []
  for (const { person, stem, formats } of rows) {
    try {
      if (to === 'check') maker.check(person, formats)
      const made = to === 'check' ? [] : await maker.make(person, formats)
      const files = made.map(({ format, extension, body }): DoneFile => {
        const name = `${stem}${extension}`
        if (to === 'return') bodies.push(body)
        else write(join(folders[format] ?? '', name), body)
        return to === 'return' ? { format, name, size: body.length } : { format, name }
      })
      done.push({ files })
    } catch (error) {
      done.push({ complaint: complaintOf(error) })
    }
  }
  return to === 'return' ? { rows: done, bodies: joined(bodies) } : { rows: done }
}

// Of its own, so that it can be given away: small buffers share their memory with others.
function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

function write(path: string, body: Uint8Array): void {
  // In the folder for work nothing has its name.
  const file = new OpenFile(path, 'wx')
  try {
    file.write(body)
  } finally {
    file.close()
  }
}
