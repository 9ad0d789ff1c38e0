import { createPrivateKey, generateKeyPair, randomBytes, X509Certificate } from 'node:crypto'
import { lstat, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { MailProfileError } from '../errors.js'
import { createSigningIdentity, loadSigningIdentity, type SigningIdentity } from './identity.js'
import { DEVELOPMENT_ROOT } from './trust.js'

const YEAR = 365 * 24 * 60 * 60 * 1000
const LIFETIME = 5 * YEAR
const FOLDER = 'development'
const FILES = { root: 'root.pem', certificate: 'certificate.pem', key: 'key.pem' } as const

/** A signing identity that mailprofile made for itself. */
export interface DevelopmentIdentity extends SigningIdentity {
  /** The root that issued it, PEM: what a test gives to `openssl cms -verify -CAfile`. */
  readonly rootPem: string
}

interface DevelopmentPems {
  readonly root: string
  readonly certificate: string
  readonly key: string
}

/**
 * A throw-away certification authority and a signing certificate by it, RSA 2048. The authority's
 * key is forgotten at once, so that nobody who trusts the root trusts anything else by it.
 *
 * @example
 * ```ts
 * import { createDevelopmentIdentity } from 'mailprofile'
 *
 * const identity = await createDevelopmentIdentity()
 * console.log(identity.trust(new Date()).reason) // development
 * ```
 */
export async function createDevelopmentIdentity(
  options: { readonly now?: Date } = {},
): Promise<DevelopmentIdentity> {
  return fromPems(await createPems(options.now ?? new Date()), options.now)
}

/** Where `loadDevelopmentIdentity` keeps the key. */
export function developmentKey(folder: string): string {
  return join(folder, FOLDER, FILES.key)
}

/**
 * The development identity that lies in a folder's `development` folder, made if it is missing or
 * has expired. The key's file has mode 0600.
 *
 * @param folder is created when it is missing
 * @throws MailProfileError `invalid_configuration` where it is a link, has one for a file, or is there
 *   without what this user can read
 * @throws NodeJS.ErrnoException when it cannot be written
 */
export async function loadDevelopmentIdentity(
  folder: string,
  now = new Date(),
): Promise<DevelopmentIdentity> {
  const home = join(folder, FOLDER)
  const present = await loadFrom(home, now)
  if (present !== undefined) return present
  const pems = await createPems(now)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const made = await mkdtemp(join(folder, `.${FOLDER}-`))
  try {
    await writeFile(join(made, FILES.root), pems.root, { flag: 'wx' })
    await writeFile(join(made, FILES.certificate), pems.certificate, { flag: 'wx' })
    await writeFile(join(made, FILES.key), pems.key, { flag: 'wx', mode: 0o600 })
    // All three files at once: another process sees none of them or all.
    await rename(made, home)
  } catch (error) {
    await rm(made, { recursive: true, force: true })
    // Another process that starts at the same time was first: its identity is as good.
    const theirs = await loadFrom(home, now)
    if (theirs !== undefined) return theirs
    const { code = '' } = error as NodeJS.ErrnoException
    throw code === 'ENOTEMPTY' || code === 'EEXIST' ? unreadable(home, error) : error
  }
  return fromPems(pems, now)
}

// Half of it was removed, or it is another user's, such as root's.
function unreadable(home: string, cause: unknown): MailProfileError {
  return new MailProfileError(
    'invalid_configuration',
    `${home} has no development certificate that this user can read.`,
    {
      hint: 'Remove that folder, and a new one is made, or name certificate and key in signing.',
      field: 'signing',
      cause,
    },
  )
}

async function loadFrom(home: string, now: Date): Promise<DevelopmentIdentity | undefined> {
  for (const path of [home, ...Object.values(FILES).map((file) => join(home, file))]) {
    await refuseLink(path)
  }
  let rootPem: string
  try {
    rootPem = await readFile(join(home, FILES.root), 'utf8')
  } catch {
    return undefined
  }
  try {
    const identity = await loadSigningIdentity(
      { certificate: join(home, FILES.certificate), key: join(home, FILES.key) },
      { now, development: true },
    )
    return { ...identity, rootPem }
  } catch (error) {
    if (error instanceof MailProfileError && error.code === 'certificate_expired') {
      await rm(home, { recursive: true, force: true })
      return undefined
    }
    throw error
  }
}

// Whoever could write beside the configuration once may have put it there, with a key of their own.
async function refuseLink(path: string): Promise<void> {
  let isLink: boolean
  try {
    isLink = (await lstat(path)).isSymbolicLink()
  } catch {
    // It is made, or whoever reads it says that it cannot be.
    return
  }
  if (!isLink) return
  throw new MailProfileError(
    'invalid_configuration',
    `${path} is a link, and the development certificate has to be mailprofile's own.`,
    { hint: 'Remove the link, or name certificate and key in signing.', field: 'signing' },
  )
}

function fromPems(pems: DevelopmentPems, now = new Date()): DevelopmentIdentity {
  const certificates = [new X509Certificate(pems.certificate), new X509Certificate(pems.root)]
  const keys = [createPrivateKey(pems.key)]
  const identity = createSigningIdentity({ certificates, keys }, { now, development: true })
  return { ...identity, rootPem: pems.root }
}

async function createPems(now: Date): Promise<DevelopmentPems> {
  const { default: forge } = await import('node-forge')
  const [authority, signer] = await Promise.all([keyPair(), keyPair()])
  const rootName = [{ name: 'commonName', value: DEVELOPMENT_ROOT }]
  const signerName = [{ name: 'commonName', value: 'mailprofile development (not for production)' }]

  const certificate = (
    subject: typeof rootName,
    publicKey: string,
    extensions: readonly Record<string, unknown>[],
  ): string => {
    const made = forge.pki.createCertificate()
    made.publicKey = forge.pki.publicKeyFromPem(publicKey)
    // Positive and without a leading zero byte (RFC 5280 section 4.1.2.2).
    made.serialNumber = `4${randomBytes(16).toString('hex').slice(1)}`
    // An hour back, for phones whose clocks are slow; whole seconds.
    made.validity.notBefore = new Date(Math.floor(now.getTime() / 1000 - 3600) * 1000)
    made.validity.notAfter = new Date(Math.floor((now.getTime() + LIFETIME) / 1000) * 1000)
    made.setSubject(subject)
    made.setIssuer(rootName)
    made.setExtensions([...extensions, { name: 'subjectKeyIdentifier' }])
    made.sign(forge.pki.privateKeyFromPem(authority.privateKey), forge.md.sha256.create())
    return forge.pki.certificateToPem(made).replaceAll('\r', '')
  }
  return {
    root: certificate(rootName, authority.publicKey, [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ]),
    certificate: certificate(signerName, signer.publicKey, [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', emailProtection: true },
    ]),
    key: signer.privateKey,
  }
}

const generate = promisify(generateKeyPair)

function keyPair(): Promise<{ publicKey: string; privateKey: string }> {
  return generate('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
}
