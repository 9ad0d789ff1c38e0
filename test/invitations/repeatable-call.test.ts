import { describe, expect, it } from 'vitest'
import type { IdempotentCall } from '../../src/invitations/repeatable-call.js'
import { refusalCode } from '../support/errors.js'
import { TERMS, ann, createInvitations } from '../support/invitations.js'

const CALL: IdempotentCall = {
  bearerKey: 'mp_helpdesk_key',
  idempotencyKey: 'order 4711',
  body: '{"address":"ann@example.com"}',
}

describe('a call with an Idempotency-Key', () => {
  it.each([false, true])('gives the same invitation again (with a code: %s)', async (code) => {
    const { invitations, advance, events } = createInvitations()
    const first = await invitations.make(ann(), { ...TERMS, code }, CALL)
    expect(first.repeated).toBe(false)
    advance(24 * 60 - 1)
    const again = await invitations.make(ann(), { ...TERMS, code }, CALL)
    expect(again).toEqual({ ...first, repeated: true })
    expect(events).toHaveLength(1)
    advance(1)
    const next = await invitations.make(ann(), { ...TERMS, code }, CALL)
    expect(next.repeated).toBe(false)
    expect(next.token).not.toBe(first.token)
  })

  it('makes one when it comes many times at the same moment', async () => {
    const { invitations } = createInvitations()
    const all = await Promise.all(
      Array.from({ length: 10 }, () => invitations.make(ann(), TERMS, CALL)),
    )
    expect(new Set(all.map(({ token }) => token)).size).toBe(1)
    expect(all.filter(({ repeated }) => !repeated)).toHaveLength(1)
  })

  it('is a conflict with another body', async () => {
    const { invitations, store } = createInvitations()
    await invitations.make(ann(), TERMS, CALL)
    const other = { ...CALL, body: '{"address":"bob@example.com"}' }
    expect(await refusalCode(() => invitations.make(ann(), TERMS, other))).toBe(
      'idempotency_conflict',
    )
    expect((await store.list({ limit: 10 })).invitations).toHaveLength(1)
  })

  it.each([
    ['bearer key', { bearerKey: 'mp_other_key' }],
    ['Idempotency-Key', { idempotencyKey: 'order 4712' }],
  ])('has nothing to do with one of another %s', async (_name, other) => {
    const { invitations } = createInvitations()
    const first = await invitations.make(ann(), TERMS, CALL)
    const second = await invitations.make(ann(), TERMS, { ...CALL, ...other })
    expect(second.repeated).toBe(false)
    expect(second.token).not.toBe(first.token)
  })
})
