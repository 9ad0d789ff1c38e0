import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CONFIGURATION,
  makeChain,
  makeKey,
  readChain,
  type ChainOptions,
  type KeyKind,
  type TestChain,
} from './make-chain.js'
import { openssl } from './openssl.js'
import { reused } from './reused.js'

/**
 * A chain that is new to the file of tests.
 *
 * @param folder the chain gets a folder of its own in it
 */
export function createTestChain(
  folder: string,
  kind: KeyKind,
  { authority = kind, days = 90 }: ChainOptions = {},
): TestChain {
  const home = mkdtempSync(join(folder, `${kind}-`))
  for (const [name, bytes] of filesOfChain(`${kind} ${authority} ${days}`)) {
    writeFileSync(join(home, name), bytes)
  }
  return readChain(home)
}

type ChainKind = `${KeyKind} ${KeyKind} ${number}`

const filesOfChain = reused('chain', (which: ChainKind) => {
  const [kind, authority, days] = which.split(' ') as [KeyKind, KeyKind, string]
  const home = mkdtempSync(join(tmpdir(), 'mailprofile-chain-'))
  try {
    makeChain(home, kind, { authority, days: Number(days) })
    return readdirSync(home).map((name) => [name, readFileSync(join(home, name))] as const)
  } finally {
    rmSync(home, { recursive: true })
  }
})

/** A private key that is new to the file of tests, PKCS#8 in PEM. */
export const createKey = reused('key', makeKey)

/** A certificate that its own key signed. */
export function selfSign(folder: string, key: string, extensions: 'ca' | 'leaf'): string {
  const home = mkdtempSync(join(folder, 'self-'))
  const [config, keyFile] = [join(home, 'openssl.cnf'), join(home, 'key.pem')]
  writeFileSync(config, CONFIGURATION.replace('authorityKeyIdentifier = keyid\n', ''))
  writeFileSync(keyFile, key)
  const request = ['req', '-x509', '-new', '-config', config, '-key', keyFile, '-subj', '/CN=alone']
  return openssl([...request, '-days', '90', '-extensions', extensions]).toString('latin1')
}
