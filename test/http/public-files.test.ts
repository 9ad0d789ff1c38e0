import { readFileSync } from 'node:fs'
import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { attributes, get, testApp } from '../support/app.js'

const ICON = new URL('../../templates/public/icon.svg', import.meta.url)
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

describe.each([
  ['at the root', 'https://setup.example.com', ''],
  ['below a path', 'https://example.com/mail', '/mail'],
])('what browsers and search engines ask for by themselves, %s', (_where, baseUrl, base) => {
  const app = testApp({ baseUrl })
  // A proxy may strip the path or pass it on.
  const prefixes = [...new Set(['', base])]

  it('is an icon for old browsers', async () => {
    for (const prefix of prefixes) {
      const { status, headers, body } = await get(app, `${prefix}/favicon.ico`)
      expect([status, headers['cache-control']]).toEqual([200, 'public, max-age=3600'])
      expect(headers['content-type']).toMatch(/^image\/(?:x-icon|vnd\.microsoft\.icon)$/)
      // One picture, a PNG of 32 by 32.
      expect([...body.subarray(0, 8)]).toEqual([0, 0, 1, 0, 1, 0, 32, 32])
      expect(body.subarray(body.readUInt32LE(18)).subarray(0, 8)).toEqual(PNG)
    }
  })

  it('is an icon for the home screen of an iPhone', async () => {
    for (const path of prefixes.flatMap((prefix) => [`${prefix}/`, `${prefix}/public/`])) {
      const { status, headers, body } = await get(app, `${path}apple-touch-icon.png`)
      expect([status, headers['content-type']]).toEqual([200, 'image/png'])
      expect(body.subarray(0, 8)).toEqual(PNG)
      expect([body.readUInt32BE(16), body.readUInt32BE(20)]).toEqual([180, 180])
      expect(body.length).toBeLessThan(1000)
    }
  })

  it('is named by every page', async () => {
    for (const path of ['/', '/setup?address=ann@btinternet.com', '/nothing']) {
      const { text } = await request(app).get(path).set('Accept', 'text/html')
      const links = [...text.matchAll(/<link rel="(?:icon|apple-touch-icon)"[^>]*>/g)].flatMap(
        ([link]) => attributes(link, 'href'),
      )
      expect(links.map((link) => link.replace(/\?v=\w{12}$/, ''))).toEqual([
        `${base}/public/icon.svg`,
        `${base}/public/apple-touch-icon.png`,
      ])
      for (const link of links) expect([link, (await get(app, link)).status]).toEqual([link, 200])
    }
    const drawn = readFileSync(ICON, 'utf8').replace(/\n\s*/g, '')
    expect((await get(app, '/public/icon.svg')).body.toString()).toBe(drawn)
  })

  it('is the form alone, for search engines', async () => {
    for (const prefix of prefixes) {
      const { status, headers, body } = await get(app, `${prefix}/robots.txt`)
      expect([status, headers['content-type']]).toEqual([200, 'text/plain; charset=utf-8'])
      expect(body.toString()).toBe(`User-agent: *\nAllow: ${base}/$\nDisallow: ${base}/\n`)
    }
  })
})

describe('style sheet and scripts', () => {
  const app = testApp()

  it.each(['style.css', 'setup.js', 'invitation.js'])(
    '%s is sent without comments',
    async (name) => {
      const { status, headers, body } = await get(app, `/public/${name}`)
      expect([status, headers['cache-control']]).toEqual([200, 'public, max-age=3600'])
      expect(headers['content-type']).toMatch(/^text\/(?:css|javascript); charset=utf-8$/)
      expect(body.toString()).not.toMatch(/\/\*|^ /m)
      expect(body.length).toBeGreaterThan(1000)
      expect((await request(app).head(`/public/${name}`)).status).toBe(200)
      expect((await request(app).post(`/public/${name}`)).status).toBe(404)
      expect((await request(app).get(`/public/${name}/more`)).status).toBe(404)
    },
  )
})
