import { randomBytes } from 'node:crypto'
import { expect } from 'vitest'
import type { NewInvitation, RepeatableCall, Store } from '../../src/invitations/store.js'

const HOUR = 60 * 60 * 1000

/** Something that no store has seen: an id, a maker, the id of a call. */
export function newId(): string {
  return randomBytes(16).toString('base64url')
}

/** An invitation for a store: an hour long, with three downloads, unless told otherwise. */
export function newInvitation(changes: Partial<NewInvitation> = {}): NewInvitation {
  return {
    id: newId(),
    maker: 'helpdesk',
    sealed: randomBytes(285),
    lifetime: HOUR,
    window: HOUR,
    downloads: 3,
    passcode: false,
    ...changes,
  }
}

export function newCall(changes: Partial<RepeatableCall> = {}): RepeatableCall {
  return { id: newId(), digest: newId(), sealed: randomBytes(285), ...changes }
}

/** Keeps an invitation and gives its id. */
export async function add(store: Store, changes: Partial<NewInvitation> = {}): Promise<string> {
  const invitation = newInvitation(changes)
  const { outcome } = await store.create(invitation)
  expect(outcome).toBe('created')
  return invitation.id
}

/**
 * Keeps an invitation and takes its first download before it expires, however slow the machine is.
 *
 * @param lifetime of the first attempt, in milliseconds; each further one gets twice as long
 */
export async function addOpened(
  store: Store,
  lifetime: number,
  changes: Partial<NewInvitation> = {},
): Promise<string> {
  const id = await add(store, { ...changes, lifetime })
  const claim = await store.claim(id)
  return claim?.changed === true ? id : addOpened(store, lifetime * 2, changes)
}

/** Waits until an invitation is in a state. */
export async function untilState(store: Store, id: string, state: string): Promise<void> {
  await expect
    .poll(async () => (await store.read(id))?.state, { timeout: 30_000, interval: 10 })
    .toBe(state)
}
