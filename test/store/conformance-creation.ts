import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Store } from '../../src/invitations/store.js'
import { refusalCode } from '../support/errors.js'
import { add, newCall, newId, newInvitation } from '../support/stores.js'

export function describeCreation(store: () => Store): void {
  describe('creation', () => {
    it('keeps what it is given, and adds the times', async () => {
      const invitation = newInvitation({ reference: 'ticket 7', passcode: true, downloads: 2 })
      const before = Date.now()
      const creation = await store().create(invitation)
      const after = Date.now()
      if (creation.outcome !== 'created') throw new Error(creation.outcome)
      const { createdAt, expiresAt, ...rest } = creation.record
      expect(rest).toEqual({
        id: invitation.id,
        maker: 'helpdesk',
        reference: 'ticket 7',
        window: invitation.window,
        downloads: 2,
        used: 0,
        passcode: { triesLeft: 5 },
      })
      // A store may count in seconds of another machine, but this is the same one.
      expect(createdAt).toBeGreaterThanOrEqual(before - 1)
      expect(createdAt).toBeLessThanOrEqual(after + 1)
      expect(expiresAt).toBe(createdAt + invitation.lifetime)

      const stored = await store().read(invitation.id)
      expect(stored?.record).toEqual(creation.record)
      expect(stored?.state).toBe('pending')
    })

    it.each([
      ['all bytes', Uint8Array.from({ length: 1024 }, (_, i) => i % 256)],
      ['zeros', new Uint8Array(300)],
      ['line ends and what is no UTF-8', Uint8Array.of(13, 10, 0, 0xc3, 0x28, 0xff, 10)],
      ['a part of a larger buffer', Buffer.alloc(4096, 7).subarray(100, 400)],
      ['much', randomBytes(20_000)],
    ])('gives back what is sealed as it was: %s', async (_name, sealed) => {
      const expected = Buffer.from(sealed)
      const id = await add(store(), { sealed })
      const stored = await store().read(id)
      expect(Buffer.from(stored?.sealed ?? []).equals(expected)).toBe(true)
    })

    it('does not care what becomes of the bytes afterwards', async () => {
      const sealed = randomBytes(300)
      const expected = Buffer.from(sealed)
      const invitation = newInvitation({ sealed })
      const creation = store().create(invitation)
      sealed.fill(0)
      await creation
      const stored = await store().read(invitation.id)
      expect(Buffer.from(stored?.sealed ?? []).equals(expected)).toBe(true)
    })

    it.each(["O'Brien; --", '%_*?[a]:{}"\\', 'Zażółć 🎫', ' ', 'x'.repeat(64)])(
      'keeps the reference %j',
      async (reference) => {
        const maker = newId()
        const id = await add(store(), { reference, maker })
        expect((await store().read(id))?.record.reference).toBe(reference)
        const { invitations } = await store().list({ maker, reference, limit: 10 })
        expect(invitations.map(({ record }) => record.id)).toEqual([id])
      },
    )

    it('keeps no reference where none is given', async () => {
      const id = await add(store())
      const stored = await store().read(id)
      expect(stored?.record).not.toHaveProperty('reference')
      expect(stored?.record).not.toHaveProperty('passcode')
      expect(stored?.record).not.toHaveProperty('openedAt')
      expect(stored?.record).not.toHaveProperty('ended')
    })

    it('never replaces one that is there', async () => {
      const first = newInvitation()
      await store().create(first)
      const before = await store().read(first.id)
      const second = newInvitation({ id: first.id, downloads: 20 })
      const call = newCall()
      expect(await refusalCode(() => store().create(second, call))).toBe('internal')
      expect(await store().read(first.id)).toEqual(before)
      // Nothing of the refused one is kept, the call included.
      expect((await store().create(newInvitation(), call)).outcome).toBe('created')
    })

    it('never replaces one that has ended', async () => {
      const id = await add(store())
      await store().revoke(id)
      expect(await refusalCode(() => store().create(newInvitation({ id })))).toBe('internal')
      expect((await store().read(id))?.state).toBe('revoked')
    })

    it('makes one of many at the same moment', async () => {
      const id = newId()
      const results = await Promise.allSettled(
        Array.from({ length: 20 }, () => store().create(newInvitation({ id }))),
      )
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    })

    it('keeps many that come at the same moment', async () => {
      const invitations = Array.from({ length: 200 }, () => newInvitation())
      await Promise.all(invitations.map((invitation) => store().create(invitation)))
      for (const { id, sealed } of invitations) {
        const stored = await store().read(id)
        expect(Buffer.from(stored?.sealed ?? []).equals(Buffer.from(sealed))).toBe(true)
      }
    })
  })

  describe('a repeated call', () => {
    it('gives what the first one made, and makes nothing', async () => {
      const call = newCall()
      const first = newInvitation()
      const creation = await store().create(first, call)
      if (creation.outcome !== 'created') throw new Error(creation.outcome)
      const second = newInvitation({ lifetime: 1000 })
      const repeated = await store().create(second, { ...call, sealed: randomBytes(285) })
      if (repeated.outcome !== 'repeated') throw new Error(repeated.outcome)
      expect(repeated.id).toBe(first.id)
      expect(repeated.expiresAt).toBe(creation.record.expiresAt)
      expect(Buffer.from(repeated.sealed).equals(Buffer.from(call.sealed))).toBe(true)
      expect(await store().read(second.id)).toBeUndefined()
    })

    it('is a conflict when it asks for something else', async () => {
      const call = newCall()
      await store().create(newInvitation(), call)
      const other = newInvitation()
      const { outcome } = await store().create(other, { ...call, digest: newId() })
      expect(outcome).toBe('conflict')
      expect(await store().read(other.id)).toBeUndefined()
    })

    it('gives the same after the invitation has ended', async () => {
      const call = newCall()
      const first = newInvitation()
      await store().create(first, call)
      await store().revoke(first.id)
      const repeated = await store().create(newInvitation(), call)
      expect(repeated).toMatchObject({ outcome: 'repeated', id: first.id })
    })

    it('is found before anything is made', async () => {
      const call = newCall()
      const { id, digest } = call
      expect(await store().findCall({ id, digest })).toBeUndefined()
      await store().create(newInvitation(), call)
      const found = await store().findCall({ id, digest })
      expect(found).toEqual(await store().create(newInvitation(), call))
      expect(await store().findCall({ id, digest: newId() })).toEqual({ outcome: 'conflict' })
      expect(await store().findCall({ id: newId(), digest })).toBeUndefined()
    })

    it('is independent of every other', async () => {
      const call = newCall()
      await store().create(newInvitation(), call)
      const { outcome } = await store().create(newInvitation(), { ...call, id: newId() })
      expect(outcome).toBe('created')
    })

    it('makes one when it comes many times at the same moment', async () => {
      const call = newCall()
      const maker = newId()
      const creations = await Promise.all(
        Array.from({ length: 50 }, () => store().create(newInvitation({ maker }), call)),
      )
      const outcomes = creations.map(({ outcome }) => outcome)
      expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(1)
      expect(outcomes.filter((outcome) => outcome === 'repeated')).toHaveLength(49)
      const { invitations } = await store().list({ maker, limit: 10 })
      expect(invitations).toHaveLength(1)
    })
  })
}
