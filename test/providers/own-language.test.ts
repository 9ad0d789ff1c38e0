import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { loadCatalogue } from '../../src/providers/load.js'
import { testApp } from '../support/app.js'
import { runCli } from '../support/cli.js'
import { suite } from '../support/suite.js'

const SERVERS = `incoming:
  - { protocol: imap, host: imap.example.com, port: 993, security: tls, authentication: password-cleartext, username: '%EMAILADDRESS%' }
  - { protocol: pop3, host: imap.example.com, port: 995, security: tls, authentication: password-cleartext, username: '%EMAILADDRESS%' }
outgoing:
  - { protocol: smtp, host: smtp.example.com, port: 465, security: tls, authentication: password-cleartext, username: '%EMAILADDRESS%' }
`
const FILES = {
  'own.yaml': `id: own
name: Eigene Post
domains: [own.example]
${SERVERS}appPassword: { text: Machen Sie ein App-Passwort. }
notes:
  - text: Erst im Webmail freischalten.
  - text: { en: Switch it on first., fr: Activez-le d’abord. }
  - { protocol: pop3, text: POP3 is for one device. Choose IMAP to read your mail on several devices. }
`,
  'closed.yaml': `id: closed
name: Geschlossen
domains: [closed.example]
refuse: { reason: Hier gibt es nichts. }
`,
}

const catalogue = suite((folder) => {
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text)
  return { folder, loaded: loadCatalogue([folder]) }
})

async function page(language: 'de' | undefined, reader: string, address = 'ann@own.example') {
  const app = testApp({ catalogue: await catalogue().loaded, language })
  const { text } = await request(app)
    .get(`/setup?address=${address}&protocol=pop3`)
    .set({ Accept: 'text/html', 'Accept-Language': reader })
  return text
}

describe('what an operator’s own provider file says without naming a language', () => {
  const WORDS = ['Machen Sie ein App-Passwort.', 'Erst im Webmail freischalten.']

  it.each<[own: 'de' | undefined, reader: string, marked: string | undefined]>([
    ['de', 'de', undefined],
    ['de', 'en', 'de'],
    ['de', 'fr', 'de'],
    [undefined, 'en', undefined],
    [undefined, 'de', 'en'],
  ])('is in the language of the operator (%s), for who reads %s', async (own, reader, marked) => {
    const text = await page(own, reader)
    const closed = await page(own, reader, 'ann@closed.example')
    for (const [html, words] of [
      ...WORDS.map((words) => [text, words] as const),
      [closed, 'Hier gibt es nichts.'] as const,
    ]) {
      const [, found] = new RegExp(`(?:<bdi lang="([a-z]+)">)?${words}`).exec(html) ?? []
      expect([html.includes(words), found]).toEqual([true, marked])
    }
  })

  it('and what names languages is in those, the sentence about POP3 in all', async () => {
    const german = await page('de', 'de')
    expect(german).toContain('<bdi lang="en">Switch it on first.</bdi>')
    expect(german).not.toContain('POP3 is for')
    expect(await page('de', 'fr')).toMatch(/(?<!">)Activez-le d’abord\./)
  })

  it('is what the command line shows', async () => {
    const { stdout } = await runCli(['lookup', 'ann@own.example', '--json'], {
      cwd: catalogue().folder,
      env: { MAILPROFILE_PROVIDERS: catalogue().folder, MAILPROFILE_LANGUAGE: 'de' },
    })
    for (const words of WORDS) expect(stdout.toString()).toContain(words)
    expect(stdout.toString()).not.toContain('"und"')
  })
})
