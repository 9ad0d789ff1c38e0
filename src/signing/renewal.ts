import { createHash } from 'node:crypto'
import { MailProfileError } from '../errors.js'
import {
  loadSigningIdentity,
  readSigningIdentitySource,
  type ReadSigningIdentitySource,
  type SigningIdentity,
  type SigningIdentitySource,
} from './identity.js'

/** What a look at the files of a signing identity came to. */
export type Renewal =
  | { readonly outcome: 'unchanged' | 'replaced' }
  /** The new certificate has another key: devices refuse profiles signed by it as replacements. */
  | { readonly outcome: 'replaced with another key' }
  /** The files do not fit, perhaps because they are being written: the next look decides. */
  | { readonly outcome: 'tried' }
  /** They did not fit twice. The old identity goes on signing. */
  | { readonly outcome: 'refused'; readonly error: MailProfileError }

/** A signing identity that follows its files. */
export interface RenewableIdentity {
  /** Always the newest that was good; what it says changes with each renewal. */
  readonly identity: SigningIdentity
  /** Looks at the files, by their content: watching misses links that are swapped. */
  readonly renew: (now: Date) => Promise<Renewal>
}

interface Failure {
  /** Of what was in the files. */
  readonly digest: string
  readonly reported: boolean
  readonly sentence: string
}

/**
 * Loads a signing identity that can be renewed while it is in use.
 *
 * @throws MailProfileError as `loadSigningIdentity`, for the first load only
 */
export async function loadRenewableIdentity(
  source: SigningIdentitySource,
  now: Date,
): Promise<RenewableIdentity> {
  const first = await readSigningIdentitySource(source)
  let current = await loadSigningIdentity(first, { now })
  let used = digestOf(first)
  let failed: Failure | undefined

  async function renew(at: Date): Promise<Renewal> {
    let digest = 'unreadable'
    try {
      const content = await readSigningIdentitySource(source)
      digest = digestOf(content)
      if (digest === used) {
        failed = undefined
        return { outcome: 'unchanged' }
      }
      const renewed = await loadSigningIdentity(content, { now: at })
      const sameKey = publicKey(renewed).equals(publicKey(current))
      current = renewed
      used = digest
      failed = undefined
      return { outcome: sameKey ? 'replaced' : 'replaced with another key' }
    } catch (thrown) {
      const error = toMailProfileError(thrown)
      const again = failed?.digest === digest
      // Reported once; tried at every look, because time alone may make it valid.
      if (again && failed?.reported) return { outcome: 'unchanged' }
      failed = { digest, reported: again, sentence: error.message }
      return again ? { outcome: 'refused', error } : { outcome: 'tried' }
    }
  }

  return {
    renew,
    identity: {
      get chain() {
        return current.chain
      },
      get algorithm() {
        return current.algorithm
      },
      get notAfter() {
        return current.notAfter
      },
      get development() {
        return current.development
      },
      sign: (content, options) => current.sign(content, options),
      warnings: (at) => [
        ...current.warnings(at),
        ...(failed?.reported ? [`The renewed certificate is not used: ${failed.sentence}`] : []),
      ],
      verifiable: (at) => current.verifiable(at),
    },
  }
}

// Whatever is wrong with files that somebody is writing, the server goes on.
function toMailProfileError(thrown: unknown): MailProfileError {
  if (thrown instanceof MailProfileError) return thrown
  return new MailProfileError('invalid_configuration', 'The certificate files cannot be used.', {
    cause: thrown,
  })
}

function publicKey({ chain: [leaf] }: SigningIdentity): Buffer {
  return leaf.publicKey.export({ type: 'spki', format: 'der' })
}

function digestOf(source: ReadSigningIdentitySource): string {
  const digest = createHash('sha256')
  for (const part of 'pkcs12' in source ? [source.pkcs12] : [source.certificate, source.key]) {
    // With its length, so that no byte can move from one file to the other.
    digest.update(`${part.length} `).update(part)
  }
  return digest.digest('hex')
}
