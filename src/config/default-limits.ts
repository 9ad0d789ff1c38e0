import type { Config } from './config.js'
import { withDefaults } from './defaults.js'

/** What is too much in a minute where nobody says otherwise, for `createLimits`. */
export const DEFAULT_LIMITS: Config['limits'] = withDefaults({}).limits
