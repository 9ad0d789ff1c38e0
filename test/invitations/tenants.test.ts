import { setMaxListeners } from 'node:events'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AuditEvent } from '../../src/invitations/means.js'
import { Invitations } from '../../src/invitations/invitations.js'
import { createToken } from '../../src/invitations/token.js'
import type { Store } from '../../src/invitations/store.js'
import { createMemoryStore } from '../../src/store/memory/store.js'
import { refusalCode } from '../support/errors.js'
import { TERMS, ann, createInvitations, wrongCode } from '../support/invitations.js'
import { runs, some } from '../support/runs.js'

const SCHOOL = 'setup.school.example'
const CLUB = 'setup.club.example'
const TENANTS = [undefined, SCHOOL, CLUB] as const
type Tenant = (typeof TENANTS)[number]
const CALL = {
  bearerKey: 'mp_helpdesk_key',
  idempotencyKey: 'order 4711',
  body: '{"address":"ann@example.com"}',
}

/** Each of two, in either order, the top level included. */
const PAIRS = TENANTS.flatMap((own) =>
  TENANTS.filter((other) => other !== own).map((other) => [own, other] as const),
)

/** Invitations of every tenant over one store, which tells what it was asked. */
function createTenants() {
  const asked: string[] = []
  const store = createMemoryStore({ now: Date.now })
  const spied = new Proxy<Store>(store, {
    get(target, name: keyof Store) {
      return (...input: unknown[]) => {
        asked.push(name)
        return (target[name] as (...input: unknown[]) => unknown)(...input)
      }
    },
  })
  const events: AuditEvent[] = []
  const top = new Invitations({ store: spied, audit: (event) => events.push(event) })
  return {
    top,
    store,
    events,
    of: (tenant: Tenant) => (tenant === undefined ? top : top.forTenant(tenant)),
    /** The steps of the store that something takes, by their names. */
    steps: async (work: () => Promise<unknown>) => {
      asked.length = 0
      const answer = await work()
      return { answer, steps: [...asked] }
    },
  }
}

describe.each(some(PAIRS, 3))('an invitation of %s is unknown to %s', (own, other) => {
  it('by its link, as one that nobody made', async () => {
    const { of, steps } = createTenants()
    const { token, code = '' } = await of(own).make(ann(), { ...TERMS, code: true })
    const nobodys = createToken(() => Buffer.alloc(16, 7))
    const tries: readonly ((text: string) => Promise<unknown>)[] = [
      (text) => of(other).open(text),
      ...['123456', code, 'x'].map((typed) => (text: string) => of(other).enterCode(text, typed)),
    ]
    for (const attempt of tries) {
      const [foreign, unknown, malformed] = [
        await steps(() => attempt(token)),
        await steps(() => attempt(nobodys)),
        await steps(() => attempt('malformed')),
      ]
      expect(foreign.steps).toEqual(['read'])
      expect([unknown.steps, malformed.steps]).toEqual([foreign.steps, foreign.steps])
      expect([unknown.answer, malformed.answer]).toEqual([foreign.answer, foreign.answer])
      expect([undefined, 'unknown']).toContain(foreign.answer)
    }
    // Not a try of the code was taken.
    expect((await of(own).open(token))?.record.passcode?.triesLeft).toBe(5)
    expect(await of(own).enterCode(token, code)).toBe('right')
  })

  it('by its id, as one that nobody made', async () => {
    const { of, steps, store, events } = createTenants()
    const { id } = await of(own).make(ann(), TERMS)
    const nobodys = createToken(() => Buffer.alloc(16, 7))
    const known = events.length
    const calls = [
      (text: string) => of(other).find(text),
      (text: string) => of(other).revoke(text, 'helpdesk'),
      (text: string) => of(other).unlock(text, 'helpdesk'),
    ]
    for (const call of calls) {
      const [foreign, unknown] = [await steps(() => call(id)), await steps(() => call(nobodys))]
      expect(foreign.answer).toBeUndefined()
      expect(foreign.steps).toEqual(['read'])
      expect([unknown.answer, unknown.steps]).toEqual([foreign.answer, foreign.steps])
    }
    expect((await store.read(id))?.state).toBe('pending')
    expect(events).toHaveLength(known)
    expect(await of(own).revoke(id, 'helpdesk')).toMatchObject({ changed: true })
  })

  it('when it was opened at its own tenant', async () => {
    const { of, steps } = createTenants()
    const { token } = await of(own).make(ann(), TERMS)
    const held = await of(own).open(token)
    if (held === undefined) throw new Error('Nobody knows it.')
    expect(await steps(() => of(other).claim(held))).toMatchObject({ answer: undefined, steps: [] })
    expect((await of(own).claim(held))?.used).toBe(1)
  })

  it('in lists, and by the Idempotency-Key that made it', async () => {
    const { of } = createTenants()
    for (const code of [false, true]) {
      const call = { ...CALL, idempotencyKey: String(code) }
      const made = await of(own).make(ann(), { ...TERMS, code }, call)
      // Neither the answer of the other one nor, for another body, a conflict with it.
      const elsewhere = await of(other).make(ann(), { ...TERMS, code }, { ...call, body: 'other' })
      expect(elsewhere.repeated).toBe(false)
      expect([elsewhere.id, elsewhere.token]).not.toEqual([made.id, made.token])
      expect(await of(own).make(ann(), { ...TERMS, code }, call)).toMatchObject({
        id: made.id,
        token: made.token,
        repeated: true,
      })
      expect(
        await refusalCode(() => of(other).make(ann(), { ...TERMS, code }, { ...call, body: '2' })),
      ).toBe('idempotency_conflict')
    }
    for (const one of [own, other]) {
      const { invitations } = await of(one).list({ limit: 10 })
      expect(invitations.map(({ record }) => record.tenant)).toEqual([one, one])
    }
  })

  it('even when both make one by the same call at the same moment', async () => {
    const { of } = createTenants()
    const all = await Promise.all(
      [own, own, other, other].map((tenant) => of(tenant).make(ann(), TERMS, CALL)),
    )
    expect(all.map(({ repeated }) => repeated)).toEqual([false, true, false, true])
    expect(new Set(all.map(({ token }) => token)).size).toBe(2)
  })
})

describe('invitations of tenants', () => {
  it('are all known to the operator, who ends any of them', async () => {
    const { of, top, events } = createTenants()
    const made = []
    for (const tenant of TENANTS) made.push(await of(tenant).make(ann(), TERMS))
    const kept = of(SCHOOL).ofEveryTenant()
    const { invitations } = await kept.list({ limit: 10 })
    expect(new Set(invitations.map(({ record }) => record.tenant))).toEqual(new Set(TENANTS))
    for (const [i, { id }] of made.entries()) {
      const tenant = TENANTS[i]
      expect((await kept.find(id))?.record.tenant).toBe(tenant)
      expect(await top.ofEveryTenant().revoke(id, 'cli')).toMatchObject({ changed: true })
      expect(events.at(-1)).toEqual({
        event: 'revoked',
        id,
        key: 'cli',
        ...(tenant === undefined ? {} : { tenant }),
      })
    }
  })

  it('tell the audit log whose they are, from the first to the last', async () => {
    const { of, events, store } = createTenants()
    const school = of(SCHOOL)
    const { id, token, code } = await school.make(ann(), { ...TERMS, code: true, downloads: 1 })
    // As wrong codes do, in less time.
    for (let i = 0; i < 4; i++) await store.takeTry(id)
    await school.enterCode(token, wrongCode(code))
    await school.unlock(id, 'boss')
    await school.enterCode(token, code ?? '')
    const held = await school.open(token)
    if (held) await school.claim(held)
    const about = { id, tenant: SCHOOL }
    expect(events).toEqual([
      { event: 'made', ...about, key: 'helpdesk' },
      { event: 'locked', ...about },
      { event: 'unlocked', ...about, key: 'boss' },
      { event: 'opened', ...about },
      { event: 'spent', ...about },
    ])
  })

  it('with codes take no places from keys of the same name elsewhere', async () => {
    const { of } = createTenants()
    const gone = new AbortController()
    setMaxListeners(50, gone.signal)
    const make = (tenant: Tenant, signal?: AbortSignal) =>
      of(tenant).make(ann(), { ...TERMS, code: true }, undefined, { signal })
    // As many as one maker may have waiting, and one more.
    const school = Array.from({ length: 41 }, () => make(SCHOOL, gone.signal))
    const club = make(CLUB)
    const all = Promise.allSettled(school)
    expect(await refusalCode(() => school.at(-1))).toBe('too_many_requests')
    gone.abort()
    await all
    expect((await club).code).toMatch(/^\d{6}$/)
  })

  it('are as before where there are no tenants', async () => {
    const before = createInvitations()
    const { token, id } = await before.invitations.make(ann(), TERMS)
    const same = before.invitations.forTenant(undefined)
    expect((await same.open(token))?.record).toEqual((await before.store.read(id))?.record)
    expect((await same.list({ limit: 9 })).invitations).toHaveLength(1)
  })

  it('never cross, whatever is done in whatever order', async () => {
    const step = fc.record({
      kind: fc.constantFrom('make', 'repeat', 'open', 'claim', 'find', 'revoke', 'unlock', 'list'),
      tenant: fc.constantFrom(...TENANTS),
      which: fc.nat({ max: 5 }),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
        const { of, store } = createTenants()
        const made: { id: string; token: string; tenant: Tenant }[] = []
        for (const { kind, tenant, which } of steps) {
          const mine = of(tenant)
          if (kind === 'make' || kind === 'repeat') {
            const call = kind === 'repeat' ? { ...CALL, idempotencyKey: String(which) } : undefined
            const { id, token, repeated } = await mine.make(ann(), TERMS, call)
            if (!repeated) made.push({ id, token, tenant })
            expect(made.find((one) => one.id === id)).toEqual({ id, token, tenant })
            continue
          }
          if (kind === 'list') {
            const { invitations } = await mine.list({ limit: 100 })
            expect(new Set(invitations.map(({ record }) => record.id))).toEqual(
              new Set(made.filter((one) => one.tenant === tenant).map(({ id }) => id)),
            )
            continue
          }
          const one = made[which]
          if (one === undefined) continue
          const before = await store.read(one.id)
          const held = await of(one.tenant).open(one.token)
          const answer =
            kind === 'open'
              ? await mine.open(one.token)
              : kind === 'claim'
                ? held && (await mine.claim(held))
                : kind === 'find'
                  ? await mine.find(one.id)
                  : await mine[kind](one.id, 'helpdesk')
          if (one.tenant !== tenant) {
            expect(answer).toBeUndefined()
            expect(await store.read(one.id)).toEqual(before)
          } else if (kind !== 'claim') {
            expect(answer).toBeDefined()
          }
        }
      }),
      { numRuns: runs(200) },
    )
  })
})
