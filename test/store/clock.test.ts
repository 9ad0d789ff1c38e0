import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CLOCK_TOLERANCE, SteadyClock } from '../../src/invitations/clock.js'

const DAY = 24 * 60 * 60 * 1000

describe('a steady clock', () => {
  it('never goes back, and never lags far behind what has passed', () => {
    const moment = fc.record({
      passed: fc.integer({ min: 0, max: 10_000 }),
      step: fc.oneof(fc.constant(0), fc.integer({ min: -DAY, max: DAY })),
    })
    fc.assert(
      fc.property(fc.array(moment, { maxLength: 50 }), (moments) => {
        const clock = new SteadyClock()
        let [now, elapsed] = [1e12, 5]
        const first = clock.read(now, elapsed)
        let last = first
        for (const { passed, step } of moments) {
          elapsed += passed
          now += passed + step
          const time = clock.read(now, elapsed)
          expect(time).toBeGreaterThanOrEqual(Math.max(last, now))
          expect(time).toBeGreaterThanOrEqual(first + (elapsed - 5) - CLOCK_TOLERANCE)
          expect(clock.behind).toBe(time - now > CLOCK_TOLERANCE ? time - now : 0)
          last = time
        }
      }),
    )
  })

  it('goes on although the clock stands still', () => {
    const clock = new SteadyClock()
    for (let elapsed = 0; elapsed <= 60_000; elapsed += 1000) clock.read(1e12, elapsed)
    expect(clock.read(1e12, 60_000)).toBeGreaterThanOrEqual(1e12 + 60_000)
  })

  it('goes on from what somebody else has seen', () => {
    const clock = new SteadyClock()
    expect(clock.read(1e12, 0, 1e12 + DAY)).toBe(1e12 + DAY)
    // Told again and again, that is no reason to stand still.
    for (const elapsed of [1000, 2000, 20_000]) {
      expect(clock.read(1e12, elapsed, 1e12 + DAY)).toBe(1e12 + DAY + elapsed)
    }
    expect(clock.behind).toBe(DAY + 20_000)
  })

  it('goes by the clock again once that is right', () => {
    const clock = new SteadyClock()
    clock.read(1e12, 0)
    expect(clock.read(1e12 - DAY, 60_000)).toBe(1e12 + 60_000)
    expect(clock.read(1e12 + 61_000, 61_000)).toBe(1e12 + 61_000)
    expect(clock.behind).toBe(0)
  })
})
