import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openssl } from './openssl.js'

const RSA = (bits: number) => ['-algorithm', 'RSA', '-pkeyopt', `rsa_keygen_bits:${bits}`]
const EC = (curve: string) => ['-algorithm', 'EC', '-pkeyopt', `ec_paramgen_curve:${curve}`]

/** Arguments of `openssl genpkey`. */
const KEYS = {
  'RSA-2048': RSA(2048),
  'RSA-3072': RSA(3072),
  'P-256': EC('P-256'),
  'P-384': EC('P-384'),
  'P-521': EC('P-521'),
  'RSA-1024': RSA(1024),
  'RSA-PSS': ['-algorithm', 'RSA-PSS', '-pkeyopt', 'rsa_keygen_bits:2048'],
  Ed25519: ['-algorithm', 'ED25519'],
  secp256k1: EC('secp256k1'),
} as const

export type KeyKind = keyof typeof KEYS

export const SUPPORTED_KEYS = ['RSA-2048', 'RSA-3072', 'P-256', 'P-384', 'P-521'] as const

/** Throw-away root, intermediate and leaf: texts in PEM, and the folder with their files. */
export interface TestChain {
  /** root.pem, intermediate.pem, leaf.pem, leaf.key (PKCS#8), and what a test adds. */
  readonly folder: string
  readonly root: string
  readonly intermediate: string
  readonly leaf: string
  readonly key: string
  /** Leaf and intermediate, as a certification authority delivers them. */
  readonly fullChain: string
}

// The machine's openssl.cnf would add extensions of its own.
export const CONFIGURATION = `
[req]
distinguished_name = name
[name]
[ca]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[leaf]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
`

/** What a chain is like. */
export interface ChainOptions {
  /** The kind of the authorities' keys, like the leaf's by default. */
  readonly authority?: KeyKind
  readonly days?: number
}

/** Writes the files of a new chain into an empty folder. */
export function makeChain(home: string, kind: KeyKind, options: ChainOptions = {}): void {
  const { authority = kind, days = 90 } = options
  const file = (name: string) => join(home, name)
  // As real ones do, they outlive what they issue.
  const daysOfAuthorities = String(days + 90)
  writeFileSync(file('openssl.cnf'), CONFIGURATION)
  const config = ['-config', file('openssl.cnf'), '-utf8']

  const generate = (name: string, kindOfKey: KeyKind) =>
    writeFileSync(file(`${name}.key`), makeKey(kindOfKey))
  const issue = (name: string, subject: string, issuer: string, extensions: 'ca' | 'leaf') => {
    const request = ['req', '-new', ...config, '-key', file(`${name}.key`), '-subj', subject]
    openssl([...request, '-out', file(`${name}.csr`)])
    openssl([
      ...['x509', '-req', '-in', file(`${name}.csr`)],
      ...['-days', extensions === 'ca' ? daysOfAuthorities : String(days)],
      ...['-CA', file(`${issuer}.pem`), '-CAkey', file(`${issuer}.key`)],
      // With the highest bit set, so that DER needs a leading zero byte.
      ...['-set_serial', `0x9f${Buffer.from(name.padEnd(12)).toString('hex')}`],
      ...['-extfile', file('openssl.cnf'), '-extensions', extensions, '-out', file(`${name}.pem`)],
    ])
  }
  for (const name of ['root', 'intermediate']) generate(name, authority)
  generate('leaf', kind)
  openssl([
    ...['req', '-x509', '-new', ...config, '-key', file('root.key'), '-subj', '/CN=Test root'],
    ...['-days', daysOfAuthorities, '-extensions', 'ca', '-out', file('root.pem')],
  ])
  issue('intermediate', '/C=DE/O=Größe & Co/CN=Test intermediate', 'root', 'ca')
  issue('leaf', '/O=Größe & Co/CN=setup.example.com', 'intermediate', 'leaf')

  const text = (name: string) => readFileSync(file(name), 'utf8')
  writeFileSync(file('fullchain.pem'), text('leaf.pem') + text('intermediate.pem'))
}

/** The chain whose files a folder has. */
export function readChain(folder: string): TestChain {
  const text = (name: string) => readFileSync(join(folder, name), 'utf8')
  return {
    folder,
    root: text('root.pem'),
    intermediate: text('intermediate.pem'),
    leaf: text('leaf.pem'),
    key: text('leaf.key'),
    fullChain: text('fullchain.pem'),
  }
}

/** A private key that nobody else has, PKCS#8 in PEM. */
export function makeKey(kind: KeyKind): string {
  return openssl(['genpkey', ...KEYS[kind]]).toString('latin1')
}
