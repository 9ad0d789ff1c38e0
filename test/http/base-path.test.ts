import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { attributes } from '../support/app.js'
import { invitedApp } from '../support/invited-app.js'

const BASE = '/mail/setup'
const ANDROID = 'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/140.0 Mobile'

/** Every address in a page that leads to this server. */
function ownLinks(html: string): string[] {
  return ['href', 'src', 'action']
    .flatMap((name) => attributes(html, name))
    .filter((url) => url.startsWith('/') || url.startsWith('https://x.example'))
}

// Its last part is a path of the server's own.
describe('with a path in baseUrl', () => {
  const { app, invite } = invitedApp({ baseUrl: `https://x.example${BASE}` })

  it('every link of every page leads below it, and somewhere', async () => {
    const { token } = await invite({ downloads: 20 })
    const start = ['/', '/setup?address=ann@btinternet.com', `/i/${token}`, `/i/${token}?show`]
    const seen = new Set<string>()
    for (const path of [...start, '/nothing', '/setup?address=ann@nowhere.example']) {
      const { text } = await request(app)
        .get(`${BASE}${path}`)
        .set({ Accept: 'text/html', 'User-Agent': ANDROID })
      const links = ownLinks(text)
      expect(links.length).toBeGreaterThan(0)
      for (const link of links) {
        expect(link.replace('https://x.example', '')).toMatch(/^\/mail\/setup(?:$|[/?])/)
        seen.add(link.replace('https://x.example', ''))
      }
    }
    // A form's own address lacks what the form adds to it.
    for (const link of seen) {
      const { status } = await request(app).get(link)
      expect([link, status]).not.toEqual([link, 404])
    }
    expect(seen.size).toBeGreaterThan(10)
  })

  it('the page after the button is below it', async () => {
    const { token } = await invite()
    for (const prefix of ['', BASE]) {
      const { status, headers } = await request(app).post(`${prefix}/i/${token}`)
      expect([status, headers['location']]).toEqual([303, `${BASE}/i/${token}?show`])
    }
  })

  it('what apps are led back to is below it', async () => {
    const { text } = await request(app)
      .get(`${BASE}/formats/settings-sheet?address=ann@btinternet.com`)
      .expect(200)
    expect(text).toContain('mail.btinternet.com')
    const page = await request(app).get(`${BASE}/setup?address=ann@btinternet.com`)
    expect(page.text).toContain(`https://x.example${BASE}/setup?address=`)
  })
})
