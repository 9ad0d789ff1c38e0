import { describe, it } from 'vitest'
import { SURFACES } from './fuzz/surfaces.js'

const INPUTS = 100_000

describe('a hundred thousand broken inputs each', () => {
  it.each(SURFACES)('$name', async (surface) => {
    await surface.run(INPUTS, 2)
  })
})
