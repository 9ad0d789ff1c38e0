import { createHash, X509Certificate } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import forge from 'node-forge'
import { loadSigningIdentity, signCms } from '../../src/signing/identity.js'
import { createTestChain } from '../support/certificates.js'
import { readCms } from '../support/cms.js'
import { SUPPORTED_KEYS, type KeyKind } from '../support/make-chain.js'
import { printCms, verifyCms } from '../support/openssl.js'
import { isMissing } from '../support/programs.js'
import { inLongSuite, some } from '../support/runs.js'
import { suite } from '../support/suite.js'

// Both sides of every step in the length of a DER length, for the content and what is around it.
const LENGTHS = [0, 1, 127, 128, 255, 256, 65_535, 65_536]
const DIGESTS = {
  'RSA-2048': 'sha256',
  'RSA-3072': 'sha256',
  'P-256': 'sha256',
  'P-384': 'sha384',
  'P-521': 'sha512',
} as const
const SIGNATURES = {
  'RSA-2048': 'rsaEncryption',
  'RSA-3072': 'rsaEncryption',
  'P-256': 'ecdsa-with-SHA256',
  'P-384': 'ecdsa-with-SHA384',
  'P-521': 'ecdsa-with-SHA512',
} as const

/** Bytes with line ends, zeros and everything else that text modes would change. */
function content(length: number): Buffer {
  return Buffer.from(Array.from({ length }, (_, i) => (i * 7 + 10) % 256))
}

function flipped(bytes: Uint8Array, index: number): Buffer {
  const copy = Buffer.from(bytes)
  copy[index] = (copy[index] ?? 0) ^ 1
  return copy
}

describe.skipIf(isMissing('openssl')).each(some(SUPPORTED_KEYS, 3))('signCms, %s', (kind) => {
  const chain = suite((folder) => {
    const authority: KeyKind = kind === 'RSA-3072' ? 'RSA-2048' : kind
    return createTestChain(folder, kind, { authority })
  })
  const load = () => loadSigningIdentity({ certificate: chain().fullChain, key: chain().key })

  it.each(some(LENGTHS, 3))('verifies with %i bytes, and is DER', async (length) => {
    const cms = await signCms(content(length), await load())
    expect(verifyCms(cms, chain().root)?.equals(content(length))).toBe(true)
    const { der, content: attached } = readCms(cms)
    expect(attached.equals(content(length))).toBe(true)
    expect(der.equals(cms)).toBe(true)
  })

  it('has one signer, and the algorithms and attributes that it should', async () => {
    const { root, leaf, intermediate } = chain()
    const cms = await signCms(content(300), await load())
    const parts = readCms(cms)
    expect(parts).toMatchObject({ version: 1, digestAlgorithms: 1, signers: 1 })
    const text = printCms(cms)
    expect(text.match(/issuerAndSerialNumber/g)).toHaveLength(1)
    const signer = text.slice(text.indexOf('signerInfos:'))
    expect(signer).toContain(`algorithm: ${DIGESTS[kind]} (`)
    expect(signer).toContain(`algorithm: ${SIGNATURES[kind]} (`)
    expect([...signer.matchAll(/object: (\w+)/g)].map(([, name]) => name)).toEqual([
      'contentType',
      'signingTime',
      'messageDigest',
    ])
    expect(signer).toMatch(/unsignedAttrs:\s+<ABSENT>/)
    const digest = createHash(DIGESTS[kind]).update(content(300)).digest()
    expect(parts.attributes.at(-1)?.subarray(-digest.length)).toEqual(digest)

    const embedded = parts.certificates.map((der) => new X509Certificate(der).toString())
    const [signerText, issuerText] = [leaf, intermediate].map((pem) => new X509Certificate(pem))
    expect(embedded.sort()).toEqual([String(signerText), String(issuerText)].sort())
    expect(embedded).not.toContain(new X509Certificate(root).toString())
  })

  it('has its sets in the order of DER (X.690 section 11.6)', async () => {
    const { attributes, certificates } = readCms(await signCms(content(3), await load()))
    for (const set of [attributes, certificates]) {
      expect([...set].sort((a, b) => Buffer.compare(a, b))).toEqual(set)
    }
  })

  // RFC 5652 section 11.3: UTCTime up to 2049. OpenSSL does not judge signatures by this time.
  it.each([
    ['1999-12-31T23:59:59.999Z', forge.asn1.Type.UTCTIME, '991231235959Z'],
    ['2026-01-02T03:04:05.678Z', forge.asn1.Type.UTCTIME, '260102030405Z'],
    ['2049-12-31T23:59:59Z', forge.asn1.Type.UTCTIME, '491231235959Z'],
    ['2050-01-01T00:00:00Z', forge.asn1.Type.GENERALIZEDTIME, '20500101000000Z'],
    ['1949-12-31T23:59:59Z', forge.asn1.Type.GENERALIZEDTIME, '19491231235959Z'],
  ])('says that it was signed at %s', async (time, type, text) => {
    const cms = await signCms(content(9), await load(), { signingTime: new Date(time) })
    expect(readCms(cms)).toMatchObject({ signingTime: { type: type, text } })
    expect(verifyCms(cms, chain().root)).toEqual(content(9))
  })

  it('says the present without a time', async () => {
    const before = Math.floor(Date.now() / 1000)
    const { text } = readCms(await signCms(content(9), await load())).signingTime
    const said = forge.asn1.utcTimeToDate(text).getTime() / 1000
    expect(said).toBeGreaterThanOrEqual(before)
    expect(said).toBeLessThanOrEqual(Date.now() / 1000)
  })

  it('does not verify with a bit flipped, or by another root', async () => {
    const { root, intermediate } = chain()
    const cms = Buffer.from(await signCms(content(100), await load()))
    const { signature, attributes } = readCms(cms)
    const places = [
      cms.indexOf(content(100)),
      cms.indexOf(content(100)) + 99,
      cms.length - 1,
      cms.length - signature.length + 8,
      cms.indexOf(attributes[1] ?? '') + 20,
    ]
    expect(verifyCms(cms, root)).toBeDefined()
    for (const place of places) expect(verifyCms(flipped(cms, place), root)).toBeUndefined()
    expect(verifyCms(cms, intermediate)).toBeUndefined()
  })
})

describe.skipIf(isMissing('openssl'))('signCms', () => {
  const chains = suite((folder) => [
    createTestChain(folder, 'RSA-2048'),
    createTestChain(folder, 'P-256'),
  ])

  inLongSuite('signs 64 contents at once, two identities in turn', async () => {
    const identities = await Promise.all(
      chains().map(({ fullChain, key }) => loadSigningIdentity({ certificate: fullChain, key })),
    )
    const signed = await Promise.all(
      Array.from({ length: 64 }, async (_, i) => {
        const [identity, chain] = [identities[i % 2], chains()[i % 2]]
        if (identity === undefined || chain === undefined) throw new Error('There are two.')
        return { cms: await signCms(content(i * 31), identity), root: chain.root, length: i * 31 }
      }),
    )
    for (const { cms, root, length } of signed) {
      expect(verifyCms(cms, root)).toEqual(content(length))
    }
  })

  it('says the right time in each of many contents at once', async () => {
    const [chain] = chains()
    if (chain === undefined) throw new Error('There are two.')
    const identity = await loadSigningIdentity({ certificate: chain.fullChain, key: chain.key })
    const seconds = Array.from({ length: 20 }, (_, i) => i % 3)
    const signed = await Promise.all(
      seconds.map((second) =>
        signCms(content(9), identity, {
          signingTime: new Date(Date.UTC(2030, 0, 1, 0, 0, second)),
        }),
      ),
    )
    for (const [i, cms] of signed.entries()) {
      expect(readCms(cms).signingTime.text).toBe(`30010100000${seconds[i] ?? ''}Z`)
      expect(verifyCms(cms, chain.root)).toEqual(content(9))
    }
  })
})
