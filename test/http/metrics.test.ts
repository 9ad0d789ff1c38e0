import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseInvitedPerson } from '../../src/invitations/person.js'
import { DEFAULT_TERMS } from '../../src/invitations/terms.js'
import { Invitations } from '../../src/invitations/invitations.js'
import { formats } from '../../src/formats/index.js'
import { LIMIT_KINDS } from '../../src/http/middleware/limits.js'
import type { Listener } from '../../src/server/listen.js'
import { LOAD_KINDS } from '../../src/http/middleware/load-kind.js'
import { createMetrics, type Metrics } from '../../src/server/metrics.js'
import { listenForMetrics } from '../../src/server/metrics-listener.js'
import { createMemoryStore } from '../../src/store/memory/store.js'
import { StoreWatch } from '../../src/store/watch.js'
import { catalogue, testApp } from '../support/app.js'
import { refusal } from '../support/errors.js'
import { rawServer } from '../support/raw-server.js'

const now = () => new Date('2026-11-25T12:00:00Z')
const SILENT = {
  check: () => new Promise<never>(() => undefined),
  clockBehind: () => Promise.resolve(0),
}
const IDS = formats.map(({ id }) => id)

/** Every sample of the product's own series: name, labels, value. */
async function samples(metrics: Pick<Metrics, 'render'>) {
  const text = await metrics.render()
  return [...text.matchAll(/^(mailprofile_\w+)(?:\{(.*)\})? (\S+)$/gm)].map(
    ([, name = '', labels = '', value = '']) => ({
      name,
      labels: Object.fromEntries(
        [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key = '', text = '']) => [
          key,
          text,
        ]),
      ),
      value: Number(value),
    }),
  )
}

async function valueOf(
  metrics: Metrics,
  name: string,
  labels: Readonly<Record<string, string>> = {},
) {
  const found = (await samples(metrics)).filter(
    (sample) =>
      sample.name === name &&
      Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
  )
  return found.reduce((sum, { value }) => sum + value, 0)
}

describe('metrics of hostile requests', () => {
  const metrics = createMetrics({ now })
  const invitations = new Invitations({
    store: createMemoryStore({ now: () => now().getTime() }),
    audit: ({ event }) => {
      metrics.invitation(event)
    },
  })
  const ask = rawServer(testApp({ metrics, invitations, pacc: '03' }))
  const ROUTES = new Set([
    ...['none', '/', '/public/:name', '/setup', '/setup/qr.svg', '/setup/qr.png', '/formats/:id'],
    ...['/email.mobileconfig', '/mobileconfig', '/healthz', '/readyz', '/openapi.json'],
    ...['/mail/config-v1.1.xml', '/v1.1/mail/config-v1.1.xml'],
    '/.well-known/autoconfig/mail/config-v1.1.xml',
    ...['/autodiscover/autodiscover.xml', '/autodiscover/autodiscover.json'],
    '/autodiscover/autodiscover.json/v1.0/:address',
    '/.well-known/user-agent-configuration.json',
    ...['/i/*', '/i/:token', '/i/:token/formats/:id', '/i/:token/qr.svg', '/i/:token/qr.png'],
    ...['/api/v1/invitations', '/api/v1/invitations/:id', '/api/v1/invitations/:id/unlock'],
    ...['/api/v1/accounts/:address', '/api/v1/formats'],
  ])
  const METHODS = new Set('GET HEAD POST PUT PATCH DELETE OPTIONS TRACE other'.split(' '))
  const STATUSES = /^(?:200|204|303|304|400|401|403|404|405|410|413|422|429|500|503)$/
  const person = '?address=telling@btinternet.com&name=Telling'

  beforeAll(async () => {
    const { token } = await invitations.make(
      parseInvitedPerson({ address: 'telling@btinternet.com', password: 'telling-password' }),
      { ...DEFAULT_TERMS, maker: 'helpdesk' },
    )
    const targets = [
      ...['/', '/healthz', '/readyz', '/nothing', '/public/style.css', '/public/telling.css'],
      ...[`/setup${person}`, '/setup?address=telling', `/setup/qr.svg${person}`],
      ...IDS.map((id) => `/formats/${id}${person}`),
      ...['/formats/telling', `/formats/__proto__${person}`, '/formats/telling@example.com'],
      ...['/telling@example.com', '/mail/config-v1.1.xml?emailaddress=telling@example.com'],
      ...['/autodiscover/autodiscover.json/v1.0/telling@example.com?Protocol=Telling'],
      ...[`/i/${token}`, `/i/${token}?show`, `/i/${token}/formats/apple-profile`],
      ...[`/i/${token}/formats/telling`, `/i/${token}/telling`, '/i/telling', '/i/..%2ftelling'],
      ...['/i/%zz', '/%zz', '/api/v1/invitations/telling', '/api/v1/accounts/telling@example.com'],
      ...['/api/v1/telling', '/metrics', '/%00telling', '/constructor', '*'],
      ...Array.from({ length: 200 }, (_, i) => `/telling-${i}/telling${i}@example.com`),
    ]
    for (const target of targets) {
      await ask({
        target,
        host: 'telling.example.com',
        headers: {
          'User-Agent': 'Telling/1.0',
          Accept: 'text/html',
          'X-HTTP-Method-Override': 'TELLING',
        },
      })
    }
    const methods = ['PROPFIND', 'M-SEARCH', 'QUERY', 'OPTIONS', 'HEAD', 'POST', 'PUT', 'DELETE']
    for (const method of methods) {
      for (const target of ['/', `/i/${token}`, '/telling', '*']) await ask({ method, target })
    }
  })

  it('have label values from closed lists alone', async () => {
    const found = await samples(metrics)
    for (const { name, labels } of found) {
      for (const [label, value] of Object.entries(labels)) {
        const known: Readonly<Record<string, (value: string) => boolean>> = {
          method: (method) => METHODS.has(method),
          route: (route) => ROUTES.has(route),
          status: (status) => STATUSES.test(status),
          format: (format) => IDS.includes(format),
          event: (event) =>
            /^(?:made|sent|unsent|opened|spent|revoked|locked|unlocked)$/.test(event),
          kind: (kind) => [...LIMIT_KINDS, ...LOAD_KINDS].some((one) => one === kind),
          le: (bound) => bound === '+Inf' || Number(bound) > 0,
        }
        expect([name, label, value, known[label]?.(value)]).toEqual([name, label, value, true])
      }
    }
    expect(await metrics.render()).not.toMatch(/telling/i)
  })

  it('do not grow with what is sent', async () => {
    const before = (await samples(metrics)).length
    for (let i = 0; i < 100; i++) {
      await ask({
        method: i % 2 === 0 ? 'GET' : 'PURGE',
        target: `/new-${i}`,
        host: `h${i}.example`,
      })
    }
    // At most the one of an odd method that was not there yet: a counter, and a histogram's lines.
    expect((await samples(metrics)).length - before).toBeLessThanOrEqual(18)
  })

  it('count requests, formats and invitations', async () => {
    const route = '/i/:token/formats/:id'
    const requests = 'mailprofile_http_requests_total'
    expect(await valueOf(metrics, requests, { route, status: '200' })).toBe(1)
    expect(
      await valueOf(metrics, 'mailprofile_http_request_duration_seconds_count', { route }),
    ).toBe(await valueOf(metrics, requests, { route }))
    expect(await valueOf(metrics, requests, { route: 'none', status: '404' })).toBeGreaterThan(200)
    // Once by its address, once by the invitation.
    const served = 'mailprofile_formats_served_total'
    expect(await valueOf(metrics, served, { format: 'apple-profile' })).toBe(2)
    expect(await valueOf(metrics, served, { format: 'settings-sheet' })).toBe(1)
    const event = (name: string) =>
      valueOf(metrics, 'mailprofile_invitations_total', { event: name })
    expect([await event('made'), await event('opened'), await event('spent')]).toEqual([1, 1, 0])
  })
})

describe('formats', () => {
  const metrics = createMetrics({ now })
  const ask = rawServer(testApp({ metrics, pacc: '03' }))
  const person = '?address=ann@btinternet.com'

  it.each([
    ['apple-profile', 'GET', `/formats/apple-profile${person}`, 1],
    ['apple-profile', 'GET', '/email.mobileconfig?email=ann@btinternet.com', 1],
    ['apple-profile', 'GET', '/formats/apple-profile?address=ann@unknown.example', 0],
    ['thunderbird-qr', 'GET', `/formats/thunderbird-qr${person}&as=svg`, 1],
    ['mozilla-autoconfig', 'GET', '/mail/config-v1.1.xml?emailaddress=ann@btinternet.com', 1],
    ['mozilla-autoconfig', 'GET', '/mail/config-v1.1.xml?emailaddress=ann@unknown.example', 0],
    ['outlook-autodiscover', 'POST', '/autodiscover/autodiscover.xml', 0],
    ['outlook-autodiscover', 'GET', '/autodiscover/autodiscover.xml', 1],
    ['pacc', 'GET', '/.well-known/user-agent-configuration.json', 1],
  ])('%s counts for %s %s: %d', async (format, method, target, times) => {
    const count = () => valueOf(metrics, 'mailprofile_formats_served_total', { format })
    const before = await count()
    const { status } = await ask({ method, target, host: 'autoconfig.btinternet.com' })
    // Told when the connection is done with the answer, which may be after the client has it.
    await expect.poll(count).toBe(before + times)
    if (times > 0) expect(status).toBe(200)
  })
})

describe('what is asked when metrics are collected', () => {
  it('is how long certificates last', async () => {
    let tls: Date | undefined = new Date('2026-12-05T12:00:00Z')
    const metrics = createMetrics({
      now,
      certificates: { signing: () => new Date('2026-11-24T00:00:00Z'), tls: () => tls },
    })
    const days = 'mailprofile_certificate_days_left'
    expect(await valueOf(metrics, days, { certificate: 'tls' })).toBe(10)
    expect(await valueOf(metrics, days, { certificate: 'signing' })).toBe(-1.5)
    tls = undefined
    expect((await samples(metrics)).filter(({ name }) => name === days)).toHaveLength(1)
  })

  it.each<[string, () => Promise<void>, number]>([
    ['answers', () => Promise.resolve(), 1],
    ['fails', () => Promise.reject(new Error('away')), 0],
    ['says nothing', () => new StoreWatch(SILENT).require(), 0],
  ])('is whether the store %s', async (_what, checkStore, up) => {
    expect(await valueOf(createMetrics({ now, checkStore }), 'mailprofile_store_up')).toBe(up)
  })

  it('is nothing of a store where there is none', async () => {
    expect(await createMetrics({ now }).render()).not.toContain('mailprofile_store_up')
  })

  it.each([
    [true, 1],
    [false, 0],
  ])('is whether the directories of people answer: %s', async (answer, up) => {
    const metrics = createMetrics({ now, directoriesAnswer: () => Promise.resolve(answer) })
    expect(await valueOf(metrics, 'mailprofile_directory_up')).toBe(up)
  })

  it('is what the process needs', async () => {
    const text = await createMetrics({ now }).render()
    for (const name of ['process_cpu_seconds_total', 'process_resident_memory_bytes']) {
      expect(text).toContain(`\n${name} `)
    }
  })
})

describe('the listener for metrics', () => {
  let listener: Listener
  const metrics = createMetrics({ now })
  beforeAll(async () => {
    metrics.limited('wrong')
    listener = await listenForMetrics(metrics, { host: '127.0.0.1', port: 0 })
  })
  afterAll(() => listener.stop())
  const ask = (path: string, method = 'GET') =>
    fetch(`http://127.0.0.1:${listener.port}${path}`, { method })

  it('answers in the text format', async () => {
    const answer = await ask('/metrics')
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(await answer.text()).toContain('mailprofile_rate_limited_total{kind="wrong"} 1\n')
  })

  it.each([
    ['GET', '/metrics?name%5B%5D=up', 200],
    ['HEAD', '/metrics', 200],
    ['POST', '/metrics', 405],
    ['GET', '/', 404],
    ['GET', '/metrics/', 404],
    ['GET', '/setup?address=ann@btinternet.com', 404],
    ['GET', '//metrics', 404],
  ])('answers %s %s with %d', async (method, path, status) => {
    const answer = await ask(path, method)
    expect(answer.status).toBe(status)
    await answer.arrayBuffer()
  })

  it('says what is wrong with its place', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    const start = (host: string, at: number) => listenForMetrics(metrics, { host, port: at })
    expect(await refusal(() => start('127.0.0.1', port))).toMatchObject({
      code: 'port_in_use',
      field: 'metrics.port',
    })
    expect(await refusal(() => start('192.0.2.1', 0))).toMatchObject({
      code: 'invalid_configuration',
      field: 'metrics.host',
    })
    other.close()
  })

  it('is the only place that gives them', async () => {
    const server = testApp({ metrics, catalogue }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const answer = await fetch(`http://127.0.0.1:${port}/metrics`)
    expect(answer.status).toBe(404)
    await answer.arrayBuffer()
    server.closeAllConnections()
    server.close()
  })
})
