import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { makeChain, readChain, type TestChain } from '../../test/support/make-chain.js'

/** The kinds of keys that are measured. */
export const KEYS = ['RSA-2048', 'P-256'] as const
export type Key = (typeof KEYS)[number]

/** How a kind of key is called in the names of rows. */
export const nameOf = (key: Key) => key.toLowerCase()

/** Makes a chain of certificates in a folder `certificates`. */
export function chainIn(folder: string, key: Key): TestChain {
  const home = join(folder, 'certificates')
  mkdirSync(home, { recursive: true })
  makeChain(home, key)
  return readChain(home)
}

/** What configures it. */
export const SIGNING =
  'signing: { certificate: certificates/fullchain.pem, key: certificates/leaf.key }\n'
