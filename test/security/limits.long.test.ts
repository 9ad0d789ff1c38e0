import { expect, it } from 'vitest'
import { createLimits } from '../../src/server/rate-limits.js'
import { allowed, expectBounded, FLOODS, hex, MANY, MAX } from '../support/many-networks.js'
import { promise } from '../support/promise.js'

promise(
  'The limits remember at most 20,000 networks of a size, and give up the oldest first. Whoever is forgotten is still counted with the wider network.',
  () => {
    it.each(FLOODS)('a million networks of %s', async (_what, address, levels) => {
      await expectBounded(1_000_000, address, levels)
    })

    it('and with a flood of its own a site gets no more than it has', async () => {
      const limits = await createLimits({ limits: { ...MANY, client: 5 }, now: () => 0 })
      let [own, floods] = [0, 0]
      for (let round = 0; round < 11; round++) {
        own += await allowed(limits, 4, () => '2001:db8:66:1::1')
        // As many networks as each site and each provider may have.
        await allowed(limits, MAX, () => {
          const n = floods++
          const provider = Math.floor(n / 320)
          const site = Math.floor((n % 320) / 40)
          return `2${hex(0x400 + (provider >> 8))}:${hex(provider & 0xff)}:${hex(site)}:${hex(n % 40)}::1`
        })
      }
      expect(own).toBe(40)
    })
  },
)
