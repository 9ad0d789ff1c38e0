import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { MailProfileError } from '../errors.js'
import type { Surroundings } from './surroundings.js'

const INTERVAL = 10_000

/** What a catalogue is read from, or several are. */
export interface CatalogueSource<T> {
  /** The operator's folders of provider files, and lists of domains. */
  readonly paths: readonly string[]
  readonly read: () => Promise<T>
}

interface Log {
  info(message: string): void
  warn(message: string): void
}

/** A catalogue that is read again when the operator's files change. */
export class FollowedCatalogue<T> {
  readonly #source: CatalogueSource<T>
  #current: T
  #fingerprint: string
  #isBroken = false

  private constructor(source: CatalogueSource<T>, current: T, fingerprint: string) {
    this.#source = source
    this.#current = current
    this.#fingerprint = fingerprint
  }

  /** @throws MailProfileError as `loadCatalogue` */
  static async read<T>(source: CatalogueSource<T>): Promise<FollowedCatalogue<T>> {
    // Before the files: what changes while they are read is found at the next look.
    const fingerprint = await fingerprintOf(source.paths)
    return new FollowedCatalogue(source, await source.read(), fingerprint)
  }

  /** The catalogue of the moment. */
  get current(): T {
    return this.#current
  }

  /** What an operator should know now, in words for everybody: the log has the reason with its path. */
  get warnings(): readonly string[] {
    return this.#isBroken
      ? ['The provider files have changed and cannot be used, the old ones stay: the log says why.']
      : []
  }

  /**
   * Looks every 10 seconds and whenever the process is told to. A mistake in the files is logged once,
   * and what was read before stays.
   */
  follow(surroundings: Surroundings, log: Log): void {
    if (this.#source.paths.length === 0) return
    // One after the other: what changes during a look may be in none of what it has read.
    let last = Promise.resolve()
    const look = (always: boolean) => (last = last.then(() => this.#look(log, always)))
    const timer = setInterval(() => void look(false), INTERVAL)
    timer.unref()
    surroundings.signal.addEventListener('abort', () => clearInterval(timer))
    surroundings.onReload(() => void look(true))
  }

  async #look(log: Log, always: boolean): Promise<void> {
    const { paths, read } = this.#source
    const found = await fingerprintOf(paths)
    if (found === this.#fingerprint && !always) return
    this.#fingerprint = found
    try {
      this.#current = await read()
      this.#isBroken = false
      log.info('The provider files have been read again and are in use.')
    } catch (error) {
      this.#isBroken = true
      const reason = error instanceof MailProfileError ? error.message : 'they cannot be read.'
      log.warn(`The provider files have changed and cannot be used, the old ones stay: ${reason}`)
    }
  }
}

// Times, size and inode of every file, through symbolic links: some systems swap those.
async function fingerprintOf(paths: readonly string[]): Promise<string> {
  const found = await Promise.all(
    paths.map(async (path) => {
      const names = await readdir(path).catch(() => [])
      return Promise.all([path, ...names.sort().map((name) => join(path, name))].map(describe))
    }),
  )
  return found.flat().join('\n')
}

async function describe(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined)
  return found === undefined
    ? `${path} is not there`
    : `${path} ${found.mtimeMs} ${found.ctimeMs} ${found.size} ${found.ino}`
}
