import request from 'supertest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AppDependencies } from '../../src/http/app.js'
import { Catalogue } from '../../src/providers/catalogue.js'
import { parseProvider } from '../../src/providers/provider.js'
import { payload, readProfile } from '../support/apple-profile.js'
import { attributes, get, readable, testApp } from '../support/app.js'
import { cloud } from '../support/dav-provider.js'
import { DEVICES } from '../support/every-page.js'
import { PASSWORD, startInvitedServer, type InvitedServer } from '../support/invited-server.js'

const catalogue = new Catalogue([{ provider: cloud, file: 'cloud.yaml' }])
const BASE = '/setup?address=ann@cloud.example'
// The operator, the address and what the program is called are no promises.
const NO_PROMISE = /mailprofile|Mail address|Example Mail/g

async function page(device: keyof typeof DEVICES, changes: Partial<AppDependencies> = {}) {
  const app = testApp({
    catalogue,
    apps: [{ name: 'Mail App', url: 'https://apps.example.com/', platform: 'any' }],
    ...changes,
  })
  const { status, text: html } = await request(app)
    .get(BASE)
    .set('User-Agent', DEVICES[device])
    .set('Accept', 'text/html')
  expect(status).toBe(200)
  return { html, text: readable(html) }
}

describe('the setup page of calendars and contacts alone', () => {
  it.each(Object.keys(DEVICES) as (keyof typeof DEVICES)[])(
    'says so and promises no mail, on %s',
    async (device) => {
      const { html, text } = await page(device)
      expect(text).toContain('Calendars and contacts for ann@cloud.example')
      // DAVx5 says itself what it does not.
      const said = text.replace(NO_PROMISE, '').replace('It does not fetch mail.', '')
      expect(/.{0,40}\b(?:e-?mail|mail|IMAP|POP3|SMTP|messages arrive)\b.{0,40}/i.exec(said)).toBe(
        null,
      )
      expect(html).not.toContain('Mail App')
      const sources = attributes(html, 'src').join(' ')
      expect(sources).not.toMatch(/iphone-[34]-\w+\.svg|ipad-1-install\.svg|mac-[12]-\w+\.svg/)
    },
  )

  it.each(['iphone', 'ipad', 'mac'] as const)('has one button that does it, on %s', async (on) => {
    const { html, text } = await page(on)
    const name = { iphone: 'iPhone', ipad: 'iPad', mac: 'Mac' }[on]
    expect(text).toContain(`Set up calendars and contacts on this ${name}`)
    const [href, ...others] = attributes(html, 'href').filter((link) =>
      link.includes('apple-profile'),
    )
    expect(others).toEqual([])
    expect(href).not.toContain('protocol')
    const { status } = await get(testApp({ catalogue }), href ?? '')
    expect(status).toBe(200)
  })

  it('has the button of DAVx5 at once, on Android', async () => {
    const { html } = await page('android')
    expect(html).toMatch(/<details class="app" name="app" id="app-davx5-link" open>/)
    const links = attributes(html, 'href').filter((link) => link.startsWith('intent:'))
    expect(links).toHaveLength(1)
    expect(links[0]).toContain('S.username=ann;')
  })

  it('has the values to type on a computer, and no code for a mail app', async () => {
    const { html, text } = await page('other')
    expect(text).toContain('Add an account for calendars and contacts by hand')
    expect(text).toMatch(/User name ann Password your password/)
    expect(html).not.toContain('thunderbird-qr')
  })

  it('says why there is no POP3', async () => {
    const { status, text } = await request(testApp({ catalogue }))
      .get(`${BASE}&protocol=pop3`)
      .set('Accept', 'text/html')
    expect(status).toBe(400)
    expect(readable(text)).toContain('This account has no mail, only calendars or contacts.')
  })
})

describe('programs that ask for the settings of such a domain', () => {
  const app = testApp({ catalogue, pacc: '03' })

  it.each(['/mail/config-v1.1.xml', '/.well-known/autoconfig/mail/config-v1.1.xml'])(
    'find none for mail at %s',
    async (path) => {
      const { status, body } = await get(app, `${path}?emailaddress=ann@cloud.example`)
      expect(status).toBe(422)
      expect(body.toString()).toContain('This account has no mail')
    },
  )

  it('find none by Autodiscover', async () => {
    const { status, body } = await get(app, '/autodiscover/autodiscover.xml', {
      Host: 'autodiscover.cloud.example',
    })
    expect(status).toBe(404)
    expect(body.toString()).toContain('<ErrorCode>500</ErrorCode>')
  })

  it('find calendars and contacts by PACC where the address logs in', async () => {
    const path = '/.well-known/user-agent-configuration.json'
    expect((await get(app, path, { Host: 'cloud.example' })).status).toBe(404)
    const provider = parseProvider(
      `{ id: dav, name: Dav, domains: [dav.example], calendar: { url: 'https://dav.dav.example/' } }`,
      'dav.yaml',
    )
    const by = testApp({ catalogue: new Catalogue([{ provider, file: 'dav.yaml' }]), pacc: '03' })
    const { status, body } = await get(by, path, { Host: 'dav.example' })
    expect(status).toBe(200)
    expect(JSON.parse(body.toString())).toMatchObject({
      protocols: { caldav: { url: 'https://dav.dav.example/' } },
    })
  })
})

describe('an invitation to calendars and contacts alone', () => {
  let server: InvitedServer
  beforeAll(async () => {
    server = await startInvitedServer({ catalogue, offeredBy: 'Example' })
  })
  afterAll(() => server.stop())

  const invite = () =>
    server.invite({
      address: 'ann@cloud.example',
      username: 'ann.e',
      outgoingPassword: undefined,
      downloads: 3,
    })

  it('promises no mail on its pages, and shows no password', async () => {
    const { path } = await invite()
    for (const [device, userAgent] of Object.entries(DEVICES)) {
      for (const rest of ['', '?show']) {
        const headers = { Accept: 'text/html', 'User-Agent': userAgent }
        const text = readable(
          await (await fetch(`${server.url}${path}${rest}`, { headers })).text(),
        )
        const said = text.replace(NO_PROMISE, '').replace('It does not fetch mail.', '')
        expect([device, rest, /.{0,40}\bmail\b.{0,40}/i.exec(said)?.[0]]).toEqual([
          device,
          rest,
          undefined,
        ])
        expect(text).not.toContain(PASSWORD)
      }
    }
    const first = await (await fetch(`${server.url}${path}`)).text()
    expect(readable(first)).toContain('The account for ann@cloud.example is ready')
    expect(readable(first)).toContain('Set up calendars and contacts')
  })

  it('has the password in both payloads, and in the link of DAVx5', async () => {
    const { path } = await invite()
    const file = async (id: string) =>
      Buffer.from(
        await (await fetch(`${server.url}${path}/formats/${id}`)).arrayBuffer(),
      ).toString()
    const signed = await file('apple-profile')
    const xml = signed.slice(signed.indexOf('<?xml'), signed.indexOf('</plist>') + 8)
    const profile = readProfile(xml)
    for (const prefix of ['CalDAV', 'CardDAV']) {
      expect(payload(profile, `com.apple.${prefix.toLowerCase()}.account`)).toMatchObject({
        [`${prefix}Username`]: 'ann.e',
        [`${prefix}Password`]: PASSWORD,
      })
    }
    expect(await file('davx5-link')).toContain(encodeURIComponent(PASSWORD))
    expect(await file('settings-sheet')).not.toContain(PASSWORD)
  })

  it('takes no password for sending', async () => {
    const { invitableAccount } = await import('../../src/invitations/account.js')
    const { parseInvitedPerson } = await import('../../src/invitations/person.js')
    const person = parseInvitedPerson({
      address: 'ann@cloud.example',
      password: PASSWORD,
      outgoingPassword: PASSWORD,
    })
    expect(() => invitableAccount(catalogue, person)).toThrow(
      expect.objectContaining({ code: 'invalid_request', field: 'outgoingPassword' }) as Error,
    )
  })
})
