import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseAccount } from '../../src/account/account.js'
import { MailProfileError } from '../../src/errors.js'
import { exportFormat } from '../../src/formats/export.js'
import { inspectBytes, inspectProfile } from '../../src/inspection/inspect.js'
import { createDevelopmentIdentity } from '../../src/signing/development.js'
import { loadSigningIdentity } from '../../src/signing/identity.js'
import { annJson } from '../support/accounts.js'
import { createTestChain, selfSign } from '../support/certificates.js'
import { refusalCode } from '../support/errors.js'
import { SUPPORTED_KEYS, type KeyKind } from '../support/make-chain.js'
import { openssl } from '../support/openssl.js'
import { isMissing } from '../support/programs.js'
import { runs } from '../support/runs.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const account = parseAccount(annJson())

async function signedBy(certificate: string, key: string): Promise<Uint8Array> {
  const signingIdentity = await loadSigningIdentity({ certificate, key })
  return (await exportFormat('apple-profile', account, { signingIdentity })).body
}

describe.skipIf(isMissing('openssl'))('a signed profile', () => {
  it.each(SUPPORTED_KEYS)('by %s holds, whoever issued the certificate', async (kind: KeyKind) => {
    const chain = createTestChain(temporaryFolder(), kind)
    const report = await inspectProfile(await signedBy(chain.fullChain, chain.key))
    expect(report).toMatchObject({
      accepted: true,
      signature: {
        valid: true,
        chain: 'untrusted',
        signer: expect.stringContaining('CN=setup.example.com') as string,
        issuer: expect.stringContaining('CN=Test intermediate') as string,
      },
    })
    const days = (report.signature?.notAfter?.getTime() ?? 0) + 1000
    const later = await inspectProfile(await signedBy(chain.fullChain, chain.key), {
      now: new Date(days),
    })
    expect(later.accepted).toBe(true)
    expect(later.warnings.length).toBeGreaterThan(report.warnings.length)
  })

  it('tells a missing intermediate and a self-signed certificate', async () => {
    const chain = createTestChain(temporaryFolder(), 'P-256')
    const alone = await inspectProfile(await signedBy(chain.leaf, chain.key))
    expect(alone.signature?.chain).toBe('incomplete')
    const self = selfSign(temporaryFolder(), chain.key, 'leaf')
    expect((await inspectProfile(await signedBy(self, chain.key))).signature?.chain).toBe(
      'self-signed',
    )
  })

  it('by openssl is read as well', async () => {
    const { folder } = createTestChain(temporaryFolder(), 'P-256')
    const { body } = await exportFormat('apple-profile', account, { unsigned: true })
    const argv = ['cms', '-sign', '-binary', '-nodetach', '-outform', 'DER', '-md', 'sha256']
    const files = ['-signer', `${folder}/leaf.pem`, '-inkey', `${folder}/leaf.key`]
    const report = await inspectProfile(openssl([...argv, ...files], body))
    expect(report).toMatchObject({ accepted: true, signature: { valid: true } })
  })
})

describe('what a device would refuse', () => {
  const identity = createDevelopmentIdentity()

  it('is not accepted: any bit of content or signature changed', async () => {
    const signingIdentity = await identity
    const { body } = await exportFormat('apple-profile', account, { signingIdentity })
    await fc.assert(
      fc.asyncProperty(fc.nat(body.length - 1), fc.nat(7), async (at, bit) => {
        const changed = Buffer.from(body)
        changed[at] = (changed[at] ?? 0) ^ (1 << bit)
        const outcome = await inspectProfile(changed).catch((error: unknown) => error)
        if (outcome instanceof MailProfileError) return
        // What is left are bytes that the signature does not cover: the certificate's own signature,
        // and the version numbers.
        const { accepted } = outcome as { accepted: boolean }
        const content = at > 60 && at < 1800
        if (content) expect(accepted).toBe(false)
      }),
      { numRuns: runs(300) },
    )
  })

  it.each([
    ['nothing', ''],
    ['text', 'hello'],
    ['a property list that is no profile', '<plist version="1.0"><dict/></plist>'],
    [
      'a profile without content',
      '<plist version="1.0"><dict><key>PayloadType</key><string>Configuration</string><key>PayloadVersion</key><integer>1</integer></dict></plist>',
    ],
  ])('has a code: %s', async (_name, text) => {
    expect(await refusalCode(() => inspectProfile(Buffer.from(text)))).toBe('invalid_profile')
  })

  // autodiscover-email-settings writes 2, and 1 as a real number into its payloads; Macs take other versions
  // (munki issue 527), and a phone refuses none at all (profiledocs pull request 8).
  it.each([
    ['<integer>2</integer>', '<real>1</real>', ['PayloadVersion of the profile is 2']],
    ['<integer>1</integer>', '<real>3.0</real>', ['PayloadVersion of com.apple.mail.managed is 3']],
    ['<integer>1</integer>', '<integer>1</integer>', []],
  ])('warns of a version that Apple does not document: %s, %s', async (outer, inner, warned) => {
    const { body } = await exportFormat('apple-profile', account, { unsigned: true })
    const versions = [inner, outer]
    const text = Buffer.from(body)
      .toString()
      .replace(/(<key>PayloadVersion<\/key>\s*)<integer>1<\/integer>/g, (_, key: string) =>
        [key, versions.shift() ?? ''].join(''),
      )
    const { accepted, warnings } = await inspectBytes(Buffer.from(text))
    expect(accepted).toBe(true)
    expect(warnings.filter((warning) => warning.includes('PayloadVersion'))).toEqual(
      warned.map((start) => `${start}: Apple documents 1 alone.`),
    )
  })

  it.each(['', '<key>PayloadVersion</key><string>1</string>'])(
    'refuses a profile whose version is none: %s',
    async (instead) => {
      const { body } = await exportFormat('apple-profile', account, { unsigned: true })
      const text = Buffer.from(body)
        .toString()
        .replace(/<key>PayloadVersion<\/key>\s*<integer>1<\/integer>/, instead)
      expect(await refusalCode(() => inspectProfile(Buffer.from(text)))).toBe('invalid_profile')
    },
  )

  it('says of an empty file that it is empty', async () => {
    await expect(inspectBytes(Buffer.from('\n'))).rejects.toMatchObject({
      code: 'unknown_format',
      message: 'There is nothing in it.',
    })
  })

  it('has a code whatever the bytes are', async () => {
    const codes = ['invalid_profile', 'invalid_signature', 'unknown_format']
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.uint8Array(), fc.string(), fc.constant('0\u0080'), fc.json()),
        async (input) => {
          const bytes = typeof input === 'string' ? Buffer.from(input) : input
          expect(codes).toContain(await refusalCode(() => inspectBytes(bytes)))
        },
      ),
    )
  })
})

describe('without a signature', () => {
  it('a profile is accepted with a warning', async () => {
    const { body } = await exportFormat('apple-profile', account, { unsigned: true })
    const report = await inspectBytes(body)
    expect(report).toMatchObject({ format: 'apple-profile', accepted: true })
    expect(report.signature).toBeUndefined()
    expect(report.warnings).toHaveLength(1)
  })

  it('a settings sheet is recognised', async () => {
    const { body } = await exportFormat('settings-sheet', account)
    const { format, sections } = await inspectBytes(body)
    expect(format).toBe('settings-sheet')
    expect(sections.flatMap(({ rows }) => rows)).toContainEqual(['Server', account.incoming.host])
  })
})
