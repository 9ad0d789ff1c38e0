import { describe, expect, it } from 'vitest'
import type { Account } from '../../src/account/account.js'
import { serviceOf } from '../../src/account/mail-service.js'
import { exportFormat } from '../../src/formats/export.js'
import { Catalogue } from '../../src/providers/catalogue.js'
import { parseProvider } from '../../src/providers/provider.js'
import { payload, profileOf } from '../support/apple-profile.js'

const PROVIDER = `
id: example
name: Example
domains: [example.com]
incoming:
  - { protocol: imap, host: imap.example.com, port: 993, security: tls, authentication: password-cleartext, username: '%EMAILADDRESS%' }
outgoing:
  - { protocol: smtp, host: smtp.example.com, port: 465, security: tls, authentication: password-cleartext, username: '%EMAILADDRESS%' }
calendar: { url: 'https://dav.example.com/%EMAILADDRESS%/calendars' }
contacts: { url: 'https://dav.example.com/%EMAILDOMAIN%/contacts' }
`
const provider = parseProvider(PROVIDER, 'example.yaml')
const catalogue = new Catalogue([{ provider, file: 'example.yaml' }])
const account = catalogue.account('ann+x@example.com')
const PATH = '/ann%2Bx%40example.com/calendars'

async function text(id: string, of: Account, context = {}): Promise<string> {
  const { body } = await exportFormat(id, of, {
    publicUrl: 'https://setup.example.com/',
    ...context,
  })
  return Buffer.from(body).toString('utf8')
}

describe('placeholders in the address of calendars and contacts', () => {
  it('are percent-encoded in the account', () => {
    expect(account.calendar?.path).toBe(PATH)
    expect(account.contacts?.path).toBe('/example.com/contacts')
  })

  it('are expanded in the Apple profile', () => {
    const profile = profileOf(account)
    expect(payload(profile, 'com.apple.caldav.account')).toMatchObject({ CalDAVPrincipalURL: PATH })
  })

  it('are expanded for apps and for people', async () => {
    expect(await text('davx5-link', account)).not.toContain('EMAIL')
    expect(await text('android-intent', account)).toContain(encodeURIComponent(PATH))
    expect(await text('settings-sheet', account)).toContain(`https://dav.example.com${PATH}`)
  })

  it.each([
    ['of the provider', provider],
    ['of one account', serviceOf(account)],
  ])('name nobody in what is told about the domain: %s', async (_, service) => {
    const zone = await text('dns-records', account, { service })
    const document = await text('pacc', account, { service })
    expect(zone + document).not.toMatch(/EMAIL|ann/)
    // Clients ask /.well-known then.
    expect(zone).toMatch(/_caldavs\._tcp[^\n]* dav\.example\.com\./)
    expect(zone).not.toContain('/calendars')
    expect(zone).toContain('"path=/example.com/contacts"')
    expect(document).toContain('"caldav":{"url":"https://dav.example.com/"}')
  })
})
