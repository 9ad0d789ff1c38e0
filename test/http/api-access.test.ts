import { describe, expect, it } from 'vitest'
import type { Limits } from '../../src/http/middleware/limits.js'
import { recordingLogger } from '../support/app.js'
import {
  ANN,
  INVITATIONS,
  apiApp,
  auditor,
  boss,
  branch,
  call,
  codeOf,
  helpdesk,
  makeInvitation,
  reader,
  testKey,
} from '../support/api.js'

const { key } = helpdesk

describe('who may do what', () => {
  const stranger = testKey('stranger').key
  it.each<readonly [string, Record<string, string>]>([
    ['no key', {}],
    ['another key', { Authorization: `Bearer ${stranger}` }],
    ['another scheme', { Authorization: `Basic ${key}` }],
    ['no scheme', { Authorization: key }],
    ['nothing behind the scheme', { Authorization: 'Bearer ' }],
    ['two keys', { Authorization: `Bearer ${key} ${key}` }],
    ['two keys with a comma', { Authorization: `Bearer ${key}, Bearer ${key}` }],
    ['more behind the key', { Authorization: `Bearer ${key}x` }],
    ['a part of the key', { Authorization: `Bearer ${key.slice(0, -1)}` }],
    ['a key in capitals', { Authorization: `Bearer ${key.toUpperCase()}` }],
    ['its hash', { Authorization: `Bearer ${helpdesk.entry.hash}` }],
    ['a very long one', { Authorization: `Bearer ${'a'.repeat(8000)}` }],
  ])('nobody with %s', async (_name, headers) => {
    const { app, events } = apiApp()
    for (const [method, path] of [
      ['post', INVITATIONS],
      ['get', INVITATIONS],
      ['get', '/api/v1/accounts/ann@btinternet.com'],
      ['get', '/api/v1/formats'],
    ] as const) {
      const answer = await call(app, method, path, { headers })
      expect([answer.status, codeOf(answer)]).toEqual([401, 'unauthorized'])
      expect(answer.headers).toMatchObject({
        'www-authenticate': 'Bearer',
        'cache-control': 'no-store',
      })
      expect(answer.text).not.toContain(key.slice(0, 12))
    }
    expect(events).toEqual([])
  })

  it.each(['bearer', 'BEARER', 'Bearer '])('with the scheme written as “%s”', async (scheme) => {
    const headers = { Authorization: `${scheme} ${key}` }
    expect((await call(apiApp().app, 'get', '/api/v1/formats', { headers })).status).toBe(200)
  })

  it.each([
    ['reader', reader, 'post', INVITATIONS, 403],
    ['reader', reader, 'get', INVITATIONS, 403],
    ['reader', reader, 'get', '/api/v1/accounts/ann@btinternet.com', 200],
    ['reader', reader, 'get', '/api/v1/formats', 200],
    ['auditor', auditor, 'post', INVITATIONS, 403],
    ['auditor', auditor, 'get', INVITATIONS, 200],
    ['auditor', auditor, 'get', '/api/v1/accounts/ann@btinternet.com', 403],
    ['branch', branch, 'post', INVITATIONS, 201],
    ['branch', branch, 'get', '/api/v1/accounts/ann@btinternet.com', 200],
    ['branch', branch, 'get', '/api/v1/accounts/ann@icloud.com', 403],
    ['branch', branch, 'get', '/api/v1/accounts/ann@nowhere.example', 403],
  ] as const)('%s (%#)', async (_name, { key: other }, method, path, status) => {
    const answer = await call(apiApp().app, method, path, { key: other, body: ANN })
    expect(answer.status).toBe(status)
    if (status === 403) expect(codeOf(answer)).toBe('forbidden')
  })

  it('a key of another domain makes nothing', async () => {
    const { app, events } = apiApp()
    const answer = await makeInvitation(app, { address: 'ann@icloud.com' }, { key: branch.key })
    expect([answer.status, codeOf(answer), events]).toEqual([403, 'forbidden', []])
  })

  it('what another key made is as unknown as what nobody made', async () => {
    const { app, events } = apiApp()
    const { json } = await makeInvitation(app, ANN)
    const path = `${INVITATIONS}/${String(json['id'])}`
    const nobody = `${INVITATIONS}/${'A'.repeat(22)}`
    const malformed = [`${INVITATIONS}/x`, `${INVITATIONS}/__proto__`, `${path.slice(0, -1)}%2e`]
    const answers = [
      ...(await Promise.all(
        [path, nobody, ...malformed].map((one) => call(app, 'get', one, { key: branch.key })),
      )),
      await call(app, 'delete', path, { key: branch.key }),
      await call(app, 'post', `${path}/unlock`, { key: branch.key }),
    ]
    for (const answer of answers) {
      expect([answer.status, answer.text]).toEqual([404, answers[1]?.text])
    }
    expect((await call(app, 'get', path, { key })).json['state']).toBe('pending')
    expect((await call(app, 'get', path, { key: auditor.key })).json['maker']).toBe('helpdesk')
    expect((await call(app, 'delete', path, { key: auditor.key })).status).toBe(403)
    expect((await call(app, 'delete', path, { key: boss.key })).json['state']).toBe('revoked')
    expect(events.at(-1)).toMatchObject({ event: 'revoked', key: 'boss' })
  })

  it('counts keys, wrong keys and requests without one', async () => {
    const counted: string[] = []
    const count = (what: string) => (name: string) => {
      counted.push(`${what} ${name.replace('::ffff:', '')}`)
      return Promise.resolve()
    }
    const limits: Limits = {
      client: count('client'),
      wrong: count('wrong'),
      domain: count('domain'),
      key: count('key'),
    }
    const { app } = apiApp({ limits })
    await call(app, 'get', '/api/v1/formats', { key })
    await call(app, 'get', '/api/v1/formats', { key: stranger })
    await call(app, 'get', '/api/v1/formats')
    expect(counted).toEqual(['key helpdesk', 'wrong 127.0.0.1', 'client 127.0.0.1'])
  })
})

describe('other methods', () => {
  it.each([
    ['put', INVITATIONS, 'GET, HEAD, POST'],
    ['delete', INVITATIONS, 'GET, HEAD, POST'],
    ['post', `${INVITATIONS}/x`, 'GET, HEAD, DELETE'],
    ['get', `${INVITATIONS}/x/unlock`, 'POST'],
    ['post', '/api/v1/formats', 'GET, HEAD'],
    ['delete', '/api/v1/accounts/a@b.c', 'GET, HEAD'],
  ] as const)('%s %s', async (method, path, allowed) => {
    const { app } = apiApp()
    const answer = await call(app, method, path, { key })
    expect([answer.status, codeOf(answer)]).toEqual([405, 'method_not_allowed'])
    expect(answer.headers['allow']).toBe(allowed)
    const options = await call(app, 'options', path, { key })
    expect([options.status, options.headers['allow']]).toEqual([204, allowed])
  })

  it('HEAD and OPTIONS change nothing', async () => {
    const { app, events } = apiApp()
    const { json } = await makeInvitation(app, ANN)
    const path = `${INVITATIONS}/${String(json['id'])}`
    for (const one of [INVITATIONS, path, `${path}/unlock`]) {
      await call(app, 'head', one, { key })
      await call(app, 'options', one, { key })
    }
    expect(events).toHaveLength(1)
    expect((await call(app, 'get', path, { key })).json['state']).toBe('pending')
  })
})

describe('trouble', () => {
  it('is told where there is no store, and where it cannot be used', async () => {
    const { app } = apiApp({ invitations: undefined })
    const answer = await makeInvitation(app, ANN)
    expect([answer.status, codeOf(answer)]).toEqual([503, 'store_unavailable'])
  })

  it('logs neither keys nor what was asked for', async () => {
    const { logger, text } = recordingLogger()
    const { app } = apiApp({ logger })
    await makeInvitation(app, { ...ANN, password: 's3cret', reference: 'ticket 4711' })
    await makeInvitation(app, { ...ANN, password: 's3cret', nope: 1 })
    await call(app, 'get', '/api/v1/accounts/ann@btinternet.com', { key })
    expect(text()).toContain('"route":"/api/v1/accounts/:address"')
    expect(text()).not.toMatch(/s3cret|ticket|ann@|btinternet|\bmp_/)
  })
})

describe('accounts and formats', () => {
  it('tells the settings and nothing secret', async () => {
    const path = '/api/v1/accounts/ann@BTinternet.com?name=Ann&protocol=pop3&utm_source=x'
    const { status, json } = await call(apiApp().app, 'get', path, { key })
    expect(status).toBe(200)
    expect(json).toMatchObject({
      account: {
        identity: { address: 'ann@btinternet.com', name: 'Ann' },
        incoming: { protocol: 'pop3', port: 995 },
        outgoing: { protocol: 'smtp' },
      },
      source: { provider: 'bt', trust: 'catalogue', file: 'bt.yaml' },
    })
  })

  it.each([
    ['a@nowhere.example', 404, 'unknown_domain'],
    ['a', 400, 'invalid_address'],
    ['a%0d%0ab@icloud.com', 400, 'invalid_address'],
    ['a%ff@icloud.com', 400, 'invalid_request'],
    ['a@icloud.com?protocol=pop3', 400, 'unsupported_protocol'],
    ['a@icloud.com?name=a&name=b', 400, 'invalid_request'],
  ])('of %s', async (path, status, code) => {
    const answer = await call(apiApp().app, 'get', `/api/v1/accounts/${path}`, { key })
    expect([answer.status, codeOf(answer)]).toEqual([status, code])
  })

  it('of an account that people sign in to tell where, and what they do', async () => {
    const { status, json } = await call(apiApp().app, 'get', '/api/v1/accounts/a@hotmail.fr', {
      key,
    })
    expect(status).toBe(200)
    expect(json).toMatchObject({
      account: { signIn: 'outlook', incoming: { authentication: 'oauth2' } },
      notes: [expect.stringContaining('Microsoft')],
    })
  })

  it('lists formats as the command line does', async () => {
    const { json } = await call(apiApp().app, 'get', '/api/v1/formats', { key })
    const list = json['formats'] as { id: string }[]
    expect(list.map(({ id }) => id)).toContain('apple-profile')
  })
})
