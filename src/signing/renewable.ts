import { createHash } from 'node:crypto'
import { MailProfileError } from '../errors.js'

/** What a look at files came to. */
export type Renewal =
  | { readonly outcome: 'unchanged' | 'replaced' }
  /** The new certificate has another key. */
  | { readonly outcome: 'replaced with another key' }
  /** The files do not fit, perhaps because they are being written: the next look decides. */
  | { readonly outcome: 'tried' }
  /** They did not fit twice. What was there before stays in use. */
  | { readonly outcome: 'refused'; readonly error: MailProfileError }

/** Something that follows the files it was made from. */
export interface Renewable<T> {
  /** Always the newest that was good. */
  readonly current: T
  /** Whether the newest files are not used, once the reason has been reported. */
  readonly isRefused: boolean
  /** Looks at the files, by their content: watching misses links that are swapped. One look at a time. */
  readonly renew: (now: Date) => Promise<Renewal>
}

export interface RenewableOptions<T, M> {
  /** Reads the files: their contents, always in the same order. */
  readonly read: () => Promise<readonly Buffer[]>
  /** Opens what was read, which may take long; the same contents always come to the same. */
  readonly open: (contents: readonly Buffer[]) => Promise<M>
  /** Makes what is used of it; what cannot be used now may be usable later. */
  readonly load: (opened: M, now: Date) => T
  readonly hasSameKey: (renewed: T, current: T) => boolean
  /** Whether it looks as if somebody were still writing, although it could be used. */
  readonly isSuspect: (renewed: T, current: T) => boolean
}

interface Failure {
  /** Of what was in the files. */
  readonly digest: string
  readonly reported: boolean
  readonly error: MailProfileError
}

/**
 * Loads what can be renewed while it is in use.
 *
 * @throws MailProfileError as `read`, `open` and `load`, for the first time only
 */
export async function createRenewable<T, M>(
  options: RenewableOptions<T, M>,
  now: Date,
): Promise<Renewable<T>> {
  const first = await options.read()
  let current = options.load(await options.open(first), now)
  let used = digestOf(first)
  let failed: Failure | undefined
  let suspected: string | undefined
  /** Of contents that could be opened and are not used. */
  let opened: { readonly digest: string; readonly material: M } | undefined

  /** @throws MailProfileError as `open` and `load`; for contents that have not changed, as before */
  async function load(contents: readonly Buffer[], digest: string, at: Date): Promise<T> {
    if (opened?.digest !== digest) {
      // What did not open will not open by itself, and to try may take seconds.
      if (failed?.digest === digest) throw failed.error
      opened = { digest, material: await options.open(contents) }
    }
    return options.load(opened.material, at)
  }

  async function look(at: Date): Promise<Renewal> {
    let digest = 'unreadable'
    try {
      const contents = await options.read()
      digest = digestOf(contents)
      if (digest === used) {
        failed = opened = undefined
        return { outcome: 'unchanged' }
      }
      const renewed = await load(contents, digest, at)
      if (suspected !== digest && options.isSuspect(renewed, current)) {
        suspected = digest
        return { outcome: 'tried' }
      }
      const sameKey = options.hasSameKey(renewed, current)
      current = renewed
      used = digest
      failed = opened = undefined
      return { outcome: sameKey ? 'replaced' : 'replaced with another key' }
    } catch (thrown) {
      const error = toMailProfileError(thrown)
      const again = failed?.digest === digest
      // Reported once; what opened is tried at every look, because time alone may make it valid.
      if (again && failed?.reported) return { outcome: 'unchanged' }
      failed = { digest, reported: again, error }
      return again ? { outcome: 'refused', error } : { outcome: 'tried' }
    }
  }

  // A look that began earlier must not end later, with what was in the files before.
  let last: Promise<unknown> = Promise.resolve()
  return {
    get current() {
      return current
    },
    get isRefused() {
      return failed?.reported === true
    },
    renew: (at) => {
      const next = last.then(() => look(at))
      last = next
      return next
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

function digestOf(contents: readonly Buffer[]): string {
  const digest = createHash('sha256')
  // With its length, so that no byte can move from one file to the other.
  for (const part of contents) digest.update(`${part.length} `).update(part)
  return digest.digest('hex')
}
