import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { X509Certificate } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  loadSigningIdentity,
  type SigningIdentity,
  type SigningIdentitySource,
} from '../../src/signing/identity.js'
import { createTestChain } from '../support/certificates.js'
import { SUPPORTED_KEYS, type KeyKind, type TestChain } from '../support/make-chain.js'
import { openssl, verifyCms } from '../support/openssl.js'
import { isMissing } from '../support/programs.js'
import { some } from '../support/runs.js'
import { suite } from '../support/suite.js'

const TITLES: Readonly<Record<(typeof SUPPORTED_KEYS)[number], string>> = {
  'RSA-2048': 'RSA 2048 with SHA-256',
  'RSA-3072': 'RSA 3072 with SHA-256',
  'P-256': 'ECDSA P-256 with SHA-256',
  'P-384': 'ECDSA P-384 with SHA-384',
  'P-521': 'ECDSA P-521 with SHA-512',
}
const CONTENT = Buffer.from('content')

/** The key in another encoding: arguments of `openssl pkey`, `rsa` or `ec`. */
function convertKey(chain: TestChain, ...args: string[]): string {
  return openssl([...args, '-in', join(chain.folder, 'leaf.key')]).toString('latin1')
}

/** As for devices that trust the root of the chain. */
function load(source: SigningIdentitySource, { root }: TestChain): Promise<SigningIdentity> {
  return loadSigningIdentity(source, { roots: [root] })
}

async function expectIdentity(identity: SigningIdentity, chain: TestChain): Promise<void> {
  expect(identity.chain.map(String)).toEqual(
    [chain.leaf, chain.intermediate].map((pem) => String(new X509Certificate(pem))),
  )
  expect(identity.warnings(new Date())).toEqual([])
  expect(identity.verifiable(new Date())).toBe(true)
  expect(verifyCms(await identity.sign(CONTENT), chain.root)).toEqual(CONTENT)
}

// As `openssl ecparam -genkey` writes it.
const AFTER_PARAMETERS: [string, (chain: TestChain) => string] = [
  'after its parameters',
  (chain) => {
    const curve = new X509Certificate(chain.leaf).publicKey.asymmetricKeyDetails?.namedCurve ?? ''
    const parameters = openssl(['ecparam', '-name', curve]).toString('latin1')
    return parameters + convertKey(chain, 'pkey', '-traditional')
  },
]

describe.skipIf(isMissing('openssl')).each(some(SUPPORTED_KEYS, 3))(
  'loadSigningIdentity, %s',
  (kind) => {
    const isRsa = kind.startsWith('RSA')
    const chain = suite((folder) => {
      // Authorities of RSA 3072 take seconds to make and show nothing more.
      const authority: KeyKind = kind === 'RSA-3072' ? 'RSA-2048' : kind
      return createTestChain(folder, kind, { authority })
    })

    it('describes what it loaded', async () => {
      const { fullChain, key, leaf } = chain()
      const identity = await loadSigningIdentity({ certificate: fullChain, key })
      expect(identity.algorithm).toBe(TITLES[kind])
      expect(identity.notAfter).toEqual(new Date(new X509Certificate(leaf).validTo))
      expect(identity.development).toBe(false)
    })

    it.each<[string, (chain: TestChain) => string]>([
      ['leaf first', ({ leaf, intermediate }) => leaf + intermediate],
      ['leaf last', ({ leaf, intermediate }) => intermediate + leaf],
      ['with the root', ({ leaf, intermediate, root }) => leaf + intermediate + root],
      ['from the root down', ({ leaf, intermediate, root }) => root + intermediate + leaf],
      ['the leaf twice', ({ leaf, intermediate }) => leaf + leaf + intermediate],
      ['with CRLF line ends', ({ fullChain }) => fullChain.replaceAll('\n', '\r\n')],
      [
        'with remarks around each',
        ({ leaf, intermediate }) => `Bag Attributes: é\n${leaf}\n# next\n${intermediate}end\n`,
      ],
    ])('takes a chain %s', async (_, certificate) => {
      const { key } = chain()
      const identity = await load({ certificate: certificate(chain()), key }, chain())
      await expectIdentity(identity, chain())
    })

    it('takes bytes', async () => {
      const { fullChain, key } = chain()
      const source = { certificate: Buffer.from(fullChain), key: new TextEncoder().encode(key) }
      await expectIdentity(await load(source, chain()), chain())
    })

    it('takes paths', async () => {
      const { folder } = chain()
      const source = { certificate: join(folder, 'fullchain.pem'), key: join(folder, 'leaf.key') }
      await expectIdentity(await load(source, chain()), chain())
    })

    it('takes one file with everything', async () => {
      const { folder, fullChain, key, root } = chain()
      const file = join(folder, 'combined.pem')
      writeFileSync(file, `${key}${fullChain}${root}`)
      await expectIdentity(await load({ certificate: file, key: file }, chain()), chain())
    })

    it.each<[string, (chain: TestChain) => string]>([
      ['in PKCS#8', ({ key }) => key],
      [isRsa ? 'in PKCS#1' : 'in SEC 1', (made) => convertKey(made, 'pkey', '-traditional')],
      ...(isRsa ? [] : [AFTER_PARAMETERS]),
    ])('takes the key %s', async (_, key) => {
      const source = { certificate: chain().fullChain, key: key(chain()) }
      await expectIdentity(await load(source, chain()), chain())
    })

    it.each([
      ['PKCS#8', ['pkey', '-aes256']],
      [isRsa ? 'PKCS#1' : 'SEC 1', ['pkey', '-traditional', '-aes256']],
    ])('takes the key encrypted in %s', async (_, args) => {
      const passphrase = 'correct horse'
      const key = convertKey(chain(), ...args, '-passout', `pass:${passphrase}`)
      expect(key).toContain('ENCRYPTED')
      const source = { certificate: chain().fullChain, key, passphrase }
      await expectIdentity(await load(source, chain()), chain())
    })
  },
)
