import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'

/**
 * What a `describe` block makes once, in a folder that goes away after it; a test reads it by
 * calling the result.
 */
export function suite<T>(make: (folder: string) => T): () => T {
  let made: { readonly value: T } | undefined
  let folder: string | undefined
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'mailprofile-suite-'))
    made = { value: make(folder) }
  })
  afterAll(() => {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
  })
  return () => {
    if (made === undefined) throw new Error('Only tests and hooks may ask for it.')
    return made.value
  }
}
