import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { X509Certificate } from 'node:crypto'
import { join } from 'node:path'
import { createKey, createTestChain } from './certificates.js'
import { openssl } from './openssl.js'

/** A certificate chain and its key, PEM. */
export interface Generation {
  readonly chain: string
  readonly key: string
  /** Of the first certificate. */
  readonly serialNumber: string
}

/** Generations of one server's certificate by one authority; every other one has the other key. */
export function createGenerations(folder: string, count: number) {
  const { folder: home, intermediate, root } = createTestChain(folder, 'P-256')
  const file = (name: string) => join(home, name)
  writeFileSync(file('other.key'), createKey('P-256'))
  openssl([
    ...['req', '-new', '-config', file('openssl.cnf'), '-subj', '/CN=setup.example.com'],
    ...['-key', file('other.key'), '-out', file('other.csr')],
  ])
  const generations = Array.from({ length: count }, (_, number): Generation => {
    const name = number % 2 === 0 ? 'leaf' : 'other'
    const leaf = openssl([
      ...['x509', '-req', '-in', file(`${name}.csr`), '-days', '60'],
      ...['-set_serial', `0x5f00${(number + 16).toString(16)}`],
      ...['-CA', file('intermediate.pem'), '-CAkey', file('intermediate.key')],
      ...['-extfile', file('openssl.cnf'), '-extensions', 'leaf'],
    ]).toString('latin1')
    return {
      chain: leaf + intermediate,
      key: readFileSync(file(`${name}.key`), 'utf8'),
      serialNumber: new X509Certificate(leaf).serialNumber,
    }
  })
  return { root, generations }
}

/** Ways in which programs replace a certificate and its key; some tell the server too early. */
export const REPLACEMENTS: readonly ((
  folder: string,
  next: Generation,
  tell: () => void,
) => void)[] = [
  function byRename(folder, { chain, key }) {
    for (const [name, text] of [
      ['fullchain.pem', chain],
      ['privkey.pem', key],
    ] as const) {
      writeFileSync(join(folder, `${name}.new`), text)
      renameSync(join(folder, `${name}.new`), join(folder, name))
    }
  },
  // As Kubernetes does it: the folder changes behind a link, and the files are links into it.
  function bySymbolicLink(folder, { chain, key, serialNumber }) {
    const version = `..${serialNumber}`
    mkdirSync(join(folder, version))
    writeFileSync(join(folder, version, 'fullchain.pem'), chain)
    writeFileSync(join(folder, version, 'privkey.pem'), key)
    link(folder, version, '..data')
    link(folder, '..data/fullchain.pem', 'fullchain.pem')
    link(folder, '..data/privkey.pem', 'privkey.pem')
  },
  function inPlace(folder, { chain, key }) {
    writeFileSync(join(folder, 'fullchain.pem'), chain)
    writeFileSync(join(folder, 'privkey.pem'), key)
  },
  function inPieces(folder, { chain, key }, tell) {
    const intermediate = chain.lastIndexOf('-----BEGIN')
    for (const end of [300, intermediate, intermediate + 300, chain.length]) {
      writeFileSync(join(folder, 'fullchain.pem'), chain.slice(0, end))
      tell()
    }
    writeFileSync(join(folder, 'privkey.pem'), key.slice(0, 100))
    tell()
    writeFileSync(join(folder, 'privkey.pem'), key)
  },
]

function link(folder: string, target: string, name: string): void {
  rmSync(join(folder, `${name}.new`), { force: true })
  symlinkSync(target, join(folder, `${name}.new`))
  renameSync(join(folder, `${name}.new`), join(folder, name))
}
