import fc from 'fast-check'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseAddress } from '../../src/account/address.js'
import { isPlainText } from '../../src/account/plain-text.js'
import type { InvitationMessage, Looks } from '../../src/delivery/delivery.js'
import { invitationMails } from '../../src/delivery/mail/invitation-mail.js'
import { composeMail } from '../../src/delivery/smtp/compose.js'
import { LANGUAGES } from '../../src/texts/languages.js'
import { invitation, LOOKS, TOKEN } from '../support/deliveries.js'
import { parseMails } from '../support/parse-mails.js'
import { isMissing } from '../support/programs.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const FROM = parseAddress('setup@example.com')
const NOW = new Date('2026-11-28T09:30:00Z')
const TAGS = LANGUAGES.map(({ tag }) => tag)

function compose(message: InvitationMessage, looks: Looks = LOOKS): Promise<Buffer> {
  const sender = { name: looks.operator, from: FROM, replyTo: parseAddress('help@example.com') }
  return composeMail(message, invitationMails(looks)(message), sender, NOW)
}

describe('the mail of an invitation', () => {
  it('is in the language of the person, else in that of the tenant', () => {
    const write = invitationMails({ ...LOOKS, language: 'nl' })
    const subject = (language?: string) => write(invitation({ language })).subject
    expect(subject('de-CH')).toBe('Example Mail: E-Mail auf Ihrem Telefon einrichten')
    expect(subject()).toBe('Example Mail: stel je e-mail in op je telefoon')
    expect(subject('da')).toBe(subject())
  })

  it.each(TAGS)('says in %s what to do, until when, and whom to ask', (language) => {
    const { text, html } = invitationMails(LOOKS)(invitation({ language, passcode: '482913' }))
    for (const shown of [text, html]) {
      expect(shown).toContain(invitation().url)
      expect(shown).toContain('ann@example.com')
      expect(shown).toContain('Example Mail')
      expect(shown).toContain('+49 30 1234567')
      expect(shown).toContain('UTC')
      expect(shown).not.toContain('482913')
    }
    expect(html).toContain(`lang="${language}" dir="${language === 'ar' ? 'rtl' : 'ltr'}"`)
    // Nothing is fetched, and nothing runs.
    expect(html).not.toMatch(/<(?:img|script|link|iframe|object|svg|form|base)\b|\burl\(|@import/i)
    const plain = invitationMails(LOOKS)(invitation({ language })).text
    expect(plain.split('\n\n')).toHaveLength(text.split('\n\n').length - 1)
  })

  it.each([
    'Ann https://evil.example/win',
    'Ann, see evil.example',
    'www.evil.example',
    'Ann bob@evil.example',
    'Call +1 900 555-0199',
  ])('leads nowhere else by the name “%s”', (name) => {
    const { text, html } = invitationMails(LOOKS)(invitation({ name }))
    for (const shown of [text, html]) expect(shown).not.toMatch(/evil|900/)
    expect(text).toMatch(/^Hello,/)
  })

  it.each(['Ann O’Brien', 'Dr. Ann St. John', 'J.R. Hartley 3rd', '山田 花子'])(
    'greets %s',
    (name) => {
      const { text, html } = invitationMails(LOOKS)(invitation({ name }))
      for (const shown of [text, html]) expect(shown).toContain(name)
    },
  )

  it('is of the operator', () => {
    const looks = { ...LOOKS, contact: undefined, color: '#7a1fa2' }
    const { html, text } = invitationMails(looks)(invitation({ name: undefined }))
    expect(html).toContain('#7a1fa2')
    expect(html).not.toContain('#0b6353')
    expect(text).toMatch(/^Hello,\n/)
    expect(text).toContain('Did you not expect this?')
  })

  it('is of the own words and the own template of an operator', () => {
    const templates = temporaryFolder()
    for (const folder of ['locales', 'mails']) mkdirSync(join(templates, folder))
    writeFileSync(join(templates, 'locales/en.json'), '{"mail":{"hello":"Ahoy!"}}')
    writeFileSync(join(templates, 'mails/invitation.eta'), '<p><%= it.t("mail.hello") %></p>')
    const { html, text } = invitationMails({ ...LOOKS, templates })(invitation({ name: undefined }))
    expect(html).toBe('<p>Ahoy!</p>')
    expect(text).toMatch(/^Ahoy!\n/)
    const refused = expect.objectContaining({ code: 'invalid_configuration' }) as Error
    writeFileSync(join(templates, 'mails/invitation.eta'), '<% if ( %>')
    expect(() => invitationMails({ ...LOOKS, templates })).toThrow(refused)
    writeFileSync(join(templates, 'mails/invitation.eta'), 'x')
    writeFileSync(join(templates, 'mails/invited.eta'), 'x')
    expect(() => invitationMails({ ...LOOKS, templates })).toThrow('No mail is made of')
  })
})

describe.skipIf(isMissing('python3'))('the bytes of a mail', () => {
  it('are a mail that programs answer nothing to, the same for the same invitation', async () => {
    const [first, second] = await Promise.all([compose(invitation()), compose(invitation())])
    const [mail] = parseMails([first])
    const headers = new Map(mail?.headers)
    expect(mail?.defects).toEqual([])
    expect(mail?.type).toBe('multipart/alternative')
    expect(mail?.parts.map(({ type }) => type)).toEqual(['text/plain', 'text/html'])
    expect(mail?.addresses).toEqual([
      ['from', 'Example Mail', FROM],
      ['to', 'Ann Example', 'ann.private@example.org'],
      ['reply-to', '', 'help@example.com'],
    ])
    expect(headers.get('message-id')).toBe('<Vb1hPWTz3cQk0m7yXr2LfA.invitation@example.com>')
    expect(headers.get('auto-submitted')).toBe('auto-generated')
    expect(headers.get('content-language')).toBe('en')
    expect(headers.get('date')).toContain('28 Nov 2026 09:30:00')
    expect(parseMails([second])[0]?.headers.find(([name]) => name === 'message-id')).toEqual(
      mail?.headers.find(([name]) => name === 'message-id'),
    )
  })

  it.each(TAGS)('are lines in ASCII, far below 998, in %s', async (language) => {
    const name = 'Ж'.repeat(200)
    const url = `https://setup.example.com/${'path/'.repeat(60)}i/${TOKEN}`
    const bytes = await compose(invitation({ language, name, url }))
    const [mail] = parseMails([bytes])
    expect(mail?.defects).toEqual([])
    expect(mail?.parts.every(({ content }) => content.includes(url))).toBe(true)
    const lines = bytes.toString('latin1').split('\r\n')
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(200)
    expect(bytes.toString('latin1')).not.toMatch(/[^\t\r\n -~]|(?<!\r)\n|\r(?!\n)/)
  })

  // Whatever `parsePlainText` takes: nothing hidden, and no line ends.
  const words = fc
    .oneof(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 120 }),
      fc.stringMatching(/^[ -~]{1,120}$/),
      fc.constantFrom(
        'Ann" <bob@example.net>, "',
        'Ann, bob@example.net',
        'Ann: bob@example.net;',
        'Ann <bob@example.net>',
        '=?utf-8?q?Ann=0D=0ABcc:_bob=40example.net?=',
        '=?utf-8?b?QW5uDQpCY2M6IGJvYkBleGFtcGxlLm5ldA==?=',
        'Ann\\',
        '"Ann\\"',
        '(Ann',
        'Ann%0d%0aBcc: bob@example.net',
        '<script>alert(1)</script>',
        '{{name}} ${name} <%= name %>',
      ),
    )
    .filter((text) => isPlainText(text) && text.trim() !== '')

  it('hold what a name, an operator and a language say, and nothing that they do', async () => {
    const given = fc.sample(
      fc.record({
        name: words,
        operator: words,
        language: fc.constantFrom(...TAGS, 'de-CH', 'x-klingon', undefined),
        local: fc
          .stringMatching(/^[a-z0-9'+=_*&$#?^~{}-]{1,20}$/)
          .filter((local) => !local.startsWith('-') && !local.includes('=?')),
      }),
      { numRuns: 300, seed: 17 },
    )
    const mails = await Promise.all(
      given.map(({ name, operator, language, local }) =>
        compose(invitation({ name, language, deliverTo: `${local}@example.org` }), {
          ...LOOKS,
          operator,
        }),
      ),
    )
    const usual = parseMails([await compose(invitation())])[0]?.headers.map(([name]) => name)
    parseMails(mails).forEach((mail, i) => {
      const { name = '', operator = '', local = '' } = given[i] ?? {}
      // Python puts spaces of its own between encoded words.
      const single = (text: string) => text.replace(/\s+/g, '').normalize('NFC')
      expect(mail.headers.map(([header]) => header)).toEqual(usual)
      expect(mail.addresses.map(([header, , address]) => [header, address])).toEqual([
        ['from', FROM],
        ['to', `${local}@example.org`],
        ['reply-to', 'help@example.com'],
      ])
      const names = mail.addresses.map(([, shown]) => single(shown))
      // What looks like an encoded word (RFC 2047) is made to look like none.
      const shown = (text: string) => single(text.replaceAll('=?', '= ?'))
      expect([names[1], names[0]]).toEqual([shown(name), shown(operator)])
      expect(mail.type).toBe('multipart/alternative')
      expect(mail.parts.map(({ type }) => type)).toEqual(['text/plain', 'text/html'])
      expect(mail.parts[1]?.content).not.toMatch(/<script/i)
    })
  })
})
