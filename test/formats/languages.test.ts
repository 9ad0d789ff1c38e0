import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseAccount } from '../../src/account/account.js'
import { exportFormat, exportProfile } from '../../src/formats/export.js'
import { formats } from '../../src/formats/index.js'
import { settingsSheet } from '../../src/formats/settings-sheet/settings-sheet.js'
import { english } from '../../src/messages/english.js'
import { shippedMessages } from '../../src/messages/shipped.js'
import { shippedLanguages, textsFor } from '../../src/texts/texts.js'
import { accountOf, annJson } from '../support/accounts.js'
import { readProfile } from '../support/apple-profile.js'
import { accountJson } from '../support/arbitraries.js'
import { refusal } from '../support/errors.js'
import { runs } from '../support/runs.js'

const tags = shippedLanguages().map(({ tag }) => tag)
const account = parseAccount({
  ...annJson(),
  accountName: 'Example Mail',
  calendar: { url: 'https://dav.example.com/cal/' },
  contacts: { url: 'https://dav.example.com/card/' },
})
const UNSIGNED = { unsigned: true }
// The keys of a profile that are words, and the one with the payloads, which are looked at one by one.
const SAID = new Set(['PayloadDescription', 'PayloadDisplayName', 'PayloadContent'])

async function exported(id: string, language?: string): Promise<string> {
  const { body } = await exportFormat(id, account, { ...UNSIGNED, language })
  return Buffer.from(body).toString('utf8')
}

describe.each(tags)('in %s', (language) => {
  const message = (key: string, values: Readonly<Record<string, string>>) =>
    (shippedMessages(language).get(key) ?? '').replace(/\{(\w+)\}/g, (_, name: string) =>
      String(values[name]),
    )

  it('a profile says what it is, and what of it is mail, calendar and contacts', async () => {
    const { outer, payloads } = readProfile(await exported('apple-profile', language))
    expect(outer['PayloadDescription']).toBe(
      message('profile.description', { addresses: 'ann@example.com' }),
    )
    expect(payloads.map((payload) => payload['PayloadDisplayName'])).toEqual(
      ['profile.mail', 'profile.calendar', 'profile.contacts'].map((key) =>
        message(key, { account: 'Example Mail' }),
      ),
    )
  })

  it('a profile for FairEmail says whom it is not for', async () => {
    expect(await exported('fairemail-profile', language)).toContain(
      message('profile.forApp', { app: 'FairEmail' }),
    )
  })

  it('a profile differs in nothing else, so that it replaces one in another language', async () => {
    const read = async (tag?: string) => {
      const others = [accountOf('ben@example.com'), accountOf('eve@example.com')]
      const accounts = [account, ...others.map((json) => parseAccount(json))]
      const { body } = await exportProfile(accounts, { ...UNSIGNED, language: tag })
      const { outer, payloads } = readProfile(Buffer.from(body).toString('utf8'))
      return [outer, ...payloads].map((dictionary) =>
        Object.entries(dictionary).filter(([key]) => !SAID.has(key)),
      )
    }
    expect(await read(language)).toEqual(await read())
  })

  it('a sheet has its words, one under the other', async () => {
    const text = await exported('settings-sheet', language)
    const [first] = text.split('\n')
    expect(first).toBe(message('sheet.title', { account: 'Example Mail' }))
    const { sections } = await settingsSheet.inspect(text)
    expect(sections.map(({ title }) => title)).toEqual(
      ['you', 'incoming', 'outgoing', 'calendar', 'contacts'].map((group) =>
        message(`settings.${group}`, { protocol: 'IMAP' }),
      ),
    )
    expect(Object.fromEntries(sections[1]?.rows ?? [])).toMatchObject({
      [message('settings.server', {})]: 'imap.example.com',
      [message('settings.port', {})]: '993',
      [message('settings.security', {})]: `SSL/TLS (${message('settings.notStarttls', {})})`,
      [message('settings.password', {})]: message('settings.yourPassword', {}),
    })
  })

  it('everything says why it cannot carry an account', () => {
    const { bare } = textsFor(language)
    fc.assert(
      fc.property(accountJson, (json) => {
        for (const format of formats) {
          const said = format.support(parseAccount(json))
          if (said.supported) continue
          expect(said.reason).toBe(english(said.text))
          expect(bare(said.text)).toMatch(/\S/)
          const isThere = shippedMessages(language).has(said.text.key)
          expect(bare(said.text) === said.reason).toBe(language === 'en' || !isThere)
        }
      }),
      { numRuns: runs(200) },
    )
  })
})

describe('the language of an export', () => {
  it.each([undefined, 'en', 'en-US', 'tlh', 'no tag at all', ''])(
    'is English for %s',
    async (tag) => {
      for (const id of ['apple-profile', 'settings-sheet', 'fairemail-profile']) {
        expect(await exported(id, tag)).toBe(await exported(id, 'en'))
      }
      expect(await exported('settings-sheet', tag)).toMatch(/^Mail settings: Example Mail\n\nYou\n/)
    },
  )

  it('is that of the nearest there is', async () => {
    for (const tag of tags) {
      expect(await exported('settings-sheet', `${tag}-x-home`)).toBe(
        await exported('settings-sheet', tag),
      )
    }
  })

  it('changes nothing that programs read', async () => {
    const words = new Set(['apple-profile', 'fairemail-profile', 'settings-sheet'])
    for (const format of formats.filter(({ id }) => !words.has(id))) {
      if (!format.support(account).supported) continue
      const body = async (language: string) =>
        (await exportFormat(format, account, { language, publicUrl: 'https://setup.example.com/' }))
          .body
      for (const tag of tags) expect(await body(tag)).toEqual(await body('en'))
    }
  })
})

it('a refusal reaches people in their language', async () => {
  const pop3 = parseAccount(annJson({ incoming: { protocol: 'pop3' } }))
  const error = await refusal(() => exportFormat('deltachat-link', pop3))
  expect(error.message).toBe('Delta Chat needs IMAP; it cannot fetch mail by POP3.')
  expect(error.texts.message).toMatchObject({ key: 'support.needsImap' })
})
