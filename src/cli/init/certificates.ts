import { X509Certificate } from 'node:crypto'
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { MailProfileError, sentencesOf } from '../../errors.js'
import { loadSigningIdentity } from '../../signing/identity.js'
import type { CertificateFiles } from './plan.js'

/** Where certbot keeps links to the certificates of the moment. */
export const LIVE_FOLDER = '/etc/letsencrypt/live'

/** A certificate of Let's Encrypt on this machine. */
export interface LiveCertificate extends CertificateFiles {
  /** Whether it is for the host that people come to. */
  readonly isForHost: boolean
}

/**
 * The certificates that certbot keeps here, those for a host first.
 *
 * @returns undefined where this user may not look
 */
export async function findCertificates(
  host: string | undefined,
  folder = LIVE_FOLDER,
): Promise<readonly LiveCertificate[] | undefined> {
  try {
    const names = (await readdir(folder, { withFileTypes: true }))
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => join(folder, name))
    const found = await Promise.all(names.map((name) => certificateIn(name, host)))
    return found
      .filter((one) => one !== undefined)
      .sort((a, b) => Number(b.isForHost) - Number(a.isForHost))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return code === 'EACCES' || code === 'EPERM' ? undefined : []
  }
}

async function certificateIn(
  folder: string,
  host: string | undefined,
): Promise<LiveCertificate | undefined> {
  const [certificate, key] = [join(folder, 'fullchain.pem'), join(folder, 'privkey.pem')]
  try {
    const parsed = new X509Certificate(await readFile(certificate))
    return { certificate, key, isForHost: host !== undefined && parsed.checkHost(host) === host }
  } catch {
    return undefined
  }
}

/** Why profiles cannot be signed with these files, in sentences; undefined where they can. */
export async function certificateProblem(
  files: CertificateFiles,
  now: Date,
): Promise<string | undefined> {
  try {
    await loadSigningIdentity(files, { now })
    return undefined
  } catch (error) {
    if (!(error instanceof MailProfileError)) throw error
    return sentencesOf(error)
  }
}
