import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { build } from 'plist'
import { describe, expect, it } from 'vitest'
import { parseAccount } from '../../src/account/account.js'
import { importAutoconfig } from '../../src/autoconfig/import.js'
import { importProviders } from '../../src/autoconfig/import-providers.js'
import { parseSettings } from '../../src/autoconfig/settings.js'
import { exportFormat } from '../../src/formats/export.js'
import { parseProvider } from '../../src/providers/provider.js'
import { annJson } from '../support/accounts.js'
import { developmentIdentity } from '../support/app.js'
import { refusal } from '../support/errors.js'
import { runs } from '../support/runs.js'
import { temporaryFolder } from '../support/temporary-folder.js'

// What autodiscover-email-settings 1.4.0 (MIT, Monogramm) and automx2 2026.2 gave for sample data, and the
// template of Mail-in-a-Box 75 (CC0) with a name in it.
const FOLDER = new URL('../vectors/other-programs/', import.meta.url)
const read = (name: string) => readFileSync(new URL(name, FOLDER), 'utf8')
const brief = ({ protocol, host, port, security, username }: Record<string, unknown>) =>
  [protocol, host, port, security, username].join(' ')

type Payload = Readonly<Record<string, string | number | boolean>>

function imported(text: string, domains?: string[]) {
  const { provider, yaml, skipped, warnings } = importAutoconfig(text, 'old.mobileconfig', {
    domains,
  })
  expect(parseProvider(yaml, 'made.yaml')).toEqual(provider)
  return {
    provider,
    servers: [...provider.incoming, ...provider.outgoing].map((server) => brief({ ...server })),
    skipped: skipped.map(({ what }) => what),
    warnings,
  }
}

describe('a configuration profile', () => {
  it('of autodiscover-email-settings is for everybody', () => {
    const { provider, servers, skipped, warnings } = imported(read('monogramm.mobileconfig'))
    expect(provider).toMatchObject({ name: 'Bright Post', domains: ['brightpost.example'] })
    expect(servers).toEqual([
      'imap imap.brightpost.example 993 tls %EMAILADDRESS%',
      'smtp smtp.brightpost.example 587 starttls %EMAILADDRESS%',
    ])
    expect([skipped, warnings]).toEqual([[], []])
  })

  it('of automx2 is, with the calendar and contacts', () => {
    const { provider, servers, skipped } = imported(read('automx2.mobileconfig'))
    expect(servers).toEqual([
      'imap imap.brightpost.example 993 tls %EMAILADDRESS%',
      'smtp smtp.brightpost.example 465 tls %EMAILADDRESS%',
    ])
    expect(provider).toMatchObject({
      calendar: { url: 'https://dav.brightpost.example/%EMAILADDRESS%/calendar/' },
      contacts: { url: 'https://dav.brightpost.example/%EMAILADDRESS%/contacts/' },
    })
    expect(skipped).toEqual([])
  })

  it('of Mail-in-a-Box has neither address nor log-ins', async () => {
    const text = read('mail-in-a-box.mobileconfig')
    const { provider, servers, warnings } = imported(text, ['brightpost.example'])
    expect(servers).toEqual([
      'imap box.brightpost.example 993 tls %EMAILADDRESS%',
      'smtp box.brightpost.example 465 tls %EMAILADDRESS%',
    ])
    expect(provider).toMatchObject({
      name: 'box.brightpost.example',
      calendar: { url: 'https://box.brightpost.example/' },
      contacts: { url: 'https://box.brightpost.example/cloud/remote.php/carddav/addressbooks/' },
    })
    expect(warnings).toEqual([
      'The outgoing server 1 (smtp) has no user name: that of the first incoming server is used.',
      'It has no user name, which devices ask for: the address is used.',
    ])
    const error = await refusal(() => importAutoconfig(text, 'a.xml'))
    expect([error.message, error.hint]).toEqual([
      'The document names no mail domain.',
      'Name it: --domain example.com.',
    ])
  })

  it('of ours is what it was made of', async () => {
    const account = parseAccount({
      ...annJson(),
      calendar: { url: 'https://dav.example.com:8443/ann%40example.com/', username: 'ann' },
    })
    const { body } = await exportFormat('apple-profile', account, { unsigned: true })
    const { provider, servers } = imported(Buffer.from(body).toString())
    expect(servers).toEqual([
      'imap imap.example.com 993 tls %EMAILADDRESS%',
      'smtp smtp.example.com 465 tls %EMAILADDRESS%',
    ])
    expect(provider.calendar).toEqual({
      url: 'https://dav.example.com:8443/%EMAILADDRESS%/',
      username: '%EMAILLOCALPART%',
    })
  })

  it('names what it holds besides, and shows no password', () => {
    const mail = {
      PayloadType: 'com.apple.mail.managed',
      EmailAccountType: 'EmailTypePOP',
      EmailAddress: 'ann@a.example',
      IncomingMailServerHostName: 'pop.a.example',
      IncomingMailServerUseSSL: true,
      IncomingMailServerAuthentication: 'EmailAuthCRAMMD5',
      IncomingMailServerUsername: 'ann',
      IncomingPassword: 'a-password-of-ann',
      OutgoingMailServerHostName: 'smtp.a.example',
      OutgoingMailServerUseSSL: true,
      OutgoingMailServerAuthentication: 'EmailAuthPassword',
      OutgoingMailServerUsername: 'Ann@a.example',
    }
    const text = build({
      PayloadType: 'Configuration',
      PayloadContent: [mail, mail, { PayloadType: 'com.apple.ldap.account' }],
    })
    const { servers, skipped, provider } = imported(text)
    expect(servers).toEqual([
      'pop3 pop.a.example 995 tls %EMAILLOCALPART%',
      'smtp smtp.a.example 587 starttls %EMAILADDRESS%',
    ])
    expect(provider.incoming[0]?.authentication).toBe('password-encrypted')
    expect(skipped).toEqual([
      'payload com.apple.mail.managed',
      'payload com.apple.ldap.account',
      'password',
    ])
    expect(JSON.stringify(imported(text))).not.toContain('a-password-of-ann')
  })

  describe('of somebody who wrote it by hand', () => {
    const mail = {
      PayloadType: 'com.apple.mail.managed',
      EmailAccountType: 'EmailTypeIMAP',
      EmailAddress: 'ann@a.example',
      IncomingMailServerHostName: 'imap.a.example',
      IncomingMailServerUseSSL: true,
      IncomingMailServerAuthentication: 'EmailAuthPassword',
      IncomingMailServerUsername: 'ann@a.example',
      OutgoingMailServerHostName: 'smtp.a.example',
      OutgoingMailServerUseSSL: true,
      OutgoingMailServerAuthentication: 'EmailAuthPassword',
      OutgoingMailServerUsername: 'ann@a.example',
    }
    const importedWith = (changes: Payload, ...others: Payload[]) =>
      imported(build({ PayloadContent: [{ ...mail, ...changes }, ...others] }))
    const calendar = (more: Payload) => ({
      PayloadType: 'com.apple.caldav.account',
      CalDAVHostName: 'cloud.a.example',
      ...more,
    })

    // Apple, com.apple.caldav.account and com.apple.carddav.account: UseSSL is true by default.
    it('has calendars and contacts by https where it does not say', () => {
      const { provider, skipped } = importedWith({}, calendar({}), {
        PayloadType: 'com.apple.carddav.account',
        CardDAVHostName: 'cloud.a.example',
        CardDAVPort: 8443,
      })
      expect([provider.calendar, provider.contacts, skipped]).toEqual([
        { url: 'https://cloud.a.example/' },
        { url: 'https://cloud.a.example:8443/' },
        [],
      ])
      expect(importedWith({}, calendar({ CalDAVUseSSL: false })).provider.calendar).toBeUndefined()
    })

    // As Nextcloud, Baikal and others name people.
    it.each([
      ['ann', '/dav/principals/users/ann/', '/dav/principals/users/%EMAILLOCALPART%/'],
      ['ann', '/annex/ann', '/annex/%EMAILLOCALPART%'],
      ['ann@a.example', '/dav/Ann%40A.example/', '/dav/%EMAILADDRESS%/'],
      ['ann@a.example', 'dav/ann@a.example/', '/dav/%EMAILADDRESS%/'],
    ])('has the log-in %s everybody’s in %s', (username, path, expected) => {
      const { provider, skipped } = importedWith(
        {},
        calendar({ CalDAVUsername: username, CalDAVPrincipalURL: path }),
      )
      expect([provider.calendar?.url, skipped]).toEqual([`https://cloud.a.example${expected}`, []])
    })

    it('has no calendar where its address is that of one person', () => {
      const { provider, skipped } = importedWith(
        {},
        calendar({ CalDAVUsername: 'a.example-1', CalDAVPrincipalURL: '/dav/a.example-1/' }),
      )
      expect([provider.calendar, skipped]).toEqual([undefined, ['calendar']])
    })

    it('has no password where it says that there are two', () => {
      const { skipped } = importedWith({ OutgoingPasswordSameAsIncomingPassword: false })
      expect(skipped).toEqual([])
    })

    it('has the address for a user name that is empty', () => {
      const { servers, warnings } = importedWith({ IncomingMailServerUsername: '' })
      expect(servers[0]).toBe('imap imap.a.example 993 tls %EMAILADDRESS%')
      expect(warnings).toEqual(['It has no user name, which devices ask for: the address is used.'])
    })
  })

  it.each([
    ['no account of mail', build({ PayloadContent: [] })],
    ['no content', build({})],
    ['another address', read('monogramm.mobileconfig').replaceAll('ann@brightpost', 'brightpost')],
    ['half of it', read('monogramm.mobileconfig').slice(0, 900)],
    [
      'log-ins of somebody else',
      read('monogramm.mobileconfig').replaceAll(
        /(ServerUsername<\/key>\s*<string>)[^<]*/g,
        '$1somebody',
      ),
    ],
  ])('is refused with %s', async (_name, text) => {
    expect((await refusal(() => importAutoconfig(text, 'a.xml'))).code).toBe('invalid_autoconfig')
  })

  it('is imported, or refused with a code, whatever becomes of it', () => {
    const text = read('automx2.mobileconfig')
    fc.assert(
      fc.property(fc.nat(text.length), fc.nat(60), fc.string({ unit: 'binary' }), (at, n, put) => {
        const changed = text.slice(0, at) + put + text.slice(at + n)
        try {
          parseSettings(changed)
        } catch (error) {
          expect(error).toMatchObject({ code: 'invalid_autoconfig' })
        }
      }),
      { numRuns: runs(300) },
    )
  })

  it('that is signed is refused with what takes the signature off', async () => {
    const folder = temporaryFolder()
    const { body } = await exportFormat('apple-profile', parseAccount(annJson()), {
      signingIdentity: developmentIdentity,
    })
    writeFileSync(join(folder, 'signed.mobileconfig'), body)
    writeFileSync(join(folder, 'old.mobileconfig'), read('monogramm.mobileconfig'))
    const report = await importProviders(folder, join(folder, 'out'), { force: false })
    expect(report.files).toMatchObject([
      { file: 'old.mobileconfig', provider: 'brightpost-example.yaml', outcome: 'imported' },
      {
        file: 'signed.mobileconfig',
        outcome: 'failed',
        error: { hint: expect.stringContaining('openssl cms -verify -noverify') as string },
      },
    ])
  })
})
