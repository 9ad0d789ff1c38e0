import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { parseProviderFile } from '../../src/providers/provider.js'
import { MailProfileError } from '../../src/errors.js'
import { some } from '../support/runs.js'
import { ofTheLibrary, saysWhatIsWanted, WRONG_VALUES } from '../support/sentences.js'

const SERVER = {
  host: 'mail.example.com',
  port: 993,
  security: 'tls',
  authentication: 'password-cleartext',
  username: '%EMAILADDRESS%',
  unusualPort: true,
}
const LISTING = {
  id: 'mine',
  name: 'Mine',
  domains: ['example.com'],
  domainsFile: 'domains.txt',
  mx: ['mx.example.com'],
  help: 'https://example.com/help',
  sources: [{ url: 'https://example.com', verified: '2026-11-23', cited: true }],
}
const WHOLE = {
  ...LISTING,
  addresses: ['192.0.2.0/24'],
  incoming: [{ protocol: 'imap', ...SERVER }],
  outgoing: [{ protocol: 'smtp', ...SERVER, port: 465 }],
  calendar: { url: 'https://dav.example.com/%EMAILADDRESS%/' },
  contacts: { url: 'https://dav.example.com' },
  autoconfig: true,
  signIn: 'google',
  appPassword: { text: 'Make one.', url: 'https://example.com' },
  oauth: { text: 'Sign in.', url: 'https://example.com' },
  notes: [{ text: 'Read this.', protocol: 'imap' }],
  rootCertificate: 'root.pem',
}
const REFUSED = { ...LISTING, refuse: { reason: 'It is closed.', url: 'https://example.com' } }

type Path = readonly (string | number)[]

/** All keys that stand in a value, and the first of each list. */
function pathsOf(value: unknown, at: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => {
    const path = [...at, Array.isArray(value) ? Number(key) : key]
    return [path, ...pathsOf(inner, path)]
  })
}

function changed(value: unknown, [key, ...rest]: Path, change: (into: object) => void): unknown {
  if (key === undefined) throw new Error('There is no path.')
  const copy: object = Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) }
  if (rest.length === 0) change(copy)
  else Object.assign(copy, { [key]: changed(Reflect.get(copy, key), rest, change) })
  return copy
}

function refusalOf(provider: unknown): string | undefined {
  try {
    parseProviderFile(stringify(provider), 'mine.yaml')
    return undefined
  } catch (error) {
    if (!(error instanceof MailProfileError)) throw error
    expect(error.code).toBe('invalid_configuration')
    return error.message.split('\n')[0]
  }
}

describe('every key of a provider file', () => {
  it.each([
    ['', WHOLE, 'refuse'],
    ['incoming.0', WHOLE.incoming[0], ''],
    ['sources.0', WHOLE.sources[0], ''],
    ['notes.0', WHOLE.notes[0], ''],
    ['oauth', WHOLE.oauth, ''],
    ['refuse', REFUSED.refuse, ''],
  ])('is here: those of %j', (at, section, others) => {
    const path = at === '' ? [] : at.split('.')
    const whole = at === 'refuse' ? REFUSED : WHOLE
    let hint: string | undefined
    try {
      const wrong = changed(whole, [...path, 'zzzzzzzzz'], (into) =>
        Object.assign(into, { zzzzzzzzz: 1 }),
      )
      parseProviderFile(stringify(wrong), 'mine.yaml')
    } catch (error) {
      hint = (error as MailProfileError).hint
    }
    const known = /^What may stand there: (.*)\.$/.exec(hint ?? '')?.[1]?.split(', ')
    const given = [...Object.keys(section ?? {}), ...others.split(' ')].filter((key) => key !== '')
    expect(new Set(known)).toEqual(new Set(given))
  })

  const paths = [...pathsOf(WHOLE), ...pathsOf({ refuse: REFUSED.refuse })].map(
    (path) => [path.join('.').replace(/\.(\d+)/g, '[$1]'), path] as const,
  )
  it.each(some(paths, 25))('%s says what is wanted, with its place', (name, path) => {
    const whole = name.startsWith('refuse') ? REFUSED : WHOLE
    const key = path.at(-1) ?? ''
    let refused = 0
    for (const value of WRONG_VALUES) {
      const message = refusalOf(changed(whole, path, (into) => Reflect.set(into, key, value)))
      if (message === undefined) continue
      refused++
      const [, told = '', sentence = ''] = /^mine\.yaml:\d+:\d+: (\S+) (.*)$/.exec(message) ?? []
      expect([value, told.startsWith(name) || told === 'this', message]).toEqual([
        value,
        true,
        message,
      ])
      expect(sentence).toMatch(saysWhatIsWanted)
      expect(message).not.toMatch(ofTheLibrary)
    }
    expect(refused).toBeGreaterThan(5)
    if (typeof key === 'number') return
    const missing = refusalOf(
      changed(whole, path, (into) => void Reflect.deleteProperty(into, key)),
    )
    // Without a user name there is nothing to log in with, and without refuse there are servers.
    if (missing !== undefined && key !== 'username' && name !== 'refuse') {
      expect(missing).toMatch(/^mine\.yaml:\d+:\d+: /)
      expect(missing).toContain(`${name} is missing: it must `)
      expect(missing).not.toMatch(ofTheLibrary)
    }
  })
})

describe('a mistake in a provider file', () => {
  const server = (key: string, value: unknown) => ({
    ...WHOLE,
    incoming: [{ ...WHOLE.incoming[0], [key]: value }],
  })
  it.each<[provider: unknown, told: string]>([
    [
      { ...WHOLE, outgoing: undefined },
      'outgoing is missing: it must be a list of servers, each with protocol, host, port,',
    ],
    [server('authentication', 'plain'), 'none: did you mean password-cleartext?'],
    [server('authentication', 'PLAIN'), 'none: did you mean password-cleartext?'],
    [server('authentication', 'cram-md5'), 'none: did you mean password-encrypted?'],
    [server('authentication', 'XOAUTH2'), 'none: did you mean oauth2?'],
    [
      server('authentication', true),
      'incoming[0].authentication must be one of password-cleartext, password-encrypted, ntlm, ' +
        'gssapi, oauth2 or none, or a list of them',
    ],
    [server('authentication', ['plain']), 'incoming[0].authentication[0] must be one of'],
    [server('security', 'SSL'), 'must be one of tls, starttls or none: did you mean tls?'],
    [server('security', 'STARTTLS'), 'did you mean starttls?'],
    [server('protocol', 'POP'), 'incoming[0].protocol must be imap or pop3: did you mean pop3?'],
    [server('port', '993'), 'incoming[0].port must be a number, without quotes'],
    [server('host', 'https://mail.example.com'), 'must be a host name such as mail.example.com'],
    [
      { ...WHOLE, notes: [{ text: { de: 'Lies das.' } }] },
      'notes[0].text.en is missing: it must be text',
    ],
    [
      { ...WHOLE, oauth: { text: { en: 'Sign in.', 'pt-br': 'Entre.' } } },
      'oauth.text.pt-br must be in the languages en, de, fr,',
    ],
    [
      { ...WHOLE, appPassword: { text: { en: 'Make one.', zh_Hans: '生成' } } },
      'ja, zh-Hans: did you mean zh-Hans?',
    ],
    [
      { ...REFUSED, refuse: { reason: { en: 'It is closed.', 'en-GB': 'It is shut.' } } },
      'ja, zh-Hans: did you mean en?',
    ],
    [
      { ...REFUSED, refuse: { reason: { en: 'It is closed.', ru: 'x' } } },
      'refuse.reason.ru must be in the languages en, de, fr, es, it, pt-BR, nl, pl, sv, tr, uk, ar, hi, ja, zh-Hans',
    ],
    [
      { ...WHOLE, notes: [{ text: { en: 'Read this.', de: 'a\u202eb' } }] },
      'notes[0].text.de must not hold characters that cannot be seen',
    ],
    [
      { ...WHOLE, notes: [{ text: 7 }] },
      'notes[0].text must be text, or a section of texts by language: en, and others such as de',
    ],
    [server('username', 4711), 'incoming[0].username must be text: write it in quotes'],
    [{ ...WHOLE, help: 'example.com' }, 'help must begin with https://'],
    [{ ...WHOLE, oauth: true }, 'oauth must be a section with text and, if you like, url'],
    ['', 'the file must be a section with keys'],
  ])('%#: %j', (provider, told) => {
    expect(refusalOf(provider)).toContain(told)
  })
})
