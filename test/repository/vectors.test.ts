import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Vector } from '../support/vectors.js'

const TEST = fileURLToPath(new URL('..', import.meta.url))
const FOLDER = join(TEST, 'vectors/formats')

const sources = readdirSync(TEST, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => readFileSync(join(TEST, name), 'utf8'))
  .join('\n')

describe.each(readdirSync(FOLDER))('the vectors in %s', (file) => {
  const vectors = JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Vector[]

  it('have names of their own', () => {
    expect(new Set(vectors.map(({ id }) => id)).size).toBe(vectors.length)
  })

  it('are all run by a table', () => {
    for (const kind of new Set(vectors.map((vector) => vector.kind))) {
      expect(sources).toContain(`vectors('${file.replace('.json', '')}', '${kind}')`)
    }
  })
})
