import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { parseAccount } from '../../src/account/account.js'
import { context, objectIdentifier, octetString, sequence, setOf } from '../../src/encoding/der.js'
import { derChildren, readDer } from '../../src/encoding/read-der.js'
import { exportFormat } from '../../src/formats/export.js'
import { inspectBytes } from '../../src/inspection/inspect.js'
import { loadSigningIdentity } from '../../src/signing/identity.js'
import { annJson } from '../support/accounts.js'
import { createTestChain } from '../support/certificates.js'
import { runCli } from '../support/cli.js'
import { refusal } from '../support/errors.js'
import { createParty, issue, withUnknownKey } from '../support/issue.js'
import { openssl } from '../support/openssl.js'
import { isMissing } from '../support/programs.js'
import { suite } from '../support/suite.js'
import { temporaryFolder } from '../support/temporary-folder.js'

describe.skipIf(isMissing('openssl'))('inspect of what others have signed', () => {
  const rsa = suite((folder) => createTestChain(folder, 'RSA-2048'))
  const ec = suite((folder) => createTestChain(folder, 'P-256'))
  let profile: Uint8Array
  beforeAll(async () => {
    const account = parseAccount(annJson())
    profile = (await exportFormat('apple-profile', account, { unsigned: true })).body
  })

  const signer = ({ folder }: { readonly folder: string }) => [
    ...['-signer', join(folder, 'leaf.pem'), '-inkey', join(folder, 'leaf.key')],
    ...['-certfile', join(folder, 'intermediate.pem')],
  ]
  const cms = (...args: readonly string[]) =>
    openssl(['cms', '-sign', '-binary', '-nodetach', '-outform', 'DER', ...args], profile)
  const inspect = (bytes: Uint8Array) => inspectBytes(bytes, { roots: [rsa().root, ec().root] })

  it.each<[name: string, args: readonly string[], warnings: readonly RegExp[]]>([
    ['SHA-256', ['-md', 'sha256'], []],
    ['SHA-384', ['-md', 'sha384'], []],
    ['SHA-1', ['-md', 'sha1'], [/signed with SHA-1/]],
    ['MD5', ['-md', 'md5'], [/signed with MD5/]],
    ['a signer named by its key', ['-md', 'sha256', '-keyid'], []],
    ['no signed attributes', ['-md', 'sha256', '-noattr'], [/no signed attributes/]],
    ['a signer named by its key, without attributes', ['-keyid', '-noattr'], [/no signed/]],
    ['no S/MIME capabilities', ['-nosmimecap'], []],
    ['lengths left open', ['-stream'], [/BER, not DER/]],
    ['lengths left open, and no attributes', ['-stream', '-noattr'], [/BER/, /no signed/]],
    ['RSASSA-PSS', ['-keyopt', 'rsa_padding_mode:pss'], [/RSASSA-PSS/]],
    [
      'RSASSA-PSS and a salt of another length',
      ['-keyopt', 'rsa_padding_mode:pss', '-keyopt', 'rsa_pss_saltlen:48'],
      [/PSS/],
    ],
  ])('takes %s as openssl does', async (_name, args, warnings) => {
    const made = cms(...signer(rsa()), ...args)
    openssl(['cms', '-verify', '-inform', 'DER', '-noverify', '-binary'], made)
    const report = await inspect(made)
    expect(report).toMatchObject({
      format: 'apple-profile',
      accepted: true,
      signature: { valid: true, chain: 'trusted', trust: { reason: 'good' } },
    })
    expect(report.sections.length).toBeGreaterThan(1)
    expect(report.warnings).toEqual(
      warnings.map((warning) => expect.stringMatching(warning) as string),
    )
    // And it is not that everything holds.
    const at = made.indexOf('EmailTypeIMAP')
    made.write('EmailTypePOP3', at)
    expect(await inspect(made)).toMatchObject({ accepted: false, signature: { valid: false } })
  })

  it('takes ECDSA with a digest of its own', async () => {
    const report = await inspect(cms(...signer(ec()), '-md', 'sha1', '-noattr'))
    expect(report).toMatchObject({ accepted: true, signature: { valid: true } })
  })

  it('shows what is signed, and says what it does not know, without the signer’s certificate', async () => {
    for (const how of [[], ['-keyid']]) {
      const report = await inspect(cms(...signer(rsa()).slice(0, 4), '-nocerts', ...how))
      expect(report).toMatchObject({ accepted: true, signature: { chain: 'incomplete' } })
      expect(report.signature?.valid).toBeUndefined()
      expect(report.warnings).toEqual([expect.stringContaining('is not in it')])
      expect(report.sections.length).toBeGreaterThan(1)
    }
  })

  it('shows what is signed with a key of a kind that is not known here', async () => {
    const leaf = signer(rsa()).slice(0, 4)
    const report = await inspect(withUnknownKey(cms(...leaf, '-md', 'sha256')))
    expect(report).toMatchObject({
      format: 'apple-profile',
      accepted: true,
      certain: false,
      signature: {
        valid: undefined,
        signer: expect.stringContaining('CN=setup.example.com') as string,
        algorithm: 'an unknown kind of key with SHA-256',
      },
    })
    expect(report.warnings.join('\n')).toContain('of a kind that is not known here')
  })

  it('takes several signers, each for itself', async () => {
    const report = await inspect(cms(...signer(rsa()), ...signer(ec()), '-md', 'sha256'))
    expect(report.accepted).toBe(true)
    const all = [report.signature, ...(report.otherSignatures ?? [])]
    expect(all.map((signature) => signature?.valid)).toEqual([true, true])
    expect(new Set(all.map((signature) => signature?.algorithm)).size).toBe(2)
    expect(report.warnings[0]).toContain('2 signers')
  })

  it('passes over unsigned attributes', async () => {
    const [type, explicit] = derChildren(readDer(cms(...signer(rsa()))))
    const parts = derChildren(derChildren(explicit)[0])
    const signerInfo = derChildren(derChildren(parts.at(-1))[0]).map(({ bytes }) => bytes)
    const countersignature = sequence(
      objectIdentifier('1.2.840.113549.1.9.6'),
      setOf([octetString(Buffer.from('any'))]),
    )
    const changed = sequence(...signerInfo, context(1, countersignature))
    const before = parts.slice(0, -1).map(({ bytes }) => bytes)
    const signedData = sequence(...before, setOf([changed]))
    const report = await inspect(sequence(type?.bytes ?? Buffer.alloc(0), context(0, signedData)))
    expect(report).toMatchObject({ accepted: true, warnings: [], signature: { valid: true } })
  })

  it.each(['\n', '\r\n', ' \r\n\t', '\0\0'])(
    'takes what programs write after it: %j',
    async (end) => {
      const made = Buffer.concat([cms(...signer(rsa())), Buffer.from(end)])
      const report = await inspect(made)
      expect(report).toMatchObject({ accepted: true, signature: { valid: true } })
      expect(report.warnings).toEqual([
        expect.stringMatching(/blank bytes? follows? the signed data/),
      ])
    },
  )

  it('says of something else after it that it cannot read it, and nothing of readers', async () => {
    const made = Buffer.concat([cms(...signer(rsa())), Buffer.from('more')])
    const { code, message } = await refusal(() => inspect(made))
    expect(code).toBe('invalid_signature')
    expect(message).not.toMatch(/device|refuse/)
  })

  it('holds where leaf and issuer have one serial number', async () => {
    const [root, authority, server] = ['Root', 'Authority', 'server'].map(createParty)
    if (!root || !authority || !server) throw new Error('There are three.')
    const serialNumber = '01'
    const rootPem = issue(root, root, { ca: true, serialNumber })
    const chain = [
      issue(authority, root, { ca: true, serialNumber }),
      issue(server, authority, { serialNumber }),
    ]
    const account = parseAccount(annJson())
    const { key } = server
    const signingIdentity = await loadSigningIdentity({ certificate: chain.join(''), key })
    const { body } = await exportFormat('apple-profile', account, { signingIdentity })
    const report = await inspectBytes(body, { roots: [rootPem] })
    expect(report).toMatchObject({ accepted: true, warnings: [], signature: { valid: true } })
  })

  it.each([
    ['its first host', ['mail.example.com', 'setup.example.com'], 'mail.example.com'],
    ['its serial number, where it has none', undefined, 'serial number 0123'],
  ])('calls a signer whose subject is empty by %s', async (_name, hosts, called) => {
    const [root, server] = ['Root', ''].map(createParty)
    if (!root || !server) throw new Error('There are two.')
    const rootPem = issue(root, root, { ca: true })
    const certificate = issue(server, root, { serialNumber: '0123', ...(hosts && { hosts }) })
    const account = parseAccount(annJson())
    const signingIdentity = await loadSigningIdentity({ certificate, key: server.key })
    const { body } = await exportFormat('apple-profile', account, { signingIdentity })
    openssl(['cms', '-verify', '-inform', 'DER', '-noverify', '-binary'], body)
    const report = await inspectBytes(body, { roots: [rootPem] })
    expect(report).toMatchObject({
      accepted: true,
      signature: { valid: true, signer: called, issuer: 'CN=Root' },
    })
  })

  it('says so of an issuer that has no name', async () => {
    const nameless = createParty('')
    const certificate = issue(nameless, nameless, { hosts: ['mail.example.com'] })
    const account = parseAccount(annJson())
    const signingIdentity = await loadSigningIdentity({ certificate, key: nameless.key })
    const { body } = await exportFormat('apple-profile', account, { signingIdentity })
    const { signature } = await inspectBytes(body)
    expect(signature).toMatchObject({ valid: true, issuer: 'not named', chain: 'self-signed' })
  })

  it('on the command line says what is known and what is not', async () => {
    const folder = temporaryFolder()
    const said = async (bytes: Uint8Array) => {
      writeFileSync(join(folder, 'a.mobileconfig'), bytes)
      const { exitCode, stdout } = await runCli(['inspect', 'a.mobileconfig'], { cwd: folder })
      return { exitCode, text: stdout.toString() }
    }
    const sha1 = await said(cms(...signer(rsa()), '-md', 'sha1'))
    const usual = await said(cms(...signer(rsa()), '-md', 'sha256'))
    expect(usual.text).toContain('Its reader would take it.')
    expect(sha1.exitCode).toBe(0)
    expect(sha1.text).toMatch(/Holds +yes[^]*Devices show +“Not Verified”, but for those/)
    expect(sha1.text).toContain('EmailTypeIMAP')
    expect(sha1.text).toContain('Whether its reader takes it is not known.')
    const unknown = await said(cms(...signer(rsa()).slice(0, 4), '-nocerts'))
    expect(unknown.exitCode).toBe(0)
    expect(unknown.text).toMatch(/Holds +not known[^]*takes it is not known/)
    const changed = cms(...signer(rsa()))
    changed.write('EmailTypePOP3', changed.indexOf('EmailTypeIMAP'))
    const broken = await said(changed)
    expect(broken.exitCode).toBe(1)
    expect(broken.text).toMatch(/Holds +NO[^]*Its reader would refuse it/)
  })

  it('of lengths left open a thousand deep ends with a sentence', async () => {
    const nested = Buffer.from(`308006092a864886f70d010702a080${'3080'.repeat(5000)}`, 'hex')
    expect((await refusal(() => inspect(nested))).code).toBe('invalid_signature')
  })
})
