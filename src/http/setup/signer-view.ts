import type { SigningIdentity } from '../../signing/identity.js'
import type { TrustReason } from '../../signing/trust.js'
import type { SignerView } from '../pages/views.js'

const BECAUSE: Readonly<Record<TrustReason, string>> = {
  development: 'this server uses a development certificate',
  'self-signed': 'this server has issued its certificate to itself',
  'missing intermediate': 'a part of this server’s certificate is missing',
  ended: 'a certificate of this server has ended',
  'not yet valid': 'a certificate of this server is not valid yet',
  'key usage': 'the certificate of this server is not meant for signatures',
  'unknown root': 'the certificate of this server is by a private authority',
}

/** What a device will say about who signed the profile: the verdict of `judgeTrust`, for a person.
 * Without an identity there is no profile, and nothing to say. */
export function signerView(identity: SigningIdentity | undefined, now: Date): SignerView {
  if (identity === undefined || identity.verifiable(now)) return { verified: true }
  const { reason } = identity.trust(now)
  return {
    verified: false,
    because: BECAUSE[reason === 'good' ? 'unknown root' : reason],
    hedged: reason === 'unknown root',
    development: reason === 'development',
  }
}
