import request from 'supertest'
import { describe, expect, it } from 'vitest'
import type { Directory } from '../../src/discovery/catalogue-directory.js'
import type { FoundSettings } from '../../src/discovery/found-settings.js'
import { parseProvider } from '../../src/providers/provider.js'
import { attributes, readable, testApp } from '../support/app.js'

const FOUND: FoundSettings = {
  provider: parseProvider(
    `
id: autoconfig
name: Mail of customer.com
domains: [customer.com]
incoming:
  - { protocol: imap, host: imap.host.co.uk, port: 993, security: tls, authentication: password-cleartext, username: '%EMAILADDRESS%' }
outgoing:
  - { protocol: smtp, host: smtp.host.net, port: 465, security: tls, authentication: password-cleartext, username: '%EMAILADDRESS%' }
`,
    'autoconfig',
  ),
  trust: 'ispdb',
  source: 'https://ispdb.example.org/v1.1/customer.com',
  confirm: ['host.co.uk', 'host.net'],
}
const OWN: FoundSettings = { ...FOUND, trust: 'https-own-domain', confirm: [] }

const directory = (found: FoundSettings): Directory => ({ find: () => Promise.resolve(found) })
const QUERY = 'address=ann%40customer.com&name=Ann&protocol=imap'
const CONFIRMED = `${QUERY}&confirm=host.co.uk%2Chost.net`

describe('settings that were found, not configured', () => {
  const app = testApp({ directory: directory(FOUND) })

  it('are shown with the domains in full, and no way on but to agree', async () => {
    const { status, text, headers } = await request(app).get(`/setup?${QUERY}`)
    expect([status, headers['cache-control']]).toEqual([200, 'no-store'])
    const page = readable(text)
    expect(page).toContain('Is this your mail provider?')
    for (const words of [
      'host.co.uk',
      'host.net',
      'imap.host.co.uk',
      'smtp.host.net',
      'ispdb.example.org',
    ]) {
      expect(page).toContain(words)
    }
    expect(text).not.toContain('/formats/')
    const sent = ['address', 'name', 'protocol', 'confirm']
    expect(attributes(text, 'name').filter((name) => sent.includes(name))).toEqual(sent)
    expect(attributes(text, 'value')).toEqual([
      'ann@customer.com',
      'Ann',
      'imap',
      'host.co.uk,host.net',
    ])
  })

  it.each([
    ['nobody', QUERY],
    ['one of two', `${QUERY}&confirm=host.net`],
    ['somebody else', `${QUERY}&confirm=host.co.uk.evil.com%2Chost.net`],
    ['markup', `${QUERY}&confirm=%3Cb%3E`],
  ])('give nothing when %s is confirmed', async (_name, query) => {
    for (const id of [
      'apple-profile',
      'k9-settings',
      'thunderbird-qr',
      'settings-sheet',
      'mozilla-autoconfig',
    ]) {
      const { status, text } = await request(app).get(`/formats/${id}?${query}`)
      expect([status, text.split(':')[0]]).toEqual([422, 'confirmation_required'])
      expect(text).toContain('host.co.uk and host.net')
    }
    const page = await request(app).get(`/setup?${query}`).set('Accept', 'text/html')
    expect(readable(page.text)).toContain('Is this your mail provider?')
  })

  it('give everything but a signature when they are confirmed', async () => {
    const page = await request(app).get(`/setup?${CONFIRMED}`).set('Accept', 'text/html')
    expect(readable(page.text)).toContain('this server does not sign a profile')
    const links = attributes(page.text, 'href').filter((href) => href.startsWith('/formats/'))
    expect(links.length).toBeGreaterThan(0)
    for (const link of links) {
      expect(link).toContain('confirm=host.co.uk%2Chost.net')
      expect((await request(app).get(link)).status).toBe(200)
    }
    const profile = await request(app).get(`/formats/apple-profile?${CONFIRMED}`)
    expect([profile.status, profile.text.split(':')[0]]).toEqual([422, 'unsupported_account'])
  })

  it('are signed where the operator says so, after confirmation only', async () => {
    const signing = testApp({ directory: directory(FOUND), signConfirmed: true })
    expect((await request(signing).get(`/formats/apple-profile?${CONFIRMED}`)).status).toBe(200)
    expect((await request(signing).get(`/formats/apple-profile?${QUERY}`)).status).toBe(422)
  })

  it('need no confirmation when the domain publishes them for servers of its own', async () => {
    const own = testApp({ directory: directory(OWN) })
    expect((await request(own).get(`/formats/apple-profile?${QUERY}`)).status).toBe(200)
    const page = await request(own).get(`/setup?${QUERY}`).set('Accept', 'text/html')
    expect(readable(page.text)).not.toContain('Is this your mail provider?')
  })
})
