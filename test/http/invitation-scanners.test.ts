import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { attributes } from '../support/app.js'
import { IPHONE } from '../support/chromium.js'
import { startInvitedServer, type InvitedServer, type Made } from '../support/invited-server.js'
import { some } from '../support/runs.js'
import { SCANNERS } from '../support/scanners.js'

const PREFETCH = [
  { 'Sec-Purpose': 'prefetch' },
  { 'Sec-Purpose': 'prefetch;prerender' },
  { Purpose: 'prefetch' },
  { 'X-Moz': 'prefetch' },
  { 'X-Purpose': 'preview' },
]

describe('what fetches links that nobody has tapped uses nothing up', () => {
  let server: InvitedServer
  let made: Made
  beforeAll(async () => {
    server = await startInvitedServer()
    made = await server.invite()
  })
  afterAll(() => server.stop())

  async function expectUnused(): Promise<void> {
    expect(await server.stored(made.id)).toMatchObject({ state: 'pending', record: { used: 0 } })
  }

  // Every link, picture and script of a page and of what they lead to, on this server.
  async function crawl(start: string, headers: Record<string, string>): Promise<Set<string>> {
    const seen = new Set([start])
    for (const path of seen) {
      const response = await fetch(`${server.url}${path}`, { headers })
      const body = await response.text()
      if (!(response.headers.get('content-type') ?? '').startsWith('text/html')) continue
      for (const name of ['href', 'src', 'action', 'data', 'content', 'srcset', 'poster']) {
        for (const value of attributes(body, name)) {
          const url = URL.canParse(value, `${server.url}${path}`)
            ? new URL(value, `${server.url}${path}`)
            : undefined
          if (url?.origin === server.url) seen.add(`${url.pathname}${url.search}`)
        }
      }
    }
    return seen
  }

  it('knows thirty of them', () => {
    expect(new Set(SCANNERS.map(([, userAgent]) => userAgent)).size).toBeGreaterThanOrEqual(30)
  })

  it.each(some(SCANNERS, 10))('%s', async (_name, userAgent) => {
    const page = `${server.url}${made.path}`
    const html = { 'User-Agent': userAgent, Accept: 'text/html,*/*;q=0.8' }
    for (const method of ['GET', 'HEAD', 'OPTIONS']) {
      for (const headers of [{}, ...PREFETCH]) {
        await (await fetch(page, { method, headers: { ...html, ...headers } })).arrayBuffer()
      }
    }
    await expectUnused()
  })

  it('a crawler that follows every link, picture and script', async () => {
    const seen = await crawl(made.path, { Accept: 'text/html', 'User-Agent': IPHONE.userAgent })
    expect(seen.size).toBeGreaterThan(3)
    expect([...seen].filter((path) => /show|formats/.test(path))).toEqual([])
    await expectUnused()
  })

  it('whoever looks without fetching, even behind the button', async () => {
    const page = await (await fetch(`${server.url}${made.path}?show&device=android`)).text()
    const links = attributes(page, 'href').filter((href) => href.includes('/formats/'))
    expect(links.length).toBeGreaterThan(3)
    for (const link of links) {
      for (const method of ['HEAD', 'OPTIONS']) await fetch(`${server.url}${link}`, { method })
      for (const headers of PREFETCH) {
        const answer = await fetch(`${server.url}${link}`, { headers })
        expect([answer.status, answer.headers.get('cache-control')]).toEqual([403, 'no-store'])
      }
    }
    await expectUnused()
  })

  it('the pictures and scripts that the page behind the button loads by itself', async () => {
    const page = await (await fetch(`${server.url}${made.path}?show&device=iphone`)).text()
    const loaded = attributes(page, 'src')
    expect(loaded.length).toBeGreaterThan(3)
    for (const path of loaded) expect((await fetch(`${server.url}${path}`)).status).toBe(200)
    await expectUnused()
  })
})
