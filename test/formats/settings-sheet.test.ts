import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseAccount } from '../../src/account/account.js'
import { settingsSheet } from '../../src/formats/settings-sheet/settings-sheet.js'
import { settingsOf, spoken, type SpokenGroup } from '../../src/formats/settings.js'
import { english } from '../../src/messages/english.js'
import { shippedLanguages, textsFor } from '../../src/texts/texts.js'
import { annJson } from '../support/accounts.js'
import { accountJson, type AccountJson } from '../support/arbitraries.js'
import { refusalCode } from '../support/errors.js'
import { runs } from '../support/runs.js'

const WORDS = new Map([
  ['tls', 'SSL/TLS'],
  ['starttls', 'STARTTLS'],
  ['none', 'None'],
  ['password-cleartext', 'Password'],
  ['password-encrypted', 'Encrypted password'],
  ['ntlm', 'NTLM'],
  ['gssapi', 'Kerberos'],
  ['oauth2', 'OAuth2'],
])

/** Every value that a person has to enter or to choose, in the order of the sheet. */
function entered({ identity, incoming, outgoing, calendar, contacts }: AccountJson): string[] {
  const servers = [incoming, outgoing].map(({ host, port, username, security, authentication }) => [
    host.toLowerCase(),
    String(port),
    WORDS.get(security) ?? '',
    ...(username === undefined ? [] : [username]),
    WORDS.get(authentication) ?? '',
  ])
  const at = identity.address.lastIndexOf('@')
  return [
    ...(identity.name === undefined ? [] : [identity.name]),
    identity.address.slice(0, at) + identity.address.slice(at).toLowerCase(),
    ...servers.flat(),
    outgoing.authentication === 'none' ? 'No' : 'Yes',
    ...(calendar === undefined ? [] : [calendar.url]),
    ...(contacts === undefined ? [] : [contacts.url]),
  ]
}

describe('settings-sheet', () => {
  it.each([
    ['an account with everything', {}],
    ['POP3', { incoming: { protocol: 'pop3', port: 995, host: 'pop.example.com' } }],
    ['STARTTLS', { outgoing: { security: 'starttls', port: 587 } }],
    ['OAuth', { incoming: { authentication: 'oauth2' } }],
    ['no security', { incoming: { security: 'none', port: 143 } }],
    ['an IPv6 address', { incoming: { host: '2001:db8::1' } }],
    ['colons in values', { incoming: { username: 'a: b:: c' } }],
  ])('has every value of %s', async (_, changes) => {
    const json = annJson({
      accountName: 'Example: Mail',
      calendar: { url: 'https://dav.example.com/cal/' },
      contacts: { url: 'https://dav.example.com/card/' },
      ...changes,
    })
    const account = parseAccount(json)
    const text = settingsSheet.render(account, {})
    const { sections, warnings } = await settingsSheet.inspect(text)
    expect(warnings).toEqual([])
    expect(text.split('\n')[0]).toContain('Example: Mail')
    // The whole of it, in the words that the page shows, too.
    expect(sections).toEqual(
      spoken(settingsOf(account), english).map(({ title, rows }) => ({
        title,
        rows: rows.map((row) => [row[0], written(row)]),
      })),
    )
    const values = sections.flatMap(({ rows }) => rows.map(([, value]) => value))
    const wanted = entered(json)
    expect(wanted.filter((value) => !values.some((found) => found.startsWith(value)))).toEqual([])
  })

  it('tells the three kinds of security apart', () => {
    const said = (['tls', 'starttls', 'none'] as const).map((security) => {
      const account = parseAccount(annJson({ incoming: { security, port: 143 } }))
      return settingsSheet.render(account, {})
    })
    expect(new Set(said).size).toBe(3)
  })

  it('gives back every value of any account', () => {
    fc.assert(
      fc.property(accountJson, (json) => {
        const account = parseAccount(json)
        const groups = settingsOf(account)
        const rows = spoken(groups, english).flatMap((group) => group.rows)
        const known = groups.flatMap((group) => group.rows.map(({ label }) => label === 'password'))
        expect(rows.filter((_, i) => known[i] !== true).map(([, value]) => value)).toEqual(
          entered(json),
        )
        const lines = settingsSheet.render(account, {}).split('\n')
        for (const row of rows) {
          const isOn = (line: string) => line.includes(`${row[0]}:`) && line.endsWith(written(row))
          expect(lines.some(isOn)).toBe(true)
        }
      }),
      { numRuns: runs(2000) },
    )
  })

  it('is read back by its own reader in any language, but for spaces at either end', async () => {
    const tags = fc.constantFrom(...shippedLanguages().map(({ tag }) => tag))
    await fc.assert(
      fc.asyncProperty(accountJson, tags, async (json, language) => {
        const account = parseAccount(json)
        const text = settingsSheet.render(account, { language })
        expect(settingsSheet.recognises(text)).toBe(true)
        const { sections } = await settingsSheet.inspect(text)
        const found = sections.map(({ title, rows }) => [
          title,
          ...rows.map(([label, value]) => [label, value.trim()]),
        ])
        expect(found).toEqual(
          spoken(settingsOf(account), textsFor(language).bare).map(({ title, rows }) => [
            title,
            ...rows.map((row) => [row[0], written(row).trim()]),
          ]),
        )
      }),
      { numRuns: runs(2000) },
    )
  })

  it('never holds a password', () => {
    fc.assert(
      fc.property(accountJson, (json) => {
        const account = parseAccount(json)
        const marked = {
          ...json,
          incoming: mark(json.incoming, 'Wachtwoord1'),
          outgoing: mark(json.outgoing, 'Wachtwoord2'),
        }
        const text = settingsSheet.render(parseAccount(marked), {})
        expect(text).not.toMatch(/Wachtwoord/)
        expect(text).toBe(settingsSheet.render(account, {}))
        expect(settingsSheet.containsSecret(parseAccount(marked))).toBe(false)
      }),
      { numRuns: runs(500) },
    )
  })

  it('is read back from Windows too', async () => {
    const text = settingsSheet.render(parseAccount(annJson()), {})
    const saved = text.replaceAll('\n', '\r\n')
    expect(settingsSheet.recognises(saved)).toBe(true)
    expect(await settingsSheet.inspect(saved)).toEqual(await settingsSheet.inspect(text))
  })

  it('copies what people copy, and no more', () => {
    const account = parseAccount({
      ...annJson({ incoming: { authentication: 'gssapi' } }),
      calendar: { url: 'https://dav.example.com/cal/' },
    })
    const copied = settingsOf(account).flatMap(({ title, rows }) =>
      rows.filter(({ copy }) => copy).map(({ label }) => `${title} ${label}`),
    )
    expect(copied).toEqual([
      'you name',
      'you address',
      'incoming server',
      'incoming port',
      'incoming username',
      'outgoing server',
      'outgoing port',
      'outgoing username',
      'calendar url',
    ])
  })

  it('is not read from something else', async () => {
    const sheet = settingsSheet.render(parseAccount(annJson()), {})
    for (const text of [
      '',
      '<plist/>',
      'Mail',
      'Mail settings: Ann',
      sheet.replace(/^.*/, 'Ann'),
    ]) {
      expect(settingsSheet.recognises(text)).toBe(false)
      expect(await refusalCode(() => settingsSheet.inspect(text))).toBe('invalid_profile')
    }
  })
})

function written([, value, note]: SpokenGroup['rows'][number]): string {
  return note === undefined ? value : `${value} (${note})`
}

function mark(server: AccountJson['incoming'], password: string): AccountJson['incoming'] {
  return ['none', 'oauth2'].includes(server.authentication) ? server : { ...server, password }
}
