import { say, type MessageKey } from '../../messages/text.js'
import type { SigningIdentity } from '../../signing/identity.js'
import type { SignerView } from '../pages/views.js'
import type { TrustReason } from '../../signing/trust.js'

const BECAUSE = {
  development: 'signer.because.development',
  'self-signed': 'signer.because.selfSigned',
  'missing intermediate': 'signer.because.missingIntermediate',
  ended: 'signer.because.ended',
  'not yet valid': 'signer.because.notYetValid',
  'key usage': 'signer.because.keyUsage',
  'unknown root': 'signer.because.unknownRoot',
} as const satisfies Record<TrustReason, MessageKey>

/** What a device will say about who signed the profile: the verdict of `judgeTrust`, for a person.
 * Without an identity there is no profile, and nothing to say. */
export function signerView(identity: SigningIdentity | undefined, now: Date): SignerView {
  if (identity === undefined || identity.verifiable(now)) return { verified: true }
  const { reason } = identity.trust(now)
  return {
    verified: false,
    because: say(BECAUSE[reason === 'good' ? 'unknown root' : reason]),
    hedged: reason === 'unknown root',
    development: reason === 'development',
  }
}
