import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { it } from 'vitest'
import { MailProfileError } from '../../src/errors.js'
import { createMemoryStore } from '../../src/store/memory/store.js'
import { INVITATION_STATES, SENDING_OUTCOMES } from '../../src/invitations/record.js'
import type { Store } from '../../src/invitations/store.js'
import { allPages } from './conformance-lists.js'
import { newId, newInvitation } from '../support/stores.js'

const RUNS = 25
const STEPS = 40

// Few of each, so that the steps meet.
const which = fc.nat({ max: 3 })
const tenant = fc.option(fc.nat({ max: 1 }), { nil: undefined })
const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('create' as const),
      which,
      tenant,
      maker: fc.nat({ max: 1 }),
      reference: fc.option(fc.nat({ max: 1 }), { nil: undefined }),
      code: fc.boolean(),
      downloads: fc.integer({ min: 1, max: 3 }),
      call: fc.option(fc.record({ id: fc.nat({ max: 1 }), digest: fc.nat({ max: 1 }) }), {
        nil: undefined,
      }),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constantFrom('read', 'claim', 'takeTry', 'reseal', 'unlock', 'revoke'),
      which,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom('beginSending', 'endSending'),
      which,
      again: fc.boolean(),
      outcome: fc.constantFrom(...SENDING_OUTCOMES),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('list' as const),
      // Of the top level (null), of everybody, and of somebody.
      tenant: fc.option(tenant, { nil: null }),
      maker: fc.nat({ max: 1 }),
      reference: fc.option(fc.nat({ max: 1 }), { nil: undefined }),
      state: fc.option(fc.constantFrom(...INVITATION_STATES), { nil: undefined }),
      limit: fc.integer({ min: 1, max: 3 }),
    }),
  },
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

/** Names that are new in each run, so that a store may be used for many. */
function createNames() {
  const names = new Map<string, string>()
  return (kind: string, n: number) => {
    const key = `${kind} ${n}`
    const name = names.get(key) ?? newId()
    names.set(key, name)
    return name
  }
}

type Names = ReturnType<typeof createNames>

/** Does a step, and tells what came of it without times and in an order that time does not choose. */
async function outcome(store: Store, taken: Step, names: Names, bytes: Buffer): Promise<string> {
  try {
    return describeResult(await perform(store, taken, names, bytes))
  } catch (error) {
    if (error instanceof MailProfileError) return error.code
    throw error
  }
}

async function perform(store: Store, taken: Step, names: Names, bytes: Buffer): Promise<unknown> {
  const optional = (kind: string, n: number | undefined) =>
    n === undefined ? {} : { [kind]: names(kind, n) }
  if (taken.kind === 'list') {
    const { tenant: whose, maker, reference, state, limit } = taken
    const query = {
      ...(whose === null ? { tenant: null } : optional('tenant', whose)),
      maker: names('maker', maker),
      state,
      limit,
      ...optional('reference', reference),
    }
    const pages = await allPages(store, query)
    return pages.flat().sort((a, b) => (a.record.id < b.record.id ? 1 : -1))
  }
  const id = names('id', taken.which)
  if (taken.kind === 'create') {
    const { tenant: whose, maker, reference, code, downloads, call } = taken
    return store.create(
      newInvitation({
        id,
        ...optional('tenant', whose),
        maker: names('maker', maker),
        passcode: code,
        downloads,
        sealed: bytes,
        ...optional('reference', reference),
      }),
      call && {
        id: names('call', call.id),
        digest: names('digest', call.digest),
        sealed: bytes,
      },
    )
  }
  if (taken.kind === 'beginSending') return store.beginSending(id, taken.again)
  if (taken.kind === 'endSending') return store.endSending(id, taken.outcome)
  return taken.kind === 'reseal' ? store.reseal(id, bytes) : store[taken.kind](id)
}

const TIMES = new Set(['createdAt', 'expiresAt', 'openedAt', 'at'])

function describeResult(result: unknown): string {
  return JSON.stringify(result, (name, value: unknown) => {
    if (TIMES.has(name)) return typeof value
    if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
    // Names in one order, and what is absent is absent.
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
  })
}

export function describeModel(store: () => Store): void {
  it('does what the memory store does, whatever is asked of it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: STEPS }), async (steps) => {
        const model = createMemoryStore({ now: Date.now })
        const names = createNames()
        for (const taken of steps) {
          const bytes = randomBytes(64)
          const expected = await outcome(model, taken, names, bytes)
          const actual = await outcome(store(), taken, names, bytes)
          if (actual !== expected) {
            throw new Error(`${taken.kind} gave ${actual}, and should give ${expected}`)
          }
        }
      }),
      { numRuns: RUNS },
    )
  })
}
