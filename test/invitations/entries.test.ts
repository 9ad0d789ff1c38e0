import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { restored, type InvitationEntry } from '../../src/invitations/entries.js'
import { hasEnded, stateAt, type InvitationRecord } from '../../src/invitations/record.js'
import {
  claimed,
  revoked,
  sendingBegun,
  sendingEnded,
  tried,
  unlocked,
  withoutPasscode,
} from '../../src/invitations/transitions.js'

const HOUR = 60 * 60 * 1000
const NEW: InvitationRecord = {
  id: 'AAAAAAAAAAAAAAAAAAAAAA',
  maker: 'helpdesk',
  createdAt: 0,
  expiresAt: 24 * HOUR,
  window: HOUR,
  downloads: 3,
  used: 0,
  passcode: { triesLeft: 5 },
}

const STEPS = {
  claimed,
  revoked,
  tried,
  unlocked,
  withoutPasscode,
  begun: sendingBegun(false),
  sent: sendingEnded('sent'),
}
const step = fc.record({
  what: fc.constantFrom(...(Object.keys(STEPS) as (keyof typeof STEPS)[])),
  after: fc.integer({ min: 0, max: HOUR / 2 }),
})
// One that begins without a code has more that can happen to it.
const life = fc.record({ typed: fc.boolean(), steps: fc.array(step, { maxLength: 8 }) })
const NOW = 30 * HOUR

/** An invitation as a store has it after some steps. */
function lived({
  typed,
  steps,
}: {
  typed: boolean
  steps: readonly { what: keyof typeof STEPS; after: number }[]
}): InvitationEntry {
  let [record, now, seal] = [NEW, 0, 'with the code']
  for (const { what, after } of [
    ...(typed ? [{ what: 'withoutPasscode', after: 1 } as const] : []),
    ...steps,
  ]) {
    now += after
    const next = STEPS[what](record, now)
    if (next === undefined) continue
    if (what === 'withoutPasscode') seal = 'without'
    record = next
  }
  return hasEnded(stateAt(record, now)) ? { record } : { record, sealed: Buffer.from(seal) }
}

function join(known: InvitationEntry, given: InvitationEntry, now: number): InvitationEntry {
  const restoration = restored(known, given, now)
  return 'entry' in restoration ? restoration.entry : known
}

describe('an invitation of which a store and a backup know different lives', () => {
  it('never goes back, whatever the two know', () => {
    fc.assert(
      fc.property(life, life, fc.integer({ min: 0, max: NOW }), (a, b, now) => {
        const [known, given] = [lived(a), lived(b)]
        const { record, sealed } = join(known, given, now)
        for (const before of [known.record, given.record]) {
          expect(record.used).toBeGreaterThanOrEqual(before.used)
          if (hasEnded(stateAt(before, now))) expect(hasEnded(stateAt(record, now))).toBe(true)
          if (before.openedAt !== undefined)
            expect(record.openedAt).toBeLessThanOrEqual(before.openedAt)
        }
        const tries = known.record.passcode?.triesLeft ?? Infinity
        expect(record.passcode?.triesLeft ?? -1).toBeLessThanOrEqual(tries)
        // What needs the code is never there for an invitation that asks for none, nor the other way round.
        if (sealed !== undefined && !hasEnded(stateAt(record, now))) {
          const seal = record.passcode === undefined ? 'without' : 'with the code'
          expect(Buffer.from(sealed).toString()).toBe(seal)
        }
      }),
    )
  })

  it('is the same whichever comes first, and however often', () => {
    fc.assert(
      fc.property(life, life, life, (a, b, c) => {
        const [x, y, z] = [lived(a), lived(b), lived(c)]
        const all = join(join(x, y, NOW), z, NOW)
        expect(join(join(z, y, NOW), x, NOW).record.used).toBe(all.record.used)
        expect(restored(all, x, NOW)).toEqual({ outcome: 'known' })
        expect(restored(all, y, NOW)).toEqual({ outcome: 'known' })
        expect(restored(x, x, NOW)).toEqual({ outcome: 'known' })
      }),
    )
  })
})
