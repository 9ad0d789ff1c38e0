import type { FoundSettings } from '../discovery/found-settings.js'
import type { AppContext } from './context.js'

/** Why there is no profile for settings that nobody vouches for. */
export const NOT_SIGNED =
  'These settings were found, not configured, so this server does not sign a profile for them.'

/**
 * Whether the operator's name goes under these settings: always under those of the catalogue and those
 * that a domain publishes for servers of its own; under others, which a person has to confirm, only if
 * the operator said so.
 */
export function isSigned(
  { signConfirmed }: Pick<AppContext, 'signConfirmed'>,
  { confirm }: Pick<FoundSettings, 'confirm'>,
): boolean {
  return confirm.length === 0 || signConfirmed
}
