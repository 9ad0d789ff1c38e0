import { randomBytes } from 'node:crypto'
import { pino } from 'pino'
import { createApiKey, hashApiKey } from '../../../src/http/api/key.js'
import { listen } from '../../../src/server/listen.js'
import { DEFAULT_TERMS } from '../../../src/invitations/terms.js'
import { Invitations } from '../../../src/invitations/invitations.js'
import { parseInvitedPerson } from '../../../src/invitations/person.js'
import { createMemoryStore } from '../../../src/store/memory/store.js'
import { testApp } from '../../support/app.js'

/** What nobody may see who has not got it already. */
export const PASSWORD = 'Zq7-geheim-Wort'

/** A whole server on loopback, with invitations, a key and a log of everything. */
export interface Target {
  readonly port: number
  readonly apiKey: string
  /** An invitation that holds the password and is never opened by a test. */
  readonly token: string
  /** What was logged since it was asked last. */
  takeLog(): string
  stop(): Promise<void>
}

export async function startTarget(): Promise<Target> {
  let log = ''
  const logger = pino({ level: 'trace' }, { write: (line: string) => void (log += line) })
  const apiKey = createApiKey(randomBytes)
  const invitations = new Invitations({ store: createMemoryStore({ now: Date.now }) })
  const { token } = await invitations.make(
    parseInvitedPerson({ address: 'ann@btinternet.com', password: PASSWORD }),
    { ...DEFAULT_TERMS, maker: 'fuzz' },
  )
  const listener = await listen(
    () =>
      testApp({
        invitations,
        logger,
        pacc: '03',
        apiKeys: [
          {
            name: 'fuzz',
            hash: hashApiKey(apiKey),
            scopes: ['invitations:write', 'invitations:read', 'accounts:read'],
          },
        ],
      }),
    { host: '127.0.0.1', port: 0 },
  )
  return {
    port: listener.port,
    apiKey,
    token,
    takeLog() {
      const taken = log
      log = ''
      return taken
    },
    stop: () => listener.stop(),
  }
}
