import { describe, expect, it } from 'vitest'
import { MailProfileError } from '../../src/errors.js'
import { Invitations } from '../../src/invitations/invitations.js'
import { createMemoryStore } from '../../src/store/memory/store.js'
import { catalogue, get, recordingLogger, testApp } from '../support/app.js'
import { startInvitedServer } from '../support/invited-server.js'

const UNKNOWN = 'AAAAAAAAAAAAAAAAAAAAAA'

describe('what is around invitations', () => {
  it('has no such routes without a store', async () => {
    const answer = await get(testApp(), `/i/${UNKNOWN}`)
    expect([answer.status, answer.body.toString()]).toEqual([
      404,
      expect.stringContaining('There is no such page.'),
    ])
  })

  it('counts wrong links and codes against their client, and true ones never', async () => {
    const wrong: string[] = []
    let refuse = false
    const limits = {
      client: () => Promise.reject(new Error('never')),
      domain: () => Promise.reject(new Error('never')),
      key: () => Promise.reject(new Error('never')),
      wrong(address: string) {
        wrong.push(address)
        return refuse
          ? Promise.reject(new MailProfileError('too_many_requests', 'No.', { retryAfter: 7 }))
          : Promise.resolve()
      },
    }
    const server = await startInvitedServer({ limits })
    try {
      const { path } = await server.invite()
      const coded = await server.invite({ code: true })
      const body = new URLSearchParams({ code: coded.code === '111111' ? '222222' : '111111' })
      for (const rest of ['', '?show', '/qr.svg', '/formats/k9-settings', '/formats/nonsense']) {
        await fetch(`${server.url}${path}${rest}`)
      }
      expect(wrong).toEqual([])
      await fetch(`${server.url}${coded.path}`, { method: 'POST', body })
      await fetch(`${server.url}/i/${UNKNOWN}`)
      await fetch(`${server.url}/i/%zz`)
      expect(wrong).toEqual(['127.0.0.1', '127.0.0.1', '127.0.0.1'])
      refuse = true
      const answer = await fetch(`${server.url}/i/${UNKNOWN}`)
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '7'])
      expect((await fetch(`${server.url}${path}/formats/k9-settings`)).status).toBe(200)
    } finally {
      server.stop()
    }
  })

  it('logs templates, never a path', async () => {
    const { logger, text } = recordingLogger()
    const server = await startInvitedServer({ logger })
    try {
      const { path, token } = await server.invite({ downloads: 1 })
      const damaged = token.slice(0, -1)
      for (const rest of ['', '?show', '/qr.svg', '/formats/k9-settings', '/formats/x', '/x/y']) {
        await (await fetch(`${server.url}${path}${rest}`)).arrayBuffer()
      }
      for (const method of ['POST', 'OPTIONS', 'DELETE']) {
        await fetch(`${server.url}${path}`, { method })
      }
      for (const rest of [damaged, `${damaged}/%zz`, '%zz']) await fetch(`${server.url}/i/${rest}`)
      const routes = text()
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { route: string }).route)
      expect(new Set(routes)).toEqual(
        new Set(['/i/:token', '/i/:token/qr.svg', '/i/:token/formats/:id', '/i/*']),
      )
      expect(text()).not.toContain(damaged)
    } finally {
      server.stop()
    }
  })

  it('goes on while the store is away, and says when to come again', async () => {
    const away = new MailProfileError('store_unavailable', 'Not now.', { retryAfter: 5 })
    const store = { ...createMemoryStore({ now: Date.now }), read: () => Promise.reject(away) }
    const app = testApp({ invitations: new Invitations({ store }) })
    for (const path of [`/i/${UNKNOWN}`, `/i/${UNKNOWN}/formats/apple-profile`, '/i/%zz']) {
      const { status, headers } = await get(app, path, { Accept: 'text/html' })
      expect([status, headers['retry-after']]).toEqual([503, '5'])
    }
    expect((await get(app, '/setup?address=ann@btinternet.com')).status).toBe(200)
  })

  it('says so when the domain is not served any more, and uses nothing up', async () => {
    let current = catalogue
    const server = await startInvitedServer({ catalogue: () => current })
    try {
      const { path, id } = await server.invite()
      current = catalogue.restrictedTo(['gmx.de'])
      for (const rest of ['?show', '/formats/k9-settings']) {
        const answer = await fetch(`${server.url}${path}${rest}`)
        expect([answer.status, await answer.text()]).toEqual([
          404,
          expect.stringMatching(/^unknown_domain: /),
        ])
      }
      expect((await server.stored(id)).record.used).toBe(0)
    } finally {
      server.stop()
    }
  })

  it('uses nothing up while there is no certificate', async () => {
    const server = await startInvitedServer({ signingIdentity: undefined })
    try {
      const { path, id } = await server.invite()
      expect((await fetch(`${server.url}${path}/formats/apple-profile`)).status).toBe(503)
      expect((await server.stored(id)).record.used).toBe(0)
    } finally {
      server.stop()
    }
  })

  it('works under the path of the base URL', async () => {
    const server = await startInvitedServer({ baseUrl: 'https://example.com/mail' })
    try {
      const { path } = await server.invite()
      for (const prefix of ['', '/mail']) {
        const answer = await fetch(`${server.url}${prefix}${path}`, {
          method: 'POST',
          redirect: 'manual',
        })
        expect(answer.headers.get('location')).toBe(`/mail${path}?show`)
      }
      const html = await (await fetch(`${server.url}${path}?show&device=iphone`)).text()
      expect(html).toContain(`href="/mail${path}/formats/apple-profile?language=en"`)
      expect(html).toContain(`https://example.com/mail${path}<`)
    } finally {
      server.stop()
    }
  })
})
