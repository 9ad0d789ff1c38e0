import { describe, it } from 'vitest'
import { HTTP_SURFACES } from './fuzz/http-surfaces.js'

const INPUTS = 100_000

// What reads files: fuzz-readers.long.test.ts.
describe('a hundred thousand broken inputs each', () => {
  it.each(HTTP_SURFACES)('$name', async (surface) => {
    await surface.run(INPUTS, 2)
  })
})
