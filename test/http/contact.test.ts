import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contactView } from '../../src/http/pages/contact-view.js'
import { attributes, get, readable, testApp } from '../support/app.js'
import { EVERY_PAGE, startServerOfEveryPage } from '../support/every-page.js'
import { MINUTE, startInvitedServer, type InvitedServer } from '../support/invited-server.js'

const HTML = { Accept: 'text/html' }

describe('whom people call', () => {
  it.each([
    ['+44 20 7946 0123', '+44 20 7946 0123', 'tel:+442079460123'],
    ['+49 (0)30 1234-567', '+49 (0)30 1234-567', 'tel:+49301234567'],
    ['0800 1234', '0800 1234', 'tel:08001234'],
    ['(020) 7946 0123', '(020) 7946 0123', 'tel:02079460123'],
    ['01.23.45.67.89', '01.23.45.67.89', 'tel:0123456789'],
    ['tel:+44-20-7946-0123', '+44-20-7946-0123', 'tel:+442079460123'],
    ['help@example.com', 'help@example.com', 'mailto:help@example.com'],
    ['a&b?c%@example.com', 'a&b?c%@example.com', 'mailto:a%26b%3Fc%25@example.com'],
    ['mailto:help@example.com', 'help@example.com', 'mailto:help@example.com'],
    ['MAILTO:help@example.com?subject=x', 'help@example.com', 'mailto:help@example.com'],
    ['https://help.example.com/', 'help.example.com', 'https://help.example.com/'],
    ['https://help.example.com/a b', 'help.example.com/a b', 'https://help.example.com/a%20b'],
    [' help@example.com ', 'help@example.com', 'mailto:help@example.com'],
  ])('%s is a link', (contact, text, href) => {
    expect(contactView(contact)).toEqual({ text, href })
  })

  it.each([
    'the help desk, room 12',
    'Ann Example, 0800 1234',
    '112',
    '1234 5678 9012 3456 7890',
    'http://help.example.com',
    'https://user:word@help.example.com',
    'https://',
    'javascript:alert(1)',
    'tel:javascript',
    'mailto:nobody',
    'sms:12345',
    '<b>12345</b>',
    '9–17 h',
  ])('%s is words', (contact) => {
    expect(contactView(contact)).toEqual({ text: contact })
  })

  it('stands in words where they are words', async () => {
    const app = testApp({ contact: 'the help desk, room <12>' })
    const html = (await get(app, '/', HTML)).body.toString()
    expect(html).toContain('<strong><bdi>the help desk, room &lt;12&gt;</bdi></strong>')
  })

  it('is asked and not called, because it may be a mail address', async () => {
    const app = testApp({ offeredBy: 'Example Mail', contact: 'help@example.com' })
    expect(readable((await get(app, '/', HTML)).body.toString())).toContain(
      'Questions? Ask Example Mail: help@example.com',
    )
  })

  it('is on no page where nobody is named', async () => {
    const html = (await get(testApp(), '/', HTML)).body.toString()
    expect(html).not.toContain('Questions?')
  })
})

describe('the contact', () => {
  let server: InvitedServer
  beforeAll(async () => {
    server = await startServerOfEveryPage()
  })
  afterAll(() => server.stop())

  const pages = EVERY_PAGE.filter(({ then }) => then === undefined)
  it.each(pages)('is a link on every page: $name', async ({ path, userAgent = 'curl' }) => {
    const headers = { ...HTML, 'User-Agent': userAgent }
    const html = await (await fetch(`${server.url}${await path(server)}`, { headers })).text()
    expect(html).toContain('<h1>')
    expect(attributes(html, 'href')).toContain('tel:+442079460123')
    // Wherever it stands.
    expect(html).not.toMatch(/\+44 20 7946 0123(?!<\/bdi><\/a>)/)
  })

  it('is a link beside a locked code', async () => {
    const { path, id } = await server.invite({ code: true })
    // As five wrong ones would, each of which takes long to look at.
    for (let tries = 0; tries < 5; tries++) await server.store.takeTry(id)
    const body = new URLSearchParams({ code: '000000' })
    const html = await (
      await fetch(`${server.url}${path}`, { method: 'POST', body, headers: HTML })
    ).text()
    expect(readable(html)).toContain('Call Example Mail: +44 20 7946 0123. They can unlock it.')
    expect(html).not.toMatch(/\+44 20 7946 0123(?!<\/bdi><\/a>)/)
  })
})

describe('the first page of an invitation', () => {
  let server: InvitedServer
  let now = Date.parse('2026-07-01T12:00:00Z')
  beforeAll(async () => {
    server = await startInvitedServer({
      offeredBy: 'Example Mail',
      contact: '+44 20 7946 0123',
      now: () => new Date(now),
    })
  })
  afterAll(() => server.stop())
  const pass = (milliseconds: number) => {
    server.pass(milliseconds)
    now += milliseconds
  }
  const page = async (path: string) => {
    const html = await (await fetch(`${server.url}${path}`, { headers: HTML })).text()
    return { html, text: readable(html).replace(/ ([.,])/g, '$1') }
  }

  it('says once it was opened when that was, what is left, and whom to call', async () => {
    const { path } = await server.invite({ downloads: 3, window: 10 })
    const before = await page(path)
    expect(before.text).toContain('nothing is used up by that')
    expect(before.text).not.toContain('Was that not you?')
    await fetch(`${server.url}${path}/formats/k9-settings`)
    pass(3.5 * MINUTE)
    const { html, text } = await page(path)
    expect(text).toContain('First opened on 1 July 2026 at 12:00 UTC.')
    expect(text).toContain('2 downloads and 7 minutes are left.')
    expect(text).toContain('Was that not you? Call Example Mail at once: +44 20 7946 0123.')
    expect(attributes(html, 'href')).toContain('tel:+442079460123')
    await fetch(`${server.url}${path}/formats/k9-settings`)
    pass(6 * MINUTE)
    expect((await page(path)).text).toContain('One download and one minute are left.')
  })
})
