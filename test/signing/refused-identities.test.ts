import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { ErrorCode } from '../../src/errors.js'
import { loadSigningIdentity, type SigningIdentitySource } from '../../src/signing/identity.js'
import { createKey, createTestChain } from '../support/certificates.js'
import { refusal } from '../support/errors.js'
import type { KeyKind, TestChain } from '../support/make-chain.js'
import { openssl } from '../support/openssl.js'
import { isMissing } from '../support/programs.js'
import { suite } from '../support/suite.js'

const DAY = 24 * 60 * 60 * 1000

interface Source {
  readonly certificate: string | Uint8Array
  readonly key: string | Uint8Array
  readonly passphrase?: string
}

describe.skipIf(isMissing('openssl'))('loadSigningIdentity refuses', () => {
  const chain = suite((folder) => createTestChain(folder, 'P-256'))
  const odd = suite((folder) => (kind: KeyKind) => {
    return createTestChain(folder, kind, { authority: 'P-256' })
  })
  afterEach(() => vi.useRealTimers())

  it.each<KeyKind>(['Ed25519', 'RSA-PSS', 'RSA-1024', 'secp256k1'])('a key on %s', async (kind) => {
    const { fullChain, key } = odd()(kind)
    const error = await refusal(() => loadSigningIdentity({ certificate: fullChain, key }))
    expect(error).toMatchObject({ code: 'unsupported_key', field: 'signing.key' })
    expect(error.hint).toBeDefined()
  })

  it('a certificate and a key that are both missing, by the same sentence each time', async () => {
    const { folder } = chain()
    const source = { certificate: join(folder, 'none.pem'), key: join(folder, 'none-key.pem') }
    const errors = await Promise.all(
      Array.from({ length: 500 }, () => refusal(() => loadSigningIdentity(source))),
    )
    expect(new Set(errors.map(({ field }) => field))).toEqual(new Set(['signing.certificate']))
  })

  it.each([
    ['has expired', 100],
    ['is not valid yet', -100],
  ])('a certificate that %s', async (_, days) => {
    const { fullChain: certificate, key } = chain()
    const now = new Date(Date.now() + days * DAY)
    const refused = { code: 'certificate_expired', field: 'signing.certificate' }
    const source = { certificate, key }
    expect(await refusal(() => loadSigningIdentity(source, { now }))).toMatchObject(refused)
    // Without `now` it is the clock that counts.
    vi.setSystemTime(now)
    expect(await refusal(() => loadSigningIdentity(source))).toMatchObject(refused)
  })

  it('neither the first nor the last second of a certificate, but those beyond', async () => {
    const { fullChain: certificate, key } = chain()
    const { notAfter } = await loadSigningIdentity({ certificate, key })
    const load = (now: Date) => loadSigningIdentity({ certificate, key }, { now })
    const notBefore = new Date(notAfter.getTime() - 90 * DAY)
    await expect(load(notBefore)).resolves.toBeDefined()
    await expect(load(notAfter)).resolves.toBeDefined()
    for (const now of [new Date(notBefore.getTime() - 1000), new Date(notAfter.getTime() + 1000)]) {
      expect(await refusal(() => load(now))).toMatchObject({ code: 'certificate_expired' })
    }
  })

  it.each<[string, ErrorCode, string, (chain: TestChain) => Source]>([
    [
      'a key of another certificate',
      'certificate_mismatch',
      'signing.key',
      ({ fullChain }) => ({ certificate: fullChain, key: createKey('P-256') }),
    ],
    [
      'a key of another type',
      'certificate_mismatch',
      'signing.key',
      ({ fullChain }) => ({ certificate: fullChain, key: createKey('RSA-2048') }),
    ],
    [
      'a chain without the leaf',
      'certificate_mismatch',
      'signing.key',
      ({ intermediate, root, key }) => ({ certificate: intermediate + root, key }),
    ],
    [
      'a missing certificate file',
      'invalid_configuration',
      'signing.certificate',
      ({ folder, key }) => ({ certificate: join(folder, 'missing.pem'), key }),
    ],
    [
      'a missing key file',
      'invalid_configuration',
      'signing.key',
      ({ folder, fullChain }) => ({ certificate: fullChain, key: join(folder, 'missing.key') }),
    ],
    [
      'a folder in place of a file',
      'invalid_configuration',
      'signing.key',
      ({ folder, fullChain }) => ({ certificate: fullChain, key: folder }),
    ],
    [
      'a certificate file that holds only the key',
      'invalid_configuration',
      'signing.certificate',
      ({ key }) => ({ certificate: key, key }),
    ],
    [
      'an empty certificate file',
      'invalid_configuration',
      'signing.certificate',
      ({ key }) => ({ certificate: Buffer.alloc(0), key }),
    ],
    [
      'a certificate in DER',
      'invalid_configuration',
      'signing.certificate',
      ({ folder, key }) => ({
        certificate: openssl(['x509', '-outform', 'DER', '-in', join(folder, 'leaf.pem')]),
        key,
      }),
    ],
    [
      'a certificate that is damaged',
      'invalid_configuration',
      'signing.certificate',
      ({ leaf, key }) => ({ certificate: leaf.replace('\nMII', '\nMIA'), key }),
    ],
    [
      'a key file that holds only certificates',
      'invalid_configuration',
      'signing.key',
      ({ fullChain }) => ({ certificate: fullChain, key: fullChain }),
    ],
    [
      'a key that is a public one',
      'invalid_configuration',
      'signing.key',
      ({ folder, fullChain }) => ({
        certificate: fullChain,
        key: openssl(['pkey', '-pubout', '-in', join(folder, 'leaf.key')]),
      }),
    ],
    [
      'a key that is garbage',
      'invalid_configuration',
      'signing.key',
      ({ fullChain }) => ({
        certificate: fullChain,
        key: '-----BEGIN PRIVATE KEY-----\nZ2FyYmFnZQ==\n-----END PRIVATE KEY-----\n',
      }),
    ],
  ])('%s', async (_, code, field, source) => {
    const error = await refusal(() => loadSigningIdentity(source(chain())))
    expect(error).toMatchObject({ code, field })
  })

  it.each([
    ['PKCS#8', []],
    ['SEC 1', ['-traditional']],
  ])('a key encrypted in %s without its passphrase', async (_, form) => {
    const { folder, fullChain: certificate } = chain()
    const args = ['pkey', ...form, '-aes256', '-passout', 'pass:right']
    const key = join(folder, 'encrypted.key')
    writeFileSync(key, openssl([...args, '-in', join(folder, 'leaf.key')]))
    for (const secret of [{}, { passphrase: '' }, { passphrase: 'wrong' }]) {
      const error = await refusal(() => loadSigningIdentity({ certificate, key, ...secret }))
      expect(error).toMatchObject({ code: 'invalid_configuration', field: 'signing.key' })
      expect(error.hint).toContain('passphrase')
    }
  })
})

// A program in JavaScript may give anything, or nothing.
describe('what names no files', () => {
  it.each<[unknown, string]>([
    [{}, 'signing.certificate'],
    [{ certificate: 7, key: 'key.pem' }, 'signing.certificate'],
    [{ pkcs12: undefined, passphrase: '' }, 'signing.pkcs12'],
  ])('is refused in words: %j', async (source, field) => {
    const error = await refusal(() => loadSigningIdentity(source as SigningIdentitySource))
    expect(error).toMatchObject({ code: 'invalid_configuration', field })
  })
})
