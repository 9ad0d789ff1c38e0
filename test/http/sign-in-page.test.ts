import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { parseAddress } from '../../src/account/address.js'
import { catalogueDirectory, type Directory } from '../../src/discovery/catalogue-directory.js'
import type { AppDependencies } from '../../src/http/app.js'
import { parseInvitedPerson } from '../../src/invitations/person.js'
import { DEFAULT_TERMS } from '../../src/invitations/terms.js'
import { Catalogue } from '../../src/providers/catalogue.js'
import { attributes, catalogue, get, readable, testApp } from '../support/app.js'
import { DEVICES } from '../support/every-page.js'
import { invitedApp, MAKER } from '../support/invited-app.js'
import { agree } from '../support/visit.js'

type Device = keyof typeof DEVICES

async function page(
  device: Device,
  path: string,
  changes: Partial<AppDependencies> = {},
): Promise<string> {
  const { status, text } = await request(testApp(changes))
    .get(path)
    .set('User-Agent', DEVICES[device])
    .set('Accept', 'text/html')
  expect(status).toBe(200)
  return text
}

const setup = (domain: string, more = '') => `/setup?address=ann@${domain}${more}`
/** The formats that a page links to. */
const formatsOn = (html: string) => [
  ...new Set([...html.matchAll(/\/formats\/([\w-]+)\?/g)].map(([, id]) => id)),
]

// As a domain is found by its mail exchanger.
function foundAs(domain: string, like: string): Directory {
  const settings = catalogue.find(parseAddress(`ann@${like}`))
  return {
    find: () =>
      Promise.resolve({
        ...settings,
        trust: 'mx',
        voucher: 'catalogue',
        source: `MX of ${domain}`,
        confirm: [like],
      }),
  }
}

describe('the page of an account that people sign in to', () => {
  it.each<[string, Device, string, string, RegExp]>([
    ['hotmail.fr', 'iphone', 'Microsoft', 'apple-exchange', /Choose Outlook\.com\./],
    ['hotmail.fr', 'ipad', 'Microsoft', 'apple-exchange', /Choose Outlook\.com\./],
    // An iPad says that it is a Mac: what it gets is behind.
    ['hotmail.fr', 'mac', 'Microsoft', 'apple-exchange', /Internet Accounts.*Microsoft Exchange/],
    ['hotmail.fr', 'android', 'Microsoft', '', /In Gmail, .* › Outlook\./],
    ['hotmail.fr', 'other', 'Microsoft', '', /In Thunderbird, .*New Account/],
    ['office365.com', 'iphone', 'Microsoft', 'apple-exchange', /Choose Microsoft Exchange\./],
    ['office365.com', 'android', 'Microsoft', '', /In Gmail, .* › Office 365\./],
    ['gmail.com', 'iphone', 'Google', 'apple-google', /Choose Google\./],
    ['gmail.com', 'mac', 'Google', 'apple-google', /Internet Accounts.*Choose Google\./],
    ['gmail.com', 'android', 'Google', '', /In Email, .* › Gmail\./],
    ['google.com', 'iphone', 'Google', 'apple-google', /Choose Google\./],
    ['yahoo.com', 'iphone', 'Yahoo', '', /Choose Yahoo\./],
    ['yahoo.com', 'android', 'Yahoo', '', /In Gmail, .* › Yahoo\./],
    ['aol.com', 'iphone', 'AOL', '', /Choose AOL\./],
  ])('%s on %s says what to do', async (domain, device, holder, format, words) => {
    const html = await page(device, setup(domain))
    const text = readable(html)
    expect(text).toContain(`You sign in on ${holder}’s own page`)
    expect(text).toMatch(words)
    expect(formatsOn(html).filter((id) => id !== 'settings-sheet')).toEqual(
      format === '' ? [] : [format],
    )
    expect(text).not.toMatch(/type your (mail|app) password/i)
  })

  it.each<[string, Device, RegExp]>([
    ['proton.me', 'iphone', /Install Proton’s own app/],
    ['tuta.com', 'android', /Install that app/],
  ])('%s, which lets no app in, says what to do instead', async (domain, device, words) => {
    const { status, text } = await request(testApp())
      .get(setup(domain))
      .set({ 'User-Agent': DEVICES[device], Accept: 'text/html' })
    expect(status).toBe(422)
    expect(readable(text)).toMatch(words)
  })

  it('gives the profile that its button leads to, signed', async () => {
    const html = await page('iphone', setup('hotmail.fr', '&name=Ann'))
    const [href] = attributes(html, 'href').filter((one) => one.includes('/formats/'))
    const { status, headers } = await get(testApp(), href ?? '')
    expect([status, headers['content-type']]).toEqual([200, 'application/x-apple-aspen-config'])
    expect(headers['cache-control']).toBe('no-store')
  })

  it.each(['gmail.com', 'google.com', 'yahoo.com', 'aol.com'])(
    'of %s leads to the way by an app password, and that way back',
    async (domain) => {
      const html = await page('iphone', setup(domain))
      const href = attributes(html, 'href').find((one) => one.includes('with=password')) ?? ''
      const other = await page('iphone', href)
      expect(formatsOn(other)).toContain('apple-profile')
      expect(readable(other)).toContain('You need an app password')
      // Whatever leads on from there stays on that way.
      const back = attributes(other, 'href').filter((one) => one.startsWith('/setup?'))
      expect(back.filter((one) => !one.includes('with=password'))).toHaveLength(1)
      expect(
        readable(await page('iphone', back.find((one) => !one.includes('with=')) ?? '')),
      ).toContain('You sign in on')
    },
  )

  it('has no other way where no password gets in', async () => {
    const plain = await page('iphone', setup('hotmail.fr'))
    expect(plain).not.toContain('with=password')
    expect(formatsOn(await page('iphone', setup('hotmail.fr', '&with=password')))).toContain(
      'apple-exchange',
    )
  })

  it.each<[Device, string]>([
    ['android', 'hotmail.fr'],
    ['other', 'hotmail.fr'],
  ])('says on %s that no password gets in, where that is so', async (device, domain) => {
    const words = 'An app that knows nothing but a password does not get in.'
    expect(readable(await page(device, setup(domain)))).toContain(words)
    expect(readable(await page(device, setup('gmail.com')))).not.toContain(words)
  })

  it('tells an iPad that says it is a Mac what helps on an iPad', async () => {
    const [mac, ipad] = await Promise.all(
      (['mac', 'ipad'] as const).map(async (device) =>
        readable(await page(device, setup('hotmail.fr'))),
      ),
    )
    for (const words of ['You have 8 minutes.', 'Lockdown Mode is on?']) {
      expect(ipad).toContain(words)
      expect(mac).toContain(words)
    }
  })

  it('has the notes of the provider where no other page has them', async () => {
    const { provider, source: file } = catalogue.find(parseAddress('ann@office365.com'))
    const firm = {
      ...provider,
      id: 'firm',
      domains: ['firm.example'],
      notes: [
        { text: 'Ask Bob for <IMAP>.' },
        { text: 'POP3 is slow.', protocol: 'pop3' as const },
      ],
    }
    const changes = {
      directory: catalogueDirectory(() => new Catalogue([{ provider: firm, file }])),
    }
    const html = await page('iphone', setup('firm.example'), changes)
    expect(html).toContain('Ask Bob for &lt;IMAP&gt;.')
    expect(html).not.toContain('POP3 is slow.')
    // There they are about app passwords.
    expect(await page('iphone', setup('aol.com'))).not.toContain('id="notes"')
    expect(await page('iphone', setup('aol.com', '&with=password'))).toContain('id="notes"')
  })

  it.each<[string, boolean]>([
    ['office365.com', true],
    ['hotmail.fr', false],
    ['gmail.com', false],
  ])('says of %s what an Exchange account lets its administrators do: %s', async (domain, does) => {
    const text = readable(await page('iphone', setup(domain)))
    expect(text).toContain('The profile cannot read your messages')
    expect(text.includes('can require a passcode on this device, and erase it')).toBe(does)
    // Reminders and notes come along.
    expect(text).not.toContain('Nothing else.')
  })

  it('is none for whoever chooses POP3, where a password does it', async () => {
    const html = await page('android', setup('gmail.com', '&protocol=pop3'))
    expect(readable(html)).not.toContain('You sign in on')
    expect(formatsOn(html)).toContain('k9-settings')
  })

  // POP3 knows no sign-in, so the link would lead to the same page again.
  it('leads back to the sign-in from nowhere but where it is', async () => {
    const html = await page('iphone', setup('gmail.com', '&with=password&protocol=pop3'))
    expect(readable(html)).toContain('You need an app password')
    expect(readable(html)).not.toContain('Sign in on Google’s own page instead')
  })

  it('has no profile where the operator offers none', async () => {
    const changes = { signInProfiles: false }
    const html = await page('iphone', setup('hotmail.fr'), changes)
    expect(formatsOn(html)).toEqual(['settings-sheet'])
    expect(readable(html)).toMatch(/Add the account yourself.*Choose Outlook\.com\./)
    const { status, text } = await request(testApp(changes)).get(
      '/formats/apple-exchange?address=ann@hotmail.fr',
    )
    expect([status, text]).toEqual([422, expect.stringMatching(/switched off/)])
  })

  it('has none either where nothing can be signed', async () => {
    const html = await page('iphone', setup('hotmail.fr'), { signingIdentity: undefined })
    expect(formatsOn(html)).toEqual(['settings-sheet'])
  })
})

describe('a domain that is found by its mail exchanger', () => {
  it.each([
    ['office365.com', 'apple-exchange'],
    ['google.com', 'apple-google'],
  ])('at %s is asked nothing before its people sign in', async (like, id) => {
    const changes = { directory: foundAs('firm.example', like) }
    const html = await page('iphone', setup('firm.example'), changes)
    expect(readable(html)).toContain('You sign in on')
    expect(formatsOn(html)).toEqual([id])
    const answer = await get(testApp(changes), `/formats/${id}?address=ann@firm.example`)
    expect(answer.status).toBe(200)
  })

  it('is asked before a password would go anywhere', async () => {
    const app = testApp({ directory: foundAs('firm.example', 'google.com') })
    const path = setup('firm.example', '&with=password')
    const asked = await request(app).get(path).set('User-Agent', DEVICES.iphone)
    expect(readable(asked.text)).toContain('Is this your mail provider?')
    const refused = await request(app).get('/formats/apple-profile?address=ann@firm.example')
    expect(refused.text).toMatch(/^confirmation_required: /)
    const query = path.slice(path.indexOf('?') + 1)
    const agreed = await agree(app, query, { 'User-Agent': DEVICES.iphone })
    expect(formatsOn(agreed.text)).toContain('apple-profile')
  })

  it('is asked where the catalogue does not vouch for the servers', async () => {
    const vouched = foundAs('firm.example', 'office365.com')
    const directory: Directory = {
      find: async (address) => ({ ...(await vouched.find(address)), voucher: 'nobody' }),
    }
    const changes = { directory }
    expect(readable(await page('iphone', setup('firm.example'), changes))).toContain(
      'Is this your mail provider?',
    )
    const path = '/formats/apple-exchange?address=ann@firm.example'
    const { text } = await request(testApp(changes)).get(path)
    expect(text).toMatch(/^confirmation_required: /)
  })
})

describe('an invitation', () => {
  it('of an account that people sign in to leads there', async () => {
    const { app, invitations } = invitedApp()
    const person = parseInvitedPerson({ address: 'ann@hotmail.fr' })
    const { token } = await invitations.make(person, { ...DEFAULT_TERMS, maker: MAKER })
    const html = await request(app).get(`/i/${token}?show`).set('User-Agent', DEVICES.iphone)
    expect(readable(html.text)).toContain('You sign in on Microsoft’s own page')
    const profile = await get(app, `/i/${token}/formats/apple-exchange`)
    expect(profile.status).toBe(200)
  })

  it('that holds a password is set up with it', async () => {
    const { app, invite } = invitedApp()
    const { token } = await invite({}, { address: 'ann@gmail.com' })
    const html = await request(app).get(`/i/${token}?show`).set('User-Agent', DEVICES.iphone)
    expect(readable(html.text)).not.toContain('You sign in on')
    expect(html.text).toContain(`/i/${token}/formats/apple-profile`)
  })
})
