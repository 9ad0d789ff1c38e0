import { withDefaults } from './defaults.js'
import type { Finished } from './description.js'
import type { KEYS } from './keys.js'

/** How much is too much, each per minute. */
export type LimitsConfig = Finished<typeof KEYS>['limits']

/** What is too much in a minute where nobody says otherwise, for `createLimits`. */
export const DEFAULT_LIMITS: LimitsConfig = withDefaults({}).limits
