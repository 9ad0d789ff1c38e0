import type { Directory } from '../discovery/catalogue-directory.js'
import type { AndroidIntentTarget, PaccRevision } from '../formats/format.js'
import type { Catalogue } from '../providers/catalogue.js'
import type { SigningIdentity } from '../signing/identity.js'
import type { Pages } from './pages/pages.js'
import type { Reach } from './pages/views.js'

/** What the routes work with; made once by `createApp`. */
export interface AppContext {
  /** The catalogue of the moment: provider files may change while the server runs. */
  readonly catalogue: () => Catalogue
  /** The settings of any address that is served. */
  readonly directory: Directory
  /** Whether profiles are signed for settings that the person had to confirm. */
  readonly signConfirmed: boolean
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
  readonly pages: Pages
  readonly now: () => Date
  readonly status: () => ServerStatus
}

export type ServerStatus = 'starting' | 'ready' | 'stopping'
