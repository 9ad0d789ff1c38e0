import { X509Certificate } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadSigningIdentity } from '../../src/signing/identity.js'
import { createTestChain } from '../support/certificates.js'
import { refusalCode } from '../support/errors.js'
import type { TestChain } from '../support/make-chain.js'
import { hasLegacyProvider, openssl, verifyCms } from '../support/openssl.js'
import { isMissing } from '../support/programs.js'
import { some } from '../support/runs.js'
import { suite } from '../support/suite.js'

const PASSPHRASE = 'correct horse'
const CONTENT = Buffer.from('content')
const noOpenssl = isMissing('openssl')

function exportPkcs12(chain: TestChain, passphrase: string, ...args: string[]): Buffer {
  const file = (name: string) => join(chain.folder, name)
  return openssl([
    ...['pkcs12', '-export', '-inkey', file('leaf.key'), '-in', file('leaf.pem')],
    ...['-certfile', file('intermediate.pem'), '-passout', `pass:${passphrase}`, ...args],
  ])
}

async function expectLoads(pkcs12: Uint8Array | string, passphrase: string, chain: TestChain) {
  const identity = await loadSigningIdentity({ pkcs12, passphrase }, { roots: [chain.root] })
  // Byte for byte: a certificate that was encoded anew may not verify.
  expect(identity.chain.map(String)).toEqual(
    [chain.leaf, chain.intermediate].map((pem) => String(new X509Certificate(pem))),
  )
  expect(identity.warnings(new Date())).toEqual([])
  expect(verifyCms(await identity.sign(CONTENT), chain.root)).toEqual(CONTENT)
}

const WRITERS: readonly (readonly [string, readonly string[]])[] = [
  ['OpenSSL 3', []],
  ['OpenSSL 3 with SHA-512', ['-macalg', 'sha512']],
  ['OpenSSL 3 without encryption', ['-keypbe', 'NONE', '-certpbe', 'NONE']],
  ['OpenSSL 3 with a name', ['-name', 'Größe & Co']],
]

const CHAINS = [
  ['RSA-2048', 'RSA-2048'],
  ['P-256', 'P-256'],
  ['P-384', 'P-384'],
  ['P-521', 'P-256'],
  ['RSA-2048', 'P-256'],
  ['P-256', 'RSA-2048'],
] as const

describe.skipIf(noOpenssl).each(some(CHAINS, 3))('PKCS#12, %s by %s', (kind, authority) => {
  const chain = suite((folder) => createTestChain(folder, kind, { authority }))

  it.each(WRITERS)('is read as %s writes it', async (_, args) => {
    await expectLoads(exportPkcs12(chain(), PASSPHRASE, ...args), PASSPHRASE, chain())
  })

  it.skipIf(noOpenssl || !hasLegacyProvider())('is read as older ones write it', async () => {
    await expectLoads(exportPkcs12(chain(), PASSPHRASE, '-legacy'), PASSPHRASE, chain())
  })

  it('is read from a file', async () => {
    const file = join(chain().folder, 'identity.p12')
    writeFileSync(file, exportPkcs12(chain(), PASSPHRASE))
    await expectLoads(file, PASSPHRASE, chain())
  })

  it('is read with an empty passphrase, which need not be given', async () => {
    const pkcs12 = exportPkcs12(chain(), '')
    await expectLoads(pkcs12, '', chain())
    expect((await loadSigningIdentity({ pkcs12 })).chain).toHaveLength(2)
  })
})

describe.skipIf(noOpenssl)('PKCS#12', () => {
  const chain = suite((folder) => createTestChain(folder, 'P-256'))
  const signedByPss = suite((folder) =>
    createTestChain(folder, 'RSA-2048', { authority: 'RSA-PSS' }),
  )

  it('is read when the root is in it, and leaves that out', async () => {
    const { folder, root, intermediate } = chain()
    writeFileSync(join(folder, 'others.pem'), root + intermediate)
    const pkcs12 = exportPkcs12(chain(), PASSPHRASE, '-certfile', join(folder, 'others.pem'))
    await expectLoads(pkcs12, PASSPHRASE, chain())
  })

  it('is read with a passphrase beyond ASCII', async () => {
    await expectLoads(exportPkcs12(chain(), 'pässwörd€'), 'pässwörd€', chain())
  })

  it('keeps certificates whose authority signs with RSA-PSS', async () => {
    await expectLoads(exportPkcs12(signedByPss(), PASSPHRASE), PASSPHRASE, signedByPss())
  })

  it.each<[string, (pkcs12: Buffer) => Buffer]>([
    ['a passphrase that is wrong', (pkcs12) => pkcs12],
    ['a file cut short', (pkcs12) => pkcs12.subarray(0, -20)],
    ['no content', () => Buffer.alloc(0)],
    ['something else', () => Buffer.from(chain().fullChain)],
  ])('is refused with %s', async (_, change) => {
    const pkcs12 = change(exportPkcs12(chain(), PASSPHRASE))
    const code = await refusalCode(() => loadSigningIdentity({ pkcs12, passphrase: 'wrong' }))
    expect(code).toBe('invalid_configuration')
  })

  it('is refused without a key, or without a certificate', async () => {
    const { folder } = chain()
    const args = ['-passout', `pass:${PASSPHRASE}`]
    const [leaf, key] = [join(folder, 'leaf.pem'), join(folder, 'leaf.key')]
    const noKey = openssl(['pkcs12', '-export', '-nokeys', '-in', leaf, ...args])
    const noCertificate = openssl(['pkcs12', '-export', '-nocerts', '-inkey', key, ...args])
    const load = (pkcs12: Buffer) =>
      refusalCode(() => loadSigningIdentity({ pkcs12, passphrase: PASSPHRASE }))
    expect(await load(noKey)).toBe('invalid_configuration')
    expect(['invalid_configuration', 'certificate_mismatch']).toContain(await load(noCertificate))
  })

  it('is refused when the file is missing', async () => {
    const pkcs12 = join(chain().folder, 'missing.p12')
    expect(await refusalCode(() => loadSigningIdentity({ pkcs12 }))).toBe('invalid_configuration')
  })
})
