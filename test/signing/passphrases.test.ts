import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { describe, expect, it, vi } from 'vitest'
import { MailProfileError } from '../../src/errors.js'
import { loadSigningIdentity } from '../../src/signing/identity.js'
import { createRenewable } from '../../src/signing/renewable.js'
import { createTestChain } from '../support/certificates.js'
import { refusal } from '../support/errors.js'
import { createParty, issue } from '../support/issue.js'
import { openssl } from '../support/openssl.js'
import { encryptedKey, integer, plainPkcs12, withPbmac1 } from '../support/pkcs12.js'
import { isMissing } from '../support/programs.js'
import { suite } from '../support/suite.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const PASSPHRASE = 'geheim'
const TOO_MANY = 3_000_000

describe.skipIf(isMissing('openssl'))('what a passphrase opens', () => {
  const chain = suite((folder) => createTestChain(folder, 'P-256'))
  const exported = (...args: string[]) =>
    openssl([
      ...['pkcs12', '-export', '-inkey', join(chain().folder, 'leaf.key')],
      ...['-in', join(chain().folder, 'fullchain.pem'), '-passout', `pass:${PASSPHRASE}`, ...args],
    ])
  const encrypted = (...args: string[]) =>
    openssl([
      ...['pkcs8', '-topk8', '-in', join(chain().folder, 'leaf.key')],
      ...['-passout', `pass:${PASSPHRASE}`, ...args],
    ]).toString('latin1')

  it.each<[string, () => Parameters<typeof loadSigningIdentity>[0]]>([
    ['PKCS#12', () => ({ pkcs12: exported('-iter', '600000') })],
    [
      'PEM',
      () => ({
        certificate: chain().fullChain,
        key: encrypted('-v2', 'aes256', '-iter', '600000'),
      }),
    ],
  ])('takes 600,000 rounds in %s, and the event loop goes on', async (_name, make) => {
    const source = make()
    // So that modules are there: to load them lets the event loop turn.
    await loadSigningIdentity({ pkcs12: exported(), passphrase: PASSPHRASE })
    const opening = loadSigningIdentity({ ...source, passphrase: PASSPHRASE })
    const state = { turns: 0, isOpen: false }
    const done = opening.finally(() => (state.isOpen = true))
    for (; !state.isOpen; state.turns++) await setImmediate()
    expect((await done).chain).toHaveLength(2)
    // Whatever holds it up lets it turn once or twice.
    expect(state.turns).toBeGreaterThan(50)
  })

  it.each<[string, () => Parameters<typeof loadSigningIdentity>[0]]>([
    [
      'the integrity of PKCS#12',
      () => {
        const made = exported('-iter', '100000')
        const at = made.lastIndexOf(integer(100_000))
        integer(TOO_MANY).copy(made, at)
        return { pkcs12: made }
      },
    ],
    [
      'a key in PKCS#12 without integrity',
      () => {
        const made = exported('-iter', '100000', '-nomac')
        integer(TOO_MANY).copy(made, made.indexOf(integer(100_000)))
        return { pkcs12: made }
      },
    ],
    ['PBMAC1', () => ({ pkcs12: withPbmac1(exported('-nomac'), PASSPHRASE, TOO_MANY) })],
    [
      'a key in PEM',
      () => ({
        certificate: chain().fullChain,
        key: encryptedKey('1.2.840.113549.1.12.1.3', TOO_MANY),
      }),
    ],
  ])('is refused when %s wants three million rounds', async (_name, make) => {
    const { code, message, hint } = await refusal(() =>
      loadSigningIdentity({ ...make(), passphrase: PASSPHRASE }),
    )
    expect(code).toBe('invalid_configuration')
    expect(message).toContain('3000000 rounds')
    expect(hint).toContain('openssl')
  })

  it('has its integrity by PBMAC1 (RFC 9579), too', async () => {
    const pkcs12 = withPbmac1(exported('-nomac'), PASSPHRASE)
    expect((await loadSigningIdentity({ pkcs12, passphrase: PASSPHRASE })).chain).toHaveLength(2)
    const { message } = await refusal(() => loadSigningIdentity({ pkcs12, passphrase: 'wrong' }))
    expect(message).toContain('does not open with this passphrase')
  })

  it.each([
    ['pbeWithMD5AndDES-CBC', encryptedKey('1.2.840.113549.1.5.3', 2048)],
    ['pbeWithSHA1AndRC2-CBC', encryptedKey('1.2.840.113549.1.5.11', 2048)],
    ['pbeWithSHA1And128BitRC4', encryptedKey('1.2.840.113549.1.12.1.1', 2048)],
    ['1.2.3.4', encryptedKey('1.2.3.4', 2048)],
    [
      'DES-CBC',
      '-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: DES-CBC,0011223344556677\n\nAAAA\n-----END RSA PRIVATE KEY-----\n',
    ],
  ])('names an encryption that is not supported: %s', async (name, key) => {
    const { message, hint } = await refusal(() =>
      loadSigningIdentity({ certificate: chain().fullChain, key, passphrase: PASSPHRASE }),
    )
    expect(message).toContain(`not supported: ${name}`)
    expect(message).not.toContain('wrong')
    expect(hint).toContain('openssl pkcs8 -topk8')
  })

  it.each<[name: string, source: () => object, message: RegExp, hint: RegExp]>([
    [
      'PKCS#12 without one',
      () => ({ pkcs12: exported() }),
      /needs a passphrase, and there is none/,
      /Set signing\.passphrase \(or MAILPROFILE_SIGNING_PASSPHRASE\)/,
    ],
    [
      'PKCS#12 without integrity and without one',
      () => ({ pkcs12: exported('-nomac') }),
      /needs a passphrase, and there is none/,
      /Set signing\.passphrase/,
    ],
    [
      'PKCS#12 with a wrong one',
      () => ({ pkcs12: exported(), passphrase: 'wrong' }),
      /does not open with this passphrase/,
      /Check signing\.passphrase/,
    ],
    [
      'PEM named as PKCS#12',
      () => ({ pkcs12: Buffer.from(chain().fullChain), passphrase: PASSPHRASE }),
      /is PEM instead/,
      /signing\.certificate and signing\.key/,
    ],
    [
      'PKCS#12 named as a certificate',
      () => {
        const certificate = join(temporaryFolder(), 'all.p12')
        writeFileSync(certificate, exported())
        return { certificate, key: encrypted(), passphrase: PASSPHRASE }
      },
      /holds no certificate/,
      /\.p12 or \.pfx file, name it with signing\.pkcs12/,
    ],
    [
      'the key named as the certificate',
      () => ({ certificate: encrypted(), key: chain().fullChain }),
      /holds no certificate/,
      /holds a private key: are certificate and key swapped\?/,
    ],
    [
      'PEM without one',
      () => ({ certificate: chain().fullChain, key: encrypted() }),
      /key is encrypted and needs a passphrase/,
      /Set signing\.passphrase/,
    ],
    [
      'PEM with a wrong one',
      () => ({ certificate: chain().fullChain, key: encrypted(), passphrase: 'wrong' }),
      /key is encrypted and does not open with this passphrase/,
      /signing\.passphrase/,
    ],
  ])('is told apart: %s', async (_name, source, message, hint) => {
    const error = await refusal(() =>
      loadSigningIdentity(source() as Parameters<typeof loadSigningIdentity>[0]),
    )
    expect(error.code).toBe('invalid_configuration')
    expect(error.message).toMatch(message)
    expect(error.hint).toMatch(hint)
  })

  it.each([1234, Buffer.from(PASSPHRASE), null, {}])('is text, and not %j', async (passphrase) => {
    const source = { pkcs12: exported(), passphrase } as unknown as { readonly pkcs12: Buffer }
    const error = await refusal(() => loadSigningIdentity(source))
    expect([error.code, error.field]).toEqual(['invalid_configuration', 'signing.passphrase'])
    expect(error.message).toContain('has to be text')
  })

  it('may be in a file with old and new, in any order', async () => {
    const [old, current] = [createParty('old'), createParty('current')]
    const ended = issue(old, old, { from: -90, to: -5 })
    const valid = issue(current, current)
    const passphrase = ''
    for (const order of [
      [ended, valid],
      [valid, ended],
    ]) {
      const keys = order[0] === ended ? [old.key, current.key] : [current.key, old.key]
      const identity = await loadSigningIdentity({ pkcs12: plainPkcs12(order, keys), passphrase })
      expect(identity.chain[0].subject).toBe('CN=current')
    }
    const both = plainPkcs12([issue(old, old), valid], [old.key, current.key])
    const { message } = await refusal(() => loadSigningIdentity({ pkcs12: both, passphrase }))
    expect(message).toMatch(/“old” \(serial number .*“current” \(serial number/)
  })

  it('is read as BER, too', async () => {
    // The outermost SEQUENCE with its end marked instead of a length.
    const der = exported()
    const header = (der[1] ?? 0) - 0x80 + 2
    const ber = Buffer.concat([Buffer.from([0x30, 0x80]), der.subarray(header), Buffer.alloc(2)])
    expect((await loadSigningIdentity({ pkcs12: ber, passphrase: PASSPHRASE })).chain).toHaveLength(
      2,
    )
  })

  it('takes a key in a file with others, the one of the certificate', async () => {
    const folder = temporaryFolder()
    const file = join(folder, 'keys.pem')
    writeFileSync(file, createParty('other').key + encrypted())
    const source = { certificate: chain().fullChain, key: file, passphrase: PASSPHRASE }
    expect((await loadSigningIdentity(source)).algorithm).toContain('P-256')
  })
})

describe('files that do not open', () => {
  it('are not tried again until they change', async () => {
    let content = 'good'
    const open = vi.fn(([bytes]: readonly Buffer[]) =>
      bytes?.toString().startsWith('good')
        ? Promise.resolve(bytes.toString())
        : Promise.reject(new MailProfileError('invalid_configuration', 'It does not open.')),
    )
    const renewable = await createRenewable(
      {
        read: () => Promise.resolve([Buffer.from(content)]),
        open,
        load(opened, now: Date) {
          if (opened === 'good later' && now < new Date('2027-01-01')) {
            throw new MailProfileError('certificate_expired', 'It is not valid yet.')
          }
          return opened
        },
        hasSameKey: () => true,
        isSuspect: () => false,
      },
      new Date('2026-12-01'),
    )
    const now = new Date('2026-12-02')
    content = 'bad'
    const outcomes = [] as string[]
    for (let i = 0; i < 4; i++) outcomes.push((await renewable.renew(now)).outcome)
    expect(outcomes).toEqual(['tried', 'refused', 'unchanged', 'unchanged'])
    expect(open).toHaveBeenCalledTimes(2)
    content = 'good later'
    for (let i = 0; i < 3; i++) await renewable.renew(now)
    expect(open).toHaveBeenCalledTimes(3)
    expect(await renewable.renew(new Date('2027-01-02'))).toEqual({ outcome: 'replaced' })
    expect(open).toHaveBeenCalledTimes(3)
    expect(renewable.current).toBe('good later')
  })
})
