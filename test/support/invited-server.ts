import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { AppDependencies } from '../../src/http/app.js'
import { DEFAULT_TERMS, type Terms } from '../../src/invitations/terms.js'
import { Invitations } from '../../src/invitations/invitations.js'
import type { MadeInvitation } from '../../src/invitations/made-invitation.js'
import { parseInvitedPerson } from '../../src/invitations/person.js'
import type { StoreClocks } from '../../src/invitations/clock.js'
import { createMemoryStore } from '../../src/store/memory/store.js'
import type { StoredInvitation } from '../../src/invitations/record.js'
import type { Store } from '../../src/invitations/store.js'
import { testApp } from './app.js'

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const PASSWORD = 'Pä/ss+w0rd%&<1>'
export const OUTGOING_PASSWORD = 'Óther=2 "ß"'

/** A server on loopback with invitations in memory and a clock of its own. */
export interface InvitedServer {
  /** As people reach it. */
  readonly url: string
  /** As this machine reaches it. */
  readonly local: string
  readonly store: Store
  readonly invitations: Invitations
  /** Lets time go by, and the server's clock with it. */
  pass(milliseconds: number): void
  /** Sets the server's clock, back if below zero, without any time that goes by. */
  turnClock(milliseconds: number): void
  /** An invitation of ann@btinternet.com with both passwords. */
  invite(
    changes?: Partial<Terms> & Partial<Parameters<typeof parseInvitedPerson>[0]>,
  ): Promise<Made>
  stored(id: string): Promise<StoredInvitation>
  stop(): void
}

/** With the path of its page. */
export type Made = MadeInvitation & { readonly path: string }

/**
 * @param open the store that is used instead of one in memory
 * @param host a name of loopback by which people reach it
 */
export async function startInvitedServer(
  changes: Partial<AppDependencies> = {},
  open: (clocks: StoreClocks) => Store | Promise<Store> = createMemoryStore,
  host = '127.0.0.1',
): Promise<InvitedServer> {
  let [now, passed] = [Date.parse('2026-07-01T12:00:00Z'), 0]
  const store = await open({ now: () => now, elapsed: () => passed })
  const invitations = new Invitations({ store })
  const server = createServer()
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  const url = `http://${host}:${port}`
  server.on('request', testApp({ invitations, baseUrl: url, ...changes }))
  return {
    url,
    local: `http://127.0.0.1:${port}`,
    store,
    invitations,
    pass(milliseconds) {
      now += milliseconds
      passed += milliseconds
    },
    turnClock: (milliseconds) => (now += milliseconds),
    async invite({ expires, window, downloads, code, reference, ...person } = {}) {
      const terms = { expires, window, downloads, code, reference }
      const given = Object.entries(terms).filter(([, value]) => value !== undefined)
      const made = await invitations.make(
        parseInvitedPerson({
          address: 'ann@btinternet.com',
          name: 'Ann Example',
          password: PASSWORD,
          outgoingPassword: OUTGOING_PASSWORD,
          ...person,
        }),
        { ...DEFAULT_TERMS, maker: 'cli', ...(Object.fromEntries(given) as Partial<Terms>) },
      )
      return { ...made, path: `/i/${made.token}` }
    },
    async stored(id) {
      const stored = await store.read(id)
      if (stored === undefined) throw new Error('The store does not have it.')
      return stored
    },
    stop() {
      server.close()
      server.closeAllConnections()
    },
  }
}
