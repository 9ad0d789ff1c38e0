import { describe, expect, it } from 'vitest'
import type { InvitationEntry, StoreEntry } from '../../src/invitations/entries.js'
import { CALLS_KEPT, KEPT_AFTER_END, hasEnded } from '../../src/invitations/record.js'
import type { Store } from '../../src/invitations/store.js'
import { add, newCall, newId, newInvitation } from '../support/stores.js'

const HOUR = 60 * 60 * 1000

/** All that a store keeps of some ids. */
export async function entriesOf(store: Store, ids: readonly string[]): Promise<StoreEntry[]> {
  const found: StoreEntry[] = []
  for await (const entry of store.entries()) {
    if (ids.includes('call' in entry ? entry.call.id : entry.record.id)) found.push(entry)
  }
  return found
}

export function describeBackup(store: () => Store): void {
  async function entryOf(id: string): Promise<InvitationEntry> {
    const [entry, ...more] = await entriesOf(store(), [id])
    if (entry === undefined || 'call' in entry) throw new Error('It is not among the entries.')
    expect(more).toEqual([])
    return entry
  }

  /** The same invitation where nobody knows it. */
  const elsewhere = (entry: InvitationEntry): InvitationEntry => ({
    ...entry,
    record: { ...entry.record, id: newId() },
  })

  describe('all that is kept', () => {
    it('has each invitation in full, and a call before what it made', async () => {
      const invitation = newInvitation({ reference: 'r', tenant: 'a.example', passcode: true })
      const call = newCall()
      const creation = await store().create(invitation, call)
      if (creation.outcome !== 'created') throw new Error('It was not created.')
      const { record } = creation
      const [first, second, ...more] = await entriesOf(store(), [invitation.id, call.id])
      expect(more).toEqual([])
      if (first === undefined || !('call' in first)) throw new Error('The call is not first.')
      const { keptUntil, ...kept } = first.call
      const { id, expiresAt } = record
      expect(kept).toEqual({ ...call, sealed: bytes(call.sealed), invitation: id, expiresAt })
      expect(Math.abs(keptUntil - record.createdAt - CALLS_KEPT)).toBeLessThan(1000)
      expect(second).toEqual({ record, sealed: bytes(invitation.sealed) })
    })

    it('has nothing sealed of what has ended', async () => {
      const [revoked, spent] = [await add(store()), await add(store(), { downloads: 1 })]
      await store().beginSending(revoked)
      await store().revoke(revoked)
      await store().claim(spent)
      for (const id of [revoked, spent]) {
        expect(await entryOf(id)).toEqual({ record: (await store().read(id))?.record })
      }
    })

    it('has each once, however many there are', async () => {
      const maker = newId()
      const ids = await Promise.all(Array.from({ length: 1200 }, () => add(store(), { maker })))
      const found: string[] = []
      for await (const entry of store().entries()) {
        if ('record' in entry && entry.record.maker === maker) found.push(entry.record.id)
      }
      expect(found.toSorted()).toEqual(ids.toSorted())
    })
  })

  describe('what is restored', () => {
    it('is as it was: listed, opened, counted and ended', async () => {
      const changes = { reference: newId(), maker: newId(), downloads: 2 } as const
      const id = await add(store(), changes)
      await store().claim(id)
      const entry = elsewhere(await entryOf(id))
      expect(await store().restore(entry)).toBe('added')
      expect(await store().read(entry.record.id)).toEqual({ ...entry, state: 'opened' })
      const { reference, maker } = changes
      const page = await store().list({ reference, maker, limit: 10 })
      expect(page.invitations.map(({ record }) => record.id).toSorted()).toEqual(
        [id, entry.record.id].toSorted(),
      )
      expect(await store().claim(entry.record.id)).toMatchObject({ changed: true, state: 'spent' })
    })

    it('goes to its tenant, with its code and what became of sending it', async () => {
      const tenant = `${newId()}.example`
      const id = await add(store(), { tenant, passcode: true })
      await store().takeTry(id)
      await store().beginSending(id)
      await store().endSending(id, 'sent')
      const entry = elsewhere(await entryOf(id))
      expect(await store().restore(entry)).toBe('added')
      expect(await entryOf(entry.record.id)).toEqual(entry)
      const { invitations } = await store().list({ tenant, limit: 10 })
      expect(invitations).toHaveLength(2)
      expect(await store().takeTry(entry.record.id)).toMatchObject({
        changed: true,
        record: { passcode: { triesLeft: 3 } },
      })
    })

    it('changes nothing the second time', async () => {
      const entry = elsewhere(await entryOf(await add(store())))
      const once = await Promise.all(Array.from({ length: 20 }, () => store().restore(entry)))
      expect(once.toSorted()).toEqual(['added', ...Array.from({ length: 19 }, () => 'known')])
      expect(await entryOf(entry.record.id)).toEqual(entry)
    })

    it.each(['revoke', 'claim'] as const)(
      'never undoes a %s that the store knows',
      async (step) => {
        const id = await add(store(), { downloads: 1 })
        const before = await entryOf(id)
        const ended = await store()[step](id)
        expect(await store().restore(before)).toBe('known')
        const { record, state } = ended ?? {}
        expect(await store().read(id)).toEqual({ record, state })
      },
    )

    it.each([
      ['open', () => Promise.resolve()],
      ['revoked', (id: string) => store().revoke(id)],
    ] as const)('does not have what is %s forgotten by an end long ago', async (_, step) => {
      const id = await add(store())
      const before = await entryOf(id)
      await step(id)
      const { record } = before
      for (const old of [
        { ended: { state: 'revoked', at: 1 } },
        { openedAt: 1, used: 1 },
      ] as const) {
        await store().restore({ record: { ...record, ...old } })
        expect(hasEnded((await store().read(id))?.state ?? 'pending')).toBe(true)
        expect(await store().restore(before)).toBe('known')
        expect(await store().restore({ record: { ...record, ...old } })).toBe('known')
      }
      expect(await store().claim(id)).toMatchObject({ changed: false })
    })

    it('is in the lists of whose it is, whatever a backup says', async () => {
      const id = await add(store(), { maker: newId() })
      const { record } = await entryOf(id)
      const [maker, reference, tenant] = [newId(), newId(), `${newId()}.example`]
      const used = { ...record, maker, reference, tenant, used: 1, openedAt: record.createdAt }
      expect(await store().restore({ record: used })).toBe('joined')
      for (const query of [{ maker }, { reference }, { tenant }]) {
        expect((await store().list({ ...query, limit: 10 })).invitations).toEqual([])
      }
    })

    it('ends what the store has open, and erases what is sealed', async () => {
      const id = await add(store())
      const before = await entryOf(id)
      await store().revoke(id)
      const { record } = await entryOf(id)
      const other = newId()
      expect(await store().restore({ ...before, record: { ...before.record, id: other } })).toBe(
        'added',
      )
      expect(await store().restore({ record: { ...record, id: other } })).toBe('joined')
      expect(await store().read(other)).toEqual({
        record: { ...record, id: other },
        state: 'revoked',
      })
    })

    it('brings what was sealed anew when the code was typed', async () => {
      const id = await add(store(), { passcode: true })
      const before = elsewhere(await entryOf(id))
      await store().takeTry(id)
      await store().reseal(id, Buffer.from('under the link alone'))
      const { id: other } = before.record
      await store().restore(before)
      const { record, sealed } = await entryOf(id)
      expect(
        await store().restore({ record: { ...record, id: other }, sealed: bytes(sealed) }),
      ).toBe('joined')
      expect((await store().read(other))?.sealed).toEqual(
        bytes(Buffer.from('under the link alone')),
      )
      expect(await store().claim(other)).toMatchObject({ changed: true })
      // And the older one does not come back.
      expect(await store().restore(before)).toBe('known')
    })

    it('keeps its end, and is not there once nothing of it is known any more', async () => {
      const entry = elsewhere(await entryOf(await add(store())))
      const { createdAt } = entry.record
      const expired = {
        ...entry.record,
        createdAt: createdAt - 3 * HOUR,
        expiresAt: createdAt - HOUR,
      }
      expect(await store().restore({ ...entry, record: expired })).toBe('added')
      expect(await store().read(expired.id)).toEqual({ record: expired, state: 'expired' })
      const over = { ...expired, id: newId(), expiresAt: createdAt - KEPT_AFTER_END - HOUR }
      expect(await store().restore({ ...entry, record: over })).toBe('over')
      expect(await store().read(over.id)).toBeUndefined()
      const lost = { ...entry.record, id: newId() }
      expect(await store().restore({ record: lost })).toBe('over')
    })

    it('knows calls again until they are over', async () => {
      const call = newCall()
      const invitation = newInvitation()
      await store().create(invitation, call)
      const [entry] = await entriesOf(store(), [call.id])
      if (entry === undefined || !('call' in entry)) throw new Error('There is no call.')
      expect(await store().restore(entry)).toBe('known')
      const other = { ...entry.call, id: newId() }
      expect(await store().restore({ call: other })).toBe('added')
      expect(await store().findCall({ id: other.id, digest: call.digest })).toEqual({
        outcome: 'repeated',
        id: invitation.id,
        expiresAt: other.expiresAt,
        sealed: bytes(call.sealed),
      })
      const over = { ...other, id: newId(), keptUntil: other.keptUntil - CALLS_KEPT - HOUR }
      expect(await store().restore({ call: over })).toBe('over')
    })
  })
}

/** Without what else a Buffer is. */
function bytes(value: Uint8Array | undefined): Uint8Array {
  return Uint8Array.from(value ?? [])
}
