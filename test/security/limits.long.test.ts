import { it } from 'vitest'
import { expectBounded, FLOODS } from '../support/many-networks.js'
import { promise } from '../support/promise.js'

promise(
  'The limits remember at most 20,000 networks of a size, and give up the oldest first. Whoever is forgotten is still counted with the wider network.',
  () => {
    it.each(FLOODS)('a million networks of %s', async (_what, address, levels) => {
      await expectBounded(1_000_000, address, levels)
    })
  },
)
