import { withDefaults } from './defaults.js'

/** What is too much in a minute where nobody says otherwise, for `createLimits`. */
export const DEFAULT_LIMITS: Readonly<
  Record<'client' | 'domain' | 'key' | 'send' | 'wrong', number>
> = withDefaults({}).limits
