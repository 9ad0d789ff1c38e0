import { describe, expect, it } from 'vitest'
import { PASSWORD, TERMS, ann, createInvitations, wrongCode } from '../support/invitations.js'

const CALL = { bearerKey: 'mp_helpdesk_key', idempotencyKey: 'order 4711', body: '{"name":"Ann"}' }

/** Everything in a value that may hold a secret, as bytes of each notation it might be in. */
function flatten(value: unknown): Buffer[] {
  if (value instanceof Uint8Array) return [Buffer.from(value)]
  if (typeof value === 'string') return [Buffer.from(value), Buffer.from(value, 'base64url')]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(flatten)
}

describe('a store', () => {
  it('is given no token, no code, no password, no address and no key', async () => {
    const { invitations, given, events } = createInvitations()
    const made = [
      await invitations.make(ann(), { ...TERMS, reference: 'ticket 7' }, CALL),
      await invitations.make(ann(), { ...TERMS, code: true }, { ...CALL, idempotencyKey: '2' }),
      await invitations.make(ann(), TERMS, CALL),
    ]
    for (const { token, code, id } of made) {
      const held = await invitations.open(token)
      await invitations.enterCode(token, wrongCode(code))
      await invitations.enterCode(token, code ?? '')
      if (held) await invitations.claim(held)
      await invitations.unlock(id, 'boss')
      await invitations.revoke(id, 'boss')
    }
    await invitations.open('malformed')

    const seen = Buffer.concat([...flatten(given), Buffer.from(JSON.stringify(events))])
    const secrets = made.flatMap(({ token, code }) => [
      token,
      Buffer.from(token, 'base64url'),
      ...(code === undefined ? [] : [code]),
    ])
    const known = ['ann@example.com', 'Ann Example', 'ann.e', PASSWORD, 'another staple']
    const keys = [CALL.bearerKey, CALL.idempotencyKey, CALL.body]
    for (const secret of [...secrets, ...known, ...keys]) expect(seen.includes(secret)).toBe(false)
    // The same search finds what may be there.
    expect(seen.includes('ticket 7')).toBe(true)
    expect(seen.includes(Buffer.from(made[0]?.id ?? '', 'base64url'))).toBe(true)
  })
})
