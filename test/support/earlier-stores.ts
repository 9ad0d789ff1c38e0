import { readFileSync } from 'node:fs'
import { expect } from 'vitest'
import { DEFAULT_TERMS } from '../../src/invitations/terms.js'
import { Invitations } from '../../src/invitations/invitations.js'
import { parseInvitedPerson } from '../../src/invitations/person.js'
import { SENDING_OUTCOMES } from '../../src/invitations/record.js'
import type { IdempotentCall } from '../../src/invitations/repeatable-call.js'
import type { Store } from '../../src/invitations/store.js'

/**
 * Every layout that a store has had. `test/vectors/stores` has one of each, which the program of its time
 * made: a51100f, 350b616, ecfbda4 and 22e6531. Times, tokens and passcodes are of that day, all else is made up.
 */
export const EARLIER_LAYOUTS = ['1', '2', '3', '4'] as const
export type EarlierLayout = (typeof EARLIER_LAYOUTS)[number]

const MAKER = 'helpdesk'
const PASSWORD = 'of the fixture'

/** An invitation that the program of that time made, and what has become of it by then. */
interface EarlierInvitation {
  readonly state: string
  readonly address: string
  readonly token: string
  readonly id: string
  readonly code?: string
  readonly tenant?: string
  readonly reference?: string
  readonly used?: number
  readonly triesLeft?: number
  readonly sending?: string
  readonly call?: IdempotentCall
}

interface EarlierStore {
  /** The moment after which nothing was done. */
  readonly at: number
  readonly made: readonly EarlierInvitation[]
}

type Argument = string | { readonly base64: string }

function fileOf(name: string): string {
  return readFileSync(new URL(`../vectors/stores/${name}`, import.meta.url), 'utf8')
}

/** What makes a file of that layout. */
export function earlierSql(layout: EarlierLayout): string {
  return fileOf(`${layout}.sqlite.sql`)
}

export function earlierInSqlite(layout: EarlierLayout): EarlierStore {
  return JSON.parse(fileOf(`${layout}.sqlite.json`)) as EarlierStore
}

/** The scripts of that time. */
export function earlierScripts(layout: '1' | '2'): Readonly<Record<'CREATE' | 'CLAIM', string>> {
  const all = JSON.parse(fileOf('redis-scripts.json')) as Record<string, never>
  return all[layout] as never
}

/** Fills a database of Redis, with all times as long ago as they were. */
export async function fillRedis(
  client: { sendCommand(command: (string | Buffer)[]): Promise<unknown> },
  layout: EarlierLayout,
): Promise<EarlierStore> {
  const { at, made, commands } = JSON.parse(fileOf(`${layout}.redis.json`)) as EarlierStore & {
    readonly commands: readonly (readonly Argument[])[]
  }
  const later = Date.now() - at
  const moved = (text: string) => (/^1\d{12}$/.test(text) ? String(Number(text) + later) : text)
  for (const command of commands) {
    await client.sendCommand(
      command.map((argument) =>
        typeof argument === 'string' ? moved(argument) : Buffer.from(argument.base64, 'base64'),
      ),
    )
  }
  return { at: Date.now(), made }
}

/** Goes through all that an earlier version left behind, as people and operators do. */
export async function expectAllKept(
  store: Store,
  made: readonly EarlierInvitation[],
  /** Answers of the first layout are kept under names that nobody asks for any more. */
  { answers }: { readonly answers: boolean },
): Promise<void> {
  const top = new Invitations({ store })
  for (const one of made) {
    const invitations = top.forTenant(one.tenant)
    await expectKept(invitations, one)
    if (one.call !== undefined && answers) {
      const person = parseInvitedPerson({ address: one.address })
      const repeated = invitations.make(person, { ...DEFAULT_TERMS, maker: MAKER }, one.call)
      expect(await repeated).toMatchObject({ repeated: true, id: one.id, token: one.token })
    }
    if (one.state === 'pending' || one.state === 'opened') await expectUsable(invitations, one)
    else await expectEnded(invitations, one)
  }
  for (const tenant of new Set(made.map((one) => one.tenant))) {
    const { invitations } = await top.forTenant(tenant).list({ limit: 100 })
    const theirs = made.filter((one) => one.tenant === tenant)
    expect(new Set(invitations.map(({ record }) => record.id))).toEqual(
      new Set(theirs.map(({ id }) => id)),
    )
  }
}

async function expectKept(invitations: Invitations, one: EarlierInvitation): Promise<void> {
  const { state, id, reference, used = 0, triesLeft, tenant, sending } = one
  const found = await invitations.find(id)
  expect(found?.state).toBe(state)
  expect(found?.record).toMatchObject({ maker: MAKER, used })
  expect(found?.record.reference).toBe(reference)
  expect(found?.record.tenant).toBe(tenant)
  expect(found?.record.passcode?.triesLeft).toBe(triesLeft)
  expect(found?.record.sending?.state).toBe(sending)
}

async function expectUsable(invitations: Invitations, one: EarlierInvitation): Promise<void> {
  const { id, token, code, address, used = 0, triesLeft, sending } = one
  if (code !== undefined) {
    expect((await invitations.open(token))?.person).toBeUndefined()
    if (triesLeft === 0) {
      expect(await invitations.enterCode(token, code)).toBe('locked')
      expect(await invitations.unlock(id, 'cli')).toMatchObject({ changed: true })
    }
    expect(await invitations.enterCode(token, code)).toBe('right')
  }
  const held = await invitations.open(token)
  expect(held?.person?.address).toBe(address)
  expect(held?.person?.name).toBe('Ann Example')
  expect(held?.person?.password?.reveal()).toBe(PASSWORD)
  expect(held && (await invitations.claim(held))).toMatchObject({ used: used + 1 })
  if (sending === 'sending') {
    const [outcome] = SENDING_OUTCOMES
    expect(await invitations.endSending(id, outcome, MAKER)).toMatchObject({ changed: true })
  } else {
    const mayBegin = sending !== 'sent'
    expect(await invitations.beginSending(id)).toMatchObject({ changed: mayBegin })
  }
  expect(await invitations.revoke(id, 'cli')).toMatchObject({ changed: true, state: 'revoked' })
}

async function expectEnded(invitations: Invitations, one: EarlierInvitation): Promise<void> {
  const held = await invitations.open(one.token)
  expect(held).toMatchObject({ state: one.state })
  expect(held?.person).toBeUndefined()
  expect(held && (await invitations.claim(held))).toBeUndefined()
  expect(await invitations.revoke(one.id, 'cli')).toMatchObject({ changed: false })
}
