import type { Express } from 'express'
import type { AppDependencies } from '../../src/http/app.js'
import { DEFAULT_TERMS, type Terms } from '../../src/invitations/terms.js'
import { Invitations } from '../../src/invitations/invitations.js'
import type { MadeInvitation } from '../../src/invitations/made-invitation.js'
import { parseInvitedPerson } from '../../src/invitations/person.js'
import { createMemoryStore } from '../../src/store/memory/store.js'
import { testApp } from './app.js'

export const MAKER = 'helpdesk'

/** An app with invitations in memory, and a clock that the test moves. */
export interface InvitedApp {
  readonly app: Express
  readonly invitations: Invitations
  /** Of Ann at a shipped provider, whose password is `pass-word-1`. */
  readonly invite: (
    terms?: Partial<Terms>,
    person?: Readonly<Record<string, string>>,
  ) => Promise<MadeInvitation>
  /** @param hours how far the clock goes */
  readonly advance: (hours: number) => void
}

export function invitedApp(changes: Partial<AppDependencies> = {}): InvitedApp {
  let time = Date.parse('2026-11-25T12:00:00Z')
  const invitations = new Invitations({ store: createMemoryStore({ now: () => time }) })
  return {
    app: testApp({ invitations, ...changes }),
    invitations,
    invite: (terms, person) =>
      invitations.make(
        parseInvitedPerson({ address: 'ann@btinternet.com', password: 'pass-word-1', ...person }),
        { ...DEFAULT_TERMS, ...terms, maker: MAKER },
      ),
    advance(hours) {
      time += hours * 60 * 60 * 1000
    },
  }
}
