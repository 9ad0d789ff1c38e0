import type { Config } from '../config/config.js'
import {
  createDevelopmentIdentity,
  developmentKey,
  loadDevelopmentIdentity,
} from '../signing/development.js'
import type { SigningIdentity } from '../signing/identity.js'
import { loadRenewableIdentity, type RenewableIdentity } from '../signing/renewable-identity.js'
import { watchCertificate, type Log } from './certificate-watch.js'
import { publicity } from './permission-warnings.js'
import { isNotWritable, NAME_A_HOME, stateFolder } from './state-folder.js'
import type { Surroundings } from './surroundings.js'

export interface LoadedIdentity {
  readonly identity: SigningIdentity
  /** In sentences, besides the identity's own; with paths, for the log alone. */
  readonly warnings: readonly string[]
  /** Whether it ends with this process, because it could not be kept. */
  readonly isInMemory?: boolean
  /** For a configured identity: looks for a renewed certificate. */
  readonly renew?: RenewableIdentity['renew']
}

/**
 * The configured signing identity, or the development identity: in `certs` beside the configuration
 * file or in a checkout, else in the state folder; in memory where nothing can be written.
 *
 * @throws MailProfileError as `loadSigningIdentity`
 */
export async function readIdentity(
  config: Config,
  surroundings: Pick<Surroundings, 'cwd' | 'env' | 'now'>,
): Promise<LoadedIdentity> {
  const now = surroundings.now()
  if (config.signing !== undefined) {
    return { ...(await loadRenewableIdentity(config.signing, now)), warnings: [] }
  }
  const folder = await stateFolder('certs', config, surroundings)
  if (folder === undefined) return inMemory('because this user has no home', `${NAME_A_HOME}.`, now)
  try {
    const identity = await loadDevelopmentIdentity(folder, now)
    const warning = await publicity(developmentKey(folder))
    return { identity, warnings: warning === undefined ? [] : [warning] }
  } catch (error) {
    if (!isNotWritable(error)) throw error
    return inMemory(`in ${folder}`, 'Make the folder writable.', now)
  }
}

async function inMemory(where: string, remedy: string, now: Date): Promise<LoadedIdentity> {
  return {
    identity: await createDevelopmentIdentity({ now }),
    isInMemory: true,
    warnings: [
      `The development certificate cannot be kept ${where}, so it changes at every start: devices ` +
        `will refuse to replace a profile. ${remedy}`,
    ],
  }
}

/** Looks for a renewed signing certificate as `watchCertificate` does. */
export function watchSigningCertificate(
  { renew }: LoadedIdentity,
  surroundings: Surroundings,
  log: Log,
): void {
  if (renew === undefined) return
  const otherKey = 'devices will refuse to replace profiles that they have'
  watchCertificate('signing', { renew, otherKey, surroundings, log })
}
