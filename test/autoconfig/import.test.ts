import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseClientConfig } from '../../src/autoconfig/client-config.js'
import { importAutoconfig } from '../../src/autoconfig/import.js'
import { providerId } from '../../src/autoconfig/provider-id.js'
import { providerFromConfig } from '../../src/autoconfig/provider-from-config.js'
import { providerYaml } from '../../src/autoconfig/provider-yaml.js'
import { english } from '../../src/messages/english.js'
import { nameAt } from '../../src/providers/provider-account.js'
import { parseProvider } from '../../src/providers/provider.js'
import { refusal } from '../support/errors.js'
import { SIMPLE } from '../support/client-configs.js'

const FOLDER = new URL('../vectors/autoconfig/', import.meta.url)
const DOCUMENTS = readdirSync(FOLDER).filter((name) => name.endsWith('.xml'))

const read = (name: string) => readFileSync(new URL(name, FOLDER), 'utf8')
const importVector = (name: string) => importAutoconfig(read(name), name)
const noteOf = (enable: string) => {
  const { provider } = importAutoconfig(
    SIMPLE.replace('</emailProvider>', `</emailProvider>${enable}`),
    'a.xml',
  )
  return provider.notes.map(({ text }) => english(text))[0]
}

describe('an imported file', () => {
  it.each(DOCUMENTS)('%s is read back as the same provider', (name) => {
    const { provider, yaml } = importVector(name)
    expect(parseProvider(yaml, 'made.yaml')).toEqual(provider)
    expect(provider.id).toBe(name.replace('.xml', ''))
  })

  it('looks as if it were written by hand', () => {
    expect(importVector('wrong-looking-ports.xml').yaml).toBe(`\
# Imported from wrong-looking-ports.xml. Nobody has compared it with the provider's own page yet.

id: wrong-looking-ports
name: Bright Post
domains: [brightpost.example]
incoming:
  - protocol: imap
    host: imap.brightpost.example
    port: 587
    security: starttls
    unusualPort: true
    authentication: password-cleartext
    username: '%EMAILADDRESS%'
  - protocol: pop3
    host: pop.brightpost.example
    port: 993
    security: tls
    unusualPort: true
    authentication: password-cleartext
    username: '%EMAILADDRESS%'
outgoing:
  - protocol: smtp
    host: smtp.brightpost.example
    port: 586
    security: tls
    unusualPort: true
    authentication: password-cleartext
    username: '%EMAILADDRESS%'
  - protocol: smtp
    host: smtp.brightpost.example
    port: 587
    security: tls
    unusualPort: true
    authentication: password-cleartext
    username: '%EMAILADDRESS%'
`)
    expect(importVector('authentications.xml').yaml).toContain(
      'authentication: [oauth2, gssapi, ntlm, password-encrypted, password-cleartext]',
    )
  })

  it('has IMAP first, and of each protocol the order of the document', () => {
    const { incoming } = importVector('pop3-before-imap.xml').provider
    expect(incoming.map(({ host }) => host)).toEqual([
      'imap.brightpost.example',
      'imap2.brightpost.example',
      'pop.brightpost.example',
      'pop2.brightpost.example',
    ])
  })

  it('keeps user names of both directions apart', () => {
    const { incoming, outgoing } = importVector('user-name-forms.xml').provider
    expect([incoming[0]?.username, outgoing[0]?.username]).toEqual([
      '%EMAILLOCALPART%',
      '%EMAILADDRESS%',
    ])
  })

  it('names mail exchangers only where the document does, and all below them', () => {
    const { domains, mx } = importVector('mail-exchangers.xml').provider
    expect(domains).toContain('inbound.protection.example')
    expect(mx).toEqual(['mx.brightpost.example', '*.mx.brightpost.example'])
  })

  it('has the help page in English, else the first with https', () => {
    expect(importVector('documentation.xml').provider.help).toBe(
      'https://help.brightpost.example/de',
    )
    const pages = (...urls: string[]) =>
      importAutoconfig(
        SIMPLE.replace('</emailProvider>', `${urls.join('')}</emailProvider>`),
        'a.xml',
      )
    const page = (url: string, language: string) =>
      `<documentation url="${url}"><descr lang="${language}">x</descr></documentation>`
    expect(
      pages(page('https://a.example/fr', 'fr'), page('https://a.example/en', 'en')).provider.help,
    ).toBe('https://a.example/en')
    const none = pages('<documentation url="http://a.example/"/>')
    expect(none.provider.help).toBeUndefined()
    expect(none.skipped.map(({ what }) => what)).toEqual(['documentation'])
  })

  it('says what to do first', () => {
    expect(importVector('enable.xml').provider.notes.map(({ text }) => text)).toEqual([
      'Switch IMAP on first (https://settings.brightpost.example/imap)',
      'Mail apps have to be let in first: https://settings.brightpost.example/apps',
    ])
    expect(importVector('authentications.xml').provider.notes[0]?.text).toContain('own network')
  })

  it.each([
    [
      'English by its name',
      '<instruction lang="de">Ja</instruction><instruction lang="en-GB">Yes</instruction>',
      'Yes',
    ],
    [
      'the first language',
      '<instruction lang="de">Ja</instruction><instruction lang="fr">Oui</instruction>',
      'Ja',
    ],
    ['white space', '<instruction> Switch\n\n IMAP\ton </instruction>', 'Switch IMAP on'],
  ])('takes from instructions %s', (_name, instructions, note) => {
    expect(noteOf(`<enable visiturl="http://a.example/">${instructions}</enable>`)).toBe(note)
  })

  it('shortens a long instruction between words, and inside no character', () => {
    const long = noteOf(`<enable><instruction>${'word '.repeat(400)}</instruction></enable>`) ?? ''
    expect(long).toMatch(/ word…$/)
    expect(long.length).toBeLessThanOrEqual(1000)
    const faces = noteOf(`<enable><instruction>a${'😀'.repeat(700)}</instruction></enable>`) ?? ''
    expect(faces).toMatch(/^a(?:😀)+…$/u)
  })

  it('names a source only where somebody compared the settings with it', () => {
    const document = read('documentation.xml')
    expect(importAutoconfig(document, 'a.xml').provider.sources).toEqual([])
    const { provider, yaml } = importAutoconfig(document, 'a.xml', { verified: '2026-11-23' })
    expect(provider.sources).toEqual([
      { url: 'https://help.brightpost.example/de', verified: '2026-11-23' },
    ])
    expect(parseProvider(yaml, 'a.yaml')).toEqual(provider)
  })

  it('leaves out what other files name', async () => {
    const document = read('placeholders-in-hosts.xml')
    const taken = new Map([['postia.example', 'other.yaml']])
    const { provider, skipped } = importAutoconfig(document, 'a.xml', { taken })
    expect(provider.domains).toEqual(['postib.example'])
    expect(skipped).toEqual([
      { what: 'domain “postia.example”', reason: 'It is named by other.yaml already.' },
    ])
    taken.set('postib.example', 'third.yaml')
    expect((await refusal(() => importAutoconfig(document, 'a.xml', { taken }))).code).toBe(
      'invalid_autoconfig',
    )
  })

  it.each([
    ['no incoming server', SIMPLE.replace('type="imap"', 'type="ews"'), 'ews'],
    ['no outgoing server', SIMPLE.replace('<port>465</port>', ''), 'outgoing server 1 (smtp)'],
    ['no domain', SIMPLE.replace('<domain>simple.example</domain>', ''), 'no mail domain'],
  ])('is refused with %s that can be used', async (_name, document, reason) => {
    const error = await refusal(() => importAutoconfig(document, 'a.xml'))
    expect(error.code).toBe('invalid_autoconfig')
    expect(error.message).toContain(reason)
  })

  it('shows a file name in its comment as one line', () => {
    const { yaml } = importAutoconfig(SIMPLE, 'a\nid: b.xml')
    expect(parseProvider(yaml, 'a.yaml').id).toBe('a-id-b')
    expect(importAutoconfig(SIMPLE, 'a\u0007.xml').yaml).toMatch(
      /^# Imported from an autoconfig file\./,
    )
  })
})

describe('a name with placeholders', () => {
  const config = parseClientConfig(read('placeholders-in-hosts.xml'))

  it('is filled in for one domain', () => {
    const { provider } = providerFromConfig(config, { id: 'a', domains: ['postib.example'] })
    expect(provider).toMatchObject({ name: 'postib.example', domains: ['postib.example'], mx: [] })
    expect(provider.incoming[0]?.host).toBe('mail.%EMAILDOMAIN%')
  })

  it('is filled in wherever it is shown, where there are several', () => {
    const { provider } = providerFromConfig(config, { id: 'a' })
    expect(provider.name).toBe('%EMAILDOMAIN%')
    expect(nameAt(provider, 'postib.example')).toBe('postib.example')
    expect(parseProvider(providerYaml(provider, 'made'), 'a.yaml').name).toBe('%EMAILDOMAIN%')
  })

  it('of one mailbox is never shown', () => {
    const nameless = parseClientConfig(
      SIMPLE.replace('>Simple<', '>%EMAILADDRESS%<').replace(
        'id="simple.example"',
        'id="%EMAILDOMAIN%"',
      ),
    )
    expect(providerFromConfig(nameless, { id: 'a' }).provider.name).toBe('simple.example')
  })

  // go-autoconfig's is the address, autodiscover-email-settings' short one the part before the @.
  it('is named where it is not taken over', () => {
    const skippedOf = (displayName: string) =>
      providerFromConfig(parseClientConfig(SIMPLE.replace('>Simple<', () => `>${displayName}<`)), {
        id: 'a',
      }).skipped.map(({ what }) => what)
    expect(skippedOf('%EMAILADDRESS%')).toEqual(['displayName'])
    expect(skippedOf('x'.repeat(300))).toEqual(['displayName'])
    expect(skippedOf('Simple')).toEqual([])
    expect(skippedOf('%EMAILDOMAIN%')).toEqual([])
  })
})

describe('providerId', () => {
  it.each([
    ['example.com.xml', 'example-com'],
    ['Example.CO.uk.XML', 'example-co-uk'],
    ['example.com', 'example-com'],
    ['größe.example.xml', 'gr-e-example'],
    ['.xml', 'provider'],
    ['邮.xml', 'provider'],
    [`${'a.'.repeat(40)}xml`, 'a-'.repeat(30).slice(0, 59)],
  ])('of %s', (fileName, id) => {
    expect(providerId(fileName)).toBe(id)
  })
})
