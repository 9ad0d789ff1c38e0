import { expect } from 'vitest'
import { createLimits, type RateLimits } from '../../src/server/rate-limits.js'

/** How many of a size are remembered. */
export const MAX = 20_000
/** Limits that nothing here reaches. */
export const MANY = { client: 1000, domain: 1000, key: 1000, wrong: 1000 }

export const hex = (value: number) => value.toString(16)
/** The nth network of 64 bits of a site. */
export const networkIn = (site: string, n: number) => `${site}:${hex(n)}::1`
/** Networks of 64 bits, each below another one of 32. */
export const farAway = (n: number) => `2${hex(0x100 + (n >> 16))}:${hex(n & 0xffff)}:7:7::1`
export const v4 = (n: number) => `${(n >> 16) + 1}.${(n >> 8) & 0xff}.${n & 0xff}.9`

export async function isAllowed(limits: RateLimits, address: string): Promise<boolean> {
  return limits.client(address).then(
    () => true,
    (error: unknown) => {
      expect(error).toMatchObject({ code: 'too_many_requests' })
      return false
    },
  )
}

/** How many of the calls went through. */
export async function allowed(
  limits: RateLimits,
  count: number,
  address: (n: number) => string,
): Promise<number> {
  let sum = 0
  for (let n = 0; n < count; n++) if (await isAllowed(limits, address(n))) sum++
  return sum
}

/** Clients of many networks, with the levels at which an address is counted. */
export const FLOODS = [
  ['IPv6', farAway, 3],
  ['IPv4', v4, 2],
] as const

/** One request from each of so many networks, and no more of them are remembered than may be. */
export async function expectBounded(
  count: number,
  address: (n: number) => string,
  levels: number,
): Promise<void> {
  const limits = await createLimits({ limits: MANY })
  let largest = 0
  for (let n = 0; n < count; n++) {
    await limits.client(address(n))
    if (n % 10_000 === 0) largest = Math.max(largest, limits.size)
  }
  expect(largest).toBeLessThanOrEqual(levels * MAX)
  expect(limits.size).toBeLessThanOrEqual(levels * MAX)
}
