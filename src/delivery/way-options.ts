import type { PaceOptions } from './pace.js'
import type { RecipientRules } from './recipient.js'

/** What every way to send is told. */
export interface WayOptions extends PaceOptions {
  readonly recipients: RecipientRules
  readonly connections: number
  readonly retries: number
  readonly now: () => Date
}
