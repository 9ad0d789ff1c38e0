import { it } from 'vitest'
import { promise } from '../support/promise.js'
import { SURFACES } from './fuzz/surfaces.js'

// Of more: fuzz.long.test.ts.
const INPUTS = 250

promise(
  'Whatever is sent to the server or read from a file, however broken, is answered or refused in a sentence: nothing crashes, hangs, answers 500 or gives a secret away.',
  () => {
    it.each(SURFACES)('$name', async (surface) => {
      await surface.run(INPUTS, 1)
    })
  },
)
