import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { WaitingList } from '../../src/server/waiting-list.js'

/** The same by looking at everybody each time. */
function firstOf(waiting: readonly { item: number; network: string }[]): number | undefined {
  const sizes = new Map<string, number>()
  for (const { network } of waiting) sizes.set(network, (sizes.get(network) ?? 0) + 1)
  const largest = Math.max(0, ...sizes.values())
  if (largest <= 8) return waiting[0]?.item
  const oldest = waiting.filter(({ network }) => sizes.get(network) === largest)
  // Of two that are as large either may be meant.
  const networks = new Set(oldest.map(({ network }) => network))
  return networks.size === 1 ? oldest[0]?.item : NaN
}

describe('who gives way', () => {
  it('is the oldest of the largest network', () => {
    const list = new WaitingList<string>()
    list.add('other', '192.0.2.1')
    for (let i = 0; i < 9; i++) list.add(`many ${i}`, '192.0.2.2')
    expect(list.first).toBe('many 0')
    list.add('many 0', '192.0.2.2')
    expect(list.first).toBe('many 1')
  })

  it('is the oldest of all where no network has more than a browser has', () => {
    const list = new WaitingList<string>()
    list.add('other', '192.0.2.1')
    for (let i = 0; i < 8; i++) list.add(`few ${i}`, '192.0.2.2')
    expect(list.first).toBe('other')
  })

  it('is the same as by counting, whatever comes and goes', () => {
    const step = fc.record({
      item: fc.nat(40),
      network: fc.constantFrom('a', 'b', 'c'),
      isGoing: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300, size: 'max' }), (steps) => {
        const list = new WaitingList<number>()
        let waiting: { item: number; network: string }[] = []
        for (const { item, network, isGoing } of steps) {
          waiting = waiting.filter((one) => one.item !== item)
          if (isGoing) list.delete(item)
          else {
            list.add(item, network)
            waiting.push({ item, network })
          }
          const expected = firstOf(waiting)
          if (Number.isNaN(expected)) expect(list.first).toBeDefined()
          else expect(list.first).toBe(expected)
        }
      }),
    )
  })
})
