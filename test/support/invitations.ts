import { Invitations } from '../../src/invitations/invitations.js'
import type { AuditEvent } from '../../src/invitations/means.js'
import type { Terms } from '../../src/invitations/terms.js'
import { parseInvitedPerson } from '../../src/invitations/person.js'
import { createMemoryStore } from '../../src/store/memory/store.js'
import type { Store } from '../../src/invitations/store.js'

export const PASSWORD = 'correct horse battery'
export const TERMS: Terms & { readonly maker: string } = {
  maker: 'helpdesk',
  expires: 72,
  window: 10,
  downloads: 5,
  code: false,
}

export function ann() {
  return parseInvitedPerson({
    address: 'ann@example.com',
    name: 'Ann Example',
    username: 'ann.e',
    password: PASSWORD,
    outgoingPassword: 'another staple',
  })
}

/** Invitations over a memory store whose clock is set by hand, what they report, and what the store is given. */
export function createInvitations() {
  let time = Date.UTC(2026, 0, 1)
  const given: unknown[] = []
  const events: AuditEvent[] = []
  const store = createMemoryStore({ now: () => time })
  const spied = new Proxy<Store>(store, {
    get(target, name: keyof Store) {
      return (...input: unknown[]) => {
        given.push(...input)
        return (target[name] as (...input: unknown[]) => unknown)(...input)
      }
    },
  })
  const invitations = new Invitations({ store: spied, audit: (event) => events.push(event) })
  return {
    invitations,
    store,
    events,
    given,
    now: () => time,
    advance: (minutes: number) => (time += minutes * 60_000),
  }
}

/** Another code than this one. */
export function wrongCode(code: string | undefined): string {
  return code === '123456' ? '654321' : '123456'
}
