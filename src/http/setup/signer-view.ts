import type { SigningIdentity } from '../../signing/identity.js'
import type { SignerView } from '../pages/views.js'

/** What a device will say about who signed the profile: the verdict of `judgeTrust`, for a person.
 * Without an identity there is no profile, and nothing to say. */
export function signerView(identity: SigningIdentity | undefined, now: Date): SignerView {
  if (identity === undefined || identity.verifiable(now)) return { verified: true }
  const { reason } = identity.trust(now)
  return {
    verified: false,
    because: reason === 'good' ? 'unknown root' : reason,
    hedged: reason === 'unknown root',
    development: reason === 'development',
  }
}
