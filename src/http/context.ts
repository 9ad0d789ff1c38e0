import type { Directory } from '../discovery/catalogue-directory.js'
import type { AndroidIntentTarget, PaccRevision } from '../formats/format.js'
import type { Catalogue } from '../providers/catalogue.js'
import type { Invitations } from '../invitations/invitations.js'
import type { SigningIdentity } from '../signing/identity.js'
import type { ApiKey } from '../config/api-key.js'
import type { Confirmations } from './request/confirmations.js'
import type { Limits } from './middleware/limits.js'
import type { Pages } from './pages/pages.js'
import type { Reach } from './pages/views.js'
import type { SignFound } from '../config/config.js'

/** What the routes work with; made once by `createApp`. */
export interface AppContext {
  /** The catalogue of the moment: provider files may change while the server runs. */
  readonly catalogue: () => Catalogue
  /** The settings of any address that is served. */
  readonly directory: Directory
  /** Of settings that were found, which ones get a signed profile. */
  readonly signFound: SignFound
  /** Remembers what a person agreed to, for as long as the visit. */
  readonly confirmations: Confirmations
  /** The revision of the PACC draft that is served, if any. */
  readonly pacc: PaccRevision | undefined
  readonly signingIdentity: SigningIdentity | undefined
  /** Without a trailing slash. */
  readonly baseUrl: string
  /** The path of `baseUrl`, without a trailing slash: usually empty. */
  readonly basePath: string
  readonly reach: Reach
  /** Who offers the pages, as people see it. */
  readonly offeredBy: string
  /** The operator's own Android app. */
  readonly androidIntent: AndroidIntentTarget | undefined
  /** Whom people call when something is wrong. */
  readonly contact: string | undefined
  /** Absent where no store is: then there are no invitations. */
  readonly invitations: Invitations | undefined
  readonly apiKeys: readonly ApiKey[]
  readonly limits: Limits
  readonly pages: Pages
  readonly now: () => Date
  readonly status: () => ServerStatus
  /** Trouble that `/readyz` tells everybody, besides that of the signing identity: words, no paths. */
  readonly warnings: () => readonly string[] | Promise<readonly string[]>
}

/** How far a server is: `/readyz` is 503 unless it is ready. */
export type ServerStatus = 'starting' | 'ready' | 'stopping'
