import { describe, it } from 'vitest'
import { READER_SURFACES } from './fuzz/readers.js'

const INPUTS = 100_000

describe('a hundred thousand broken inputs each', () => {
  it.each(READER_SURFACES)('$name', async (surface) => {
    await surface.run(INPUTS, 2)
  })
})
