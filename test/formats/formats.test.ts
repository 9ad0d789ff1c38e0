import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseAccount } from '../../src/account/account.js'
import { safeFileName, type Carried, type Format } from '../../src/formats/format.js'
import { formats, getFormat } from '../../src/formats/index.js'
import { annJson } from '../support/accounts.js'
import { accountJson, address } from '../support/arbitraries.js'
import { refusal } from '../support/errors.js'
import { runs } from '../support/runs.js'

const CARRIED: readonly Carried[] = [
  'imap',
  'pop3',
  'smtp',
  'name',
  'passwords',
  'calendar',
  'contacts',
  'root certificate',
]
const SAFE_NAME = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}\.[a-z0-9]+$/
const CONTEXT = { publicUrl: 'https://setup.example.com/setup?address=ann%40example.com' }

describe('the list of formats', () => {
  it('has ids that differ, and finds each', () => {
    const ids = formats.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids).toEqual([
      'apple-profile',
      'apple-exchange',
      'apple-google',
      'android-intent',
      'k9-settings',
      'thunderbird-qr',
      'fairemail-profile',
      'deltachat-link',
      'davx5-link',
      'mozilla-autoconfig',
      'outlook-autodiscover',
      'pacc',
      'dns-records',
      'settings-sheet',
    ])
    for (const format of formats) expect(getFormat(format.id)).toBe(format)
  })

  it.each([
    ['apple-profil', 'apple-profile'],
    ['AppleProfile', 'apple-profile'],
    ['k9_settings', 'k9-settings'],
    ['dns-record', 'dns-records'],
  ])('suggests for %j what was probably meant', async (id, meant) => {
    const error = await refusal(() => getFormat(id))
    expect(error.hint).toMatch(new RegExp(`^Did you mean ${meant}\\? The formats are `))
    expect(error.suggestion).toBe(meant)
  })

  it.each(['nope', undefined, null])('suggests nothing for %j', async (id) => {
    const error = await refusal(() => getFormat(id as unknown as string))
    expect(error.code).toBe('unknown_format')
    expect(error.hint).toMatch(/^The formats are /)
  })

  it.each(['', 'toString', 'constructor', '__proto__', 'apple-profile '])(
    'has no %j',
    async (id) => {
      const error = await refusal(() => getFormat(id))
      expect(error).toMatchObject({ code: 'unknown_format', field: 'format' })
      expect(formats.filter((format) => error.hint?.includes(format.id) !== true)).toEqual([])
    },
  )
})

// What code that serves formats relies on, for each of them.
describe.each(formats.map((format) => [format.id, format] as const))('%s', (_, format: Format) => {
  it('has every property of the contract', () => {
    expect(format.id).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/)
    expect(format.title).toMatch(/\S/)
    expect(format.readers).toMatch(/\S.*\.$/)
    expect(['apple', 'android', 'any']).toContain(format.platform)
    expect(['file', 'uri', 'qr']).toContain(format.kind)
    expect(format.mediaType).toMatch(/^[a-z]+\/[a-z0-9.+-]+(?:; charset=utf-8)?$/)
    expect(typeof format.signed).toBe('boolean')
    expect(typeof format.needsPublicUrl).toBe('boolean')
    expect(new Set(format.carries).size).toBe(format.carries.length)
    expect(CARRIED).toEqual(expect.arrayContaining([...format.carries]))
  })

  it.each([
    '/+/etc/passwd%2f@example.com',
    "'&|$*{}`~@example.com",
    '-rf@example.com',
    `${'x'.repeat(64)}@${'long.'.repeat(30)}example.com`,
    'ann@xn--mller-kva.example',
    '{}@a.example',
  ])('has a file name that is safe everywhere for %s', (mailbox) => {
    const account = parseAccount(annJson({ identity: { address: mailbox } }))
    expect(format.fileName(account)).toMatch(SAFE_NAME)
  })

  it('has a safe file name with the right end for any mailbox', () => {
    const end = format.fileName(parseAccount(annJson())).replace(/^.*\./, '.')
    fc.assert(
      fc.property(address, (mailbox) => {
        const name = format.fileName(parseAccount(annJson({ identity: { address: mailbox } })))
        expect(name).toMatch(SAFE_NAME)
        expect(name.endsWith(end)).toBe(true)
      }),
      { numRuns: runs(2000) },
    )
  })

  it('renders any account that it supports, purely, and recognises and reads the result', async () => {
    await fc.assert(
      fc.asyncProperty(accountJson, async (json) => {
        const account = parseAccount(json)
        const support = format.support(account)
        if (!support.supported) {
          expect(['oauth_only', 'unsupported_account']).toContain(support.code)
          expect(support.reason).toMatch(/\S/)
          return
        }
        const text = format.render(account, CONTEXT)
        expect(format.render(parseAccount(json), CONTEXT)).toBe(text)
        expect(format.recognises(text)).toBe(true)
        const { sections } = await format.inspect(text)
        expect(sections.length).toBeGreaterThan(0)
      }),
      { numRuns: runs(500) },
    )
  })

  it('says whether it holds a password, and shows none when it is inspected', async () => {
    const passwords = ['Wachtwoord1', 'Wachtwoord2'] as const
    const [password, other] = passwords
    const calendar = { url: 'https://dav.example.com/' }
    const none = parseAccount(annJson({ calendar }))
    expect(format.containsSecret(none)).toBe(false)
    for (const json of [
      annJson({ calendar, incoming: { password } }),
      annJson({ calendar, outgoing: { password: other } }),
      annJson({ calendar, incoming: { password }, outgoing: { password: other } }),
    ]) {
      const account = parseAccount(json)
      if (!format.support(account).supported) continue
      const text = format.render(account, CONTEXT)
      expect(format.containsSecret(account)).toBe(passwords.some((word) => text.includes(word)))
      const shown = JSON.stringify(await format.inspect(text))
      for (const word of passwords) expect(shown).not.toContain(word)
    }
  })

  it('does not recognise something else', () => {
    for (const bytes of [Buffer.alloc(0), Buffer.from('{}'), Buffer.from([0x30, 0x80, 0xff])]) {
      expect(format.recognises(bytes.toString('utf8'))).toBe(false)
    }
  })
})

describe('safeFileName', () => {
  it.each([
    ['ann@example.com', 'ann-example.com.txt'],
    ['..', 'mail.txt'],
    ['', 'mail.txt'],
    ['-.-a-.-', 'a.txt'],
    ['../../etc/passwd', 'etc-passwd.txt'],
    ['a"; filename=b\r\n', 'a-filename-b.txt'],
    ['größe 😀', 'gr-e.txt'],
    ['x'.repeat(200), `${'x'.repeat(100)}.txt`],
  ])('makes %j to %s', (text, name) => expect(safeFileName(text, 'txt')).toBe(name))

  it('is safe for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        expect(safeFileName(text, 'txt')).toMatch(SAFE_NAME)
      }),
      { numRuns: runs(2000) },
    )
  })
})
