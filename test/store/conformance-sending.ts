import { describe, expect, it } from 'vitest'
import type { Store } from '../../src/invitations/store.js'
import { add, newId } from '../support/stores.js'

export function describeSending(store: () => Store): void {
  describe('sending', () => {
    it('is begun by one, however many come at the same moment', async () => {
      const id = await add(store())
      const begun = await Promise.all(Array.from({ length: 50 }, () => store().beginSending(id)))
      expect(begun.filter((one) => one?.changed === true)).toHaveLength(1)
      expect((await store().read(id))?.record.sending).toMatchObject({ state: 'sending' })
    })

    it.each(['sent', 'uncertain'] as const)(
      'that was %s is not begun again by itself',
      async (end) => {
        const id = await add(store())
        await store().beginSending(id)
        expect(await store().endSending(id, end)).toMatchObject({
          changed: true,
          record: { sending: { state: end } },
        })
        expect(await store().beginSending(id)).toMatchObject({
          changed: false,
          record: { sending: { state: end } },
        })
        expect(await store().beginSending(id, true)).toMatchObject({
          changed: true,
          record: { sending: { state: 'sending' } },
        })
      },
    )

    it('that failed is begun again, and its end is told once', async () => {
      const id = await add(store())
      expect(await store().endSending(id, 'sent')).toMatchObject({ changed: false })
      await store().beginSending(id)
      await store().endSending(id, 'failed')
      expect(await store().endSending(id, 'sent')).toMatchObject({
        changed: false,
        record: { sending: { state: 'failed' } },
      })
      expect(await store().beginSending(id)).toMatchObject({ changed: true })
    })

    it('is not begun after the end of an invitation, and told of all the same', async () => {
      const [revoked, sending] = [await add(store()), await add(store())]
      await store().revoke(revoked)
      expect(await store().beginSending(revoked)).toMatchObject({ changed: false })
      await store().beginSending(sending)
      await store().revoke(sending)
      expect(await store().endSending(sending, 'sent')).toMatchObject({
        changed: true,
        state: 'revoked',
        record: { sending: { state: 'sent' } },
      })
    })

    it('of what nobody made is unknown, and that of others is listed', async () => {
      expect(await store().beginSending(newId())).toBeUndefined()
      expect(await store().endSending(newId(), 'sent')).toBeUndefined()
      const maker = newId()
      const id = await add(store(), { maker })
      await store().beginSending(id)
      const { invitations } = await store().list({ maker, limit: 5 })
      expect(invitations[0]?.record.sending).toMatchObject({ state: 'sending' })
    })
  })
}
