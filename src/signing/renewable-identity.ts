import {
  createSigningIdentity,
  openSigningMaterial,
  readSigningIdentitySource,
  type IdentityOptions,
  type SigningIdentity,
  type SigningIdentitySource,
} from './identity.js'
import { createRenewable, type Renewable } from './renewable.js'

/** A signing identity that follows its files. */
export interface RenewableIdentity extends Pick<Renewable<SigningIdentity>, 'renew'> {
  /** Always the newest that was good; what it says changes with each renewal. */
  readonly identity: SigningIdentity
}

/**
 * Loads a signing identity that can be renewed while it is in use.
 *
 * @throws MailProfileError as `loadSigningIdentity`, for the first load only
 */
export async function loadRenewableIdentity(
  source: SigningIdentitySource,
  now: Date,
  options: Pick<IdentityOptions, 'roots'> = {},
): Promise<RenewableIdentity> {
  const renewable = await createRenewable(
    {
      async read() {
        const content = await readSigningIdentitySource(source)
        return 'pkcs12' in content ? [content.pkcs12] : [content.certificate, content.key]
      },
      open([first = Buffer.alloc(0), key = Buffer.alloc(0)]) {
        const { passphrase } = source
        return openSigningMaterial(
          'pkcs12' in source
            ? { pkcs12: first, passphrase }
            : { certificate: first, key, passphrase },
        )
      },
      load: (material, at) => createSigningIdentity(material, { ...options, now: at }),
      hasSameKey: (renewed, current) => publicKey(renewed).equals(publicKey(current)),
      // The intermediate's lines come last.
      isSuspect: (renewed, current) => renewed.chain.length < current.chain.length,
    },
    now,
  )
  return {
    renew: renewable.renew,
    identity: {
      get chain() {
        return renewable.current.chain
      },
      get algorithm() {
        return renewable.current.algorithm
      },
      get notAfter() {
        return renewable.current.notAfter
      },
      get development() {
        return renewable.current.development
      },
      sign: (content, how) => renewable.current.sign(content, how),
      trust: (at) => renewable.current.trust(at),
      life: (at) => renewable.current.life(at),
      warnings: (at) => [
        ...renewable.current.warnings(at),
        // Anybody may read them, and the reason may name a path: it has been logged.
        ...(renewable.isRefused ? ['The renewed certificate is not used: the log says why.'] : []),
      ],
      verifiable: (at) => renewable.current.verifiable(at),
      deriveSecret: (purpose) => renewable.current.deriveSecret(purpose),
    },
  }
}

function publicKey({ chain: [leaf] }: SigningIdentity): Buffer {
  return leaf.publicKey.export({ type: 'spki', format: 'der' })
}
