import { randomBytes } from 'node:crypto'
import { describe, expect, it, vi } from 'vitest'
import type { MailProfileError } from '../../src/errors.js'
import { deriveCall, type IdempotentCall } from '../../src/invitations/repeatable-call.js'
import { storeUnavailable } from '../../src/invitations/failures.js'
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

  it('does the work with a code once, however often it comes', async () => {
    const { invitations, store } = createInvitations()
    const make = () => invitations.make(ann(), { ...TERMS, code: true }, CALL)
    const all = await Promise.all(Array.from({ length: 200 }, make))
    expect(new Set(all.map(({ token, code }) => `${token} ${code ?? ''}`)).size).toBe(1)
    expect(all.filter(({ repeated }) => !repeated)).toHaveLength(1)
    const create = vi.spyOn(store, 'create')
    expect((await make()).repeated).toBe(true)
    expect(create).not.toHaveBeenCalled()
  })

  it('is a conflict with another body that comes at the same moment', async () => {
    const { invitations } = createInvitations()
    const bodies = ['one', 'two', 'one', 'two']
    const outcomes = await Promise.all(
      bodies.map((body) =>
        invitations.make(ann(), { ...TERMS, code: true }, { ...CALL, body }).then(
          ({ token }) => token,
          (error: unknown) => (error as MailProfileError).code,
        ),
      ),
    )
    expect(new Set(outcomes).size).toBe(2)
    expect(outcomes.filter((outcome) => outcome === 'idempotency_conflict')).toHaveLength(2)
  })

  it('fails for all who sent it when it fails, and can be sent again', async () => {
    const { invitations, store } = createInvitations()
    const trouble = vi.spyOn(store, 'create').mockRejectedValueOnce(storeUnavailable())
    const make = () => invitations.make(ann(), TERMS, CALL)
    const failed = await Promise.allSettled([make(), make()])
    expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(trouble).toHaveBeenCalledTimes(1)
    expect((await make()).repeated).toBe(false)
  })

  it('leaves nothing that opens without the body', async () => {
    const [right, wrong] = await Promise.all([
      deriveCall(CALL, undefined),
      deriveCall({ ...CALL, body: '{"address":"ann@example.com" }' }, undefined),
    ])
    const sealed = right.sealAnswer({ token: 'a token' }, randomBytes)
    expect(right.openAnswer(sealed)).toEqual({ token: 'a token' })
    expect(wrong.id).toBe(right.id)
    expect(wrong.digest).not.toBe(right.digest)
    expect(wrong.openAnswer(sealed)).toBeUndefined()
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
