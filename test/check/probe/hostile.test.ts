import fc from 'fast-check'
import { connect } from 'node:net'
import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { describe, expect, it, onTestFinished } from 'vitest'
import { parseAddress } from '../../../src/account/address.js'
import { parseAccount } from '../../../src/account/account.js'
import { serviceOf } from '../../../src/account/mail-service.js'
import { probe, type Deployed } from '../../../src/check/probe/probe.js'
import type { ProbeReport } from '../../../src/check/probe/report.js'
import type { RecordResolver } from '../../../src/dns/compare-records.js'
import { exportFormat } from '../../../src/formats/export.js'
import { renderAutoconfig } from '../../../src/formats/mozilla-autoconfig/mozilla-autoconfig.js'
import { annJson } from '../../support/accounts.js'
import { PERSON } from '../../support/probed-deployment.js'
import { NAMES } from '../../support/proxied-server.js'
import { inLongSuite, runs, some } from '../../support/runs.js'
import { commonServerCertificate } from '../../support/server-certificate.js'
import { fakeServer, type Talk } from '../fake-server.js'

const certificate = commonServerCertificate({ names: [...NAMES, 'inside.example.com'] })
const BASE = 'https://setup.example.com'
const PUBLIC = '93.184.216.34'

// The names of a deployment lead to a public address, and one leads inside.
const resolver: RecordResolver = {
  resolve4: ((name: string) =>
    Promise.resolve(
      NAMES.includes(name) ? [PUBLIC] : name === 'inside.example.com' ? ['10.0.0.1'] : [],
    )) as RecordResolver['resolve4'],
  resolve6: () => Promise.resolve([]),
  resolveSrv: () => Promise.resolve([]),
  resolveCname: () => Promise.resolve([]),
  resolveTxt: () => Promise.resolve([]),
}

interface Ports {
  readonly http?: number
  readonly https: number
}

async function probePorts(
  { http = 1, https }: Ports,
  {
    timeout = 20_000,
    deployed = {},
    records = {},
  }: {
    timeout?: number
    deployed?: Partial<Deployed>
    /** What the DNS says otherwise. */
    records?: Partial<RecordResolver>
  } = {},
): Promise<{ readonly report: ProbeReport; readonly dialled: readonly string[] }> {
  const dialled: string[] = []
  const report = await probe(
    parseAddress(PERSON),
    { url: BASE, ownsDomain: true, ...deployed },
    {
      network: {
        resolver: { ...resolver, ...records },
        trust: [certificate.ca],
        dial(address, port) {
          dialled.push(address)
          return connect({ host: '127.0.0.1', port: port === 443 ? https : http })
        },
      },
      timeout,
      now: new Date(),
      signal: new AbortController().signal,
    },
  )
  return { report, dialled }
}

async function listen(listener: RequestListener, kind: 'http' | 'https' = 'https') {
  const server =
    kind === 'http'
      ? createHttpServer(listener)
      : createHttpsServer({ cert: certificate.chain, key: certificate.key }, listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

function talkTls(talk: Talk) {
  return fakeServer(talk, { cert: certificate.chain, key: certificate.key })
}

const codesOf = ({ findings }: ProbeReport) => findings.map(({ code }) => code)

function expectHarmless(report: ProbeReport): void {
  const text = JSON.stringify(report)
  expect(text.length).toBeLessThan(100_000)
  // JSON escapes controls; nothing else that a terminal would obey may be there.
  expect(text).not.toMatch(/\\u00[01]|\\u009|[\u0080-\u009f\u202a-\u202e\u2066-\u2069]/)
  expect(report.requests).toBeLessThanOrEqual(151)
  expect(report.ok).toBe(false)
}

describe('a probe of a hostile server', () => {
  const endless = [
    ['a body without end', 'other_server'],
    ['redirects without end', 'redirect_loop'],
    ['a bomb in gzip', 'encoding_broken'],
    ['a bomb in brotli', 'encoding_broken'],
    ['an encoding that nobody knows', 'encoding_broken'],
    ['escape sequences', 'html_instead'],
    ['headers without end', 'not_http'],
  ] as const
  it.each(some(endless, 2))('ends after %s', async (what, code) => {
    const size = 64 * 1024 * 1024
    const bomb = Buffer.alloc(what.startsWith('a bomb') ? size : 0)
    const gzip = gzipSync(bomb)
    const br = brotliCompressSync(bomb, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } })
    let n = 0
    const https = await listen((_request, response) => {
      switch (what) {
        case 'a body without end': {
          const more = () => {
            while (!response.destroyed && response.write('x'.repeat(65_536)));
          }
          response.on('drain', more)
          more()
          return
        }
        case 'redirects without end':
          response.writeHead(308, { Location: `/${n++}` }).end()
          return
        case 'a bomb in gzip':
          response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(gzip)
          return
        case 'a bomb in brotli':
          response.writeHead(200, { 'Content-Encoding': 'br' }).end(br)
          return
        case 'an encoding that nobody knows':
          response.writeHead(200, { 'Content-Encoding': 'zstd' }).end('x')
          return
        case 'escape sequences':
          response
            .writeHead(200, { 'Content-Type': 'text/html' })
            .end('<!doctype html><title>\u001b[2J\u202eevil\u009b31m</title>')
          return
        default:
          for (let i = 0; i < 2000; i++) response.setHeader(`X-${i}`, 'y'.repeat(100))
          response.end()
      }
    })
    const { report } = await probePorts({ https })
    expectHarmless(report)
    expect(codesOf(report)).toContain(code)
  })

  const TALKS: readonly (readonly [string, Talk, string])[] = [
    ['says nothing', () => undefined, 'no_answer'],
    ['hangs up', (socket) => socket.end(), 'connection_closed'],
    ['speaks another protocol', (socket) => socket.write('SSH-2.0-OpenSSH_9.2\r\n'), 'not_http'],
    [
      'sends a byte at a time',
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n')
        const timer = setInterval(() => socket.write('x'), 50)
        socket.on('close', () => clearInterval(timer))
      },
      'no_answer',
    ],
    [
      'changes the protocol',
      (socket) => socket.end('HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'),
      'connection_closed',
    ],
  ]
  it.each(some(TALKS, 3))('ends when it %s', async (_what, talk, code) => {
    const { port: https } = await talkTls(talk)
    const { report } = await probePorts({ https }, { timeout: 500 })
    expectHarmless(report)
    expect(codesOf(report)).toContain(code)
  })

  it('goes nowhere inside, wherever it is sent', async () => {
    const inside = 'https://inside.example.com'
    const https = await listen(({ url = '' }, response) => {
      if (url.startsWith('/setup')) {
        response
          .writeHead(200, { 'Content-Type': 'text/html' })
          .end(
            `<!doctype html><link href="${inside}/x.css"><link href="http://169.254.169.254/y.js">`,
          )
      } else if (url.includes('autodiscover.json')) {
        const Url = `${inside}/autodiscover/autodiscover.xml`
        response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify({ Url }))
      } else {
        const target = url.includes('mail') ? 'http://169.254.169.254' : inside
        response.writeHead(308, { Location: `${target}${url}` }).end()
      }
    })
    for (const deployed of [{}, { url: undefined }]) {
      const { report, dialled } = await probePorts({ https }, { deployed })
      expect(report.ok).toBe(false)
      expect([...new Set(dialled)]).toEqual([PUBLIC])
    }
  })

  it.each<[string, (hasAnswered: boolean) => string[]]>([
    ['changes between two questions', (hasAnswered) => [hasAnswered ? '10.0.0.1' : PUBLIC]],
    ['has both kinds of addresses', () => [PUBLIC, '10.0.0.2']],
    ['has one behind a NAT64', () => ['64:ff9b::5db8:d822']],
  ])('goes nowhere inside by a DNS that %s', async (_what, setupIs) => {
    const asked = new Map<string, number>()
    const resolve4 = ((name: string) => {
      const n = asked.get(name) ?? 0
      asked.set(name, n + 1)
      if (name === 'turn.example.com') return Promise.resolve([n === 0 ? PUBLIC : '10.0.0.1'])
      return name === 'setup.example.com'
        ? Promise.resolve(setupIs(requested.length > 0))
        : resolver.resolve4(name)
    }) as RecordResolver['resolve4']
    const requested: string[] = []
    const https = await listen(({ headers, url = '' }, response) => {
      requested.push(headers.host ?? '')
      const [host] = asked.has('turn.example.com') ? ['10.0.0.1'] : ['turn.example.com']
      response.writeHead(308, { Location: `https://${host}${url}` }).end()
    })
    const { dialled } = await probePorts({ https }, { records: { resolve4 } })
    expect(requested).toContain('setup.example.com')
    expect(dialled).not.toContain('10.0.0.1')
  })

  it.each([
    ['no host', 'path=/dav/', { name: '', port: 0 }],
    ['what is no host', 'path=/dav/', { name: 'a b/@10.0.0.1', port: 443 }],
    ['another host in its path', 'path=//10.0.0.1/dav/', { name: 'setup.example.com', port: 443 }],
  ])('goes nowhere inside for calendars by a record with %s', async (_what, text, target) => {
    const account = parseAccount({
      ...annJson(),
      calendar: { url: 'https://setup.example.com/dav/' },
    })
    const https = await listen((_request, response) => response.writeHead(404).end())
    const { report, dialled } = await probePorts(
      { https },
      {
        deployed: { service: serviceOf(account) },
        records: {
          resolveSrv: () => Promise.resolve([{ priority: 0, weight: 1, ...target }]),
          resolveTxt: () => Promise.resolve([[text]]),
        },
      },
    )
    expect([...new Set(dialled)]).toEqual([PUBLIC])
    expect(codesOf(report)).toContain('dav_not_found')
  })

  it('sends no password, and the address only over TLS', async () => {
    const clear: string[] = []
    const all: string[] = []
    const http = await listen((request, response) => {
      clear.push(`${request.url ?? ''} ${JSON.stringify(request.headers)}`)
      response.writeHead(404).end()
    }, 'http')
    const https = await listen((request, response) => {
      all.push(`${request.url ?? ''} ${JSON.stringify(request.headers)}`)
      response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="x"' }).end()
    })
    const { report } = await probePorts({ http, https })
    expect(codesOf(report)).toContain('basic_auth')
    expect(clear.length).toBeGreaterThan(2)
    expect(clear.join('\n')).not.toContain('ann')
    expect(all.join('\n')).toContain('ann%40example.com')
    for (const header of ['authorization', 'cookie', 'referer', 'x-forwarded-for']) {
      expect([...clear, ...all].join('\n').toLowerCase()).not.toContain(`"${header}"`)
    }
  })

  it('tells what only another server could do', async () => {
    const account = parseAccount(annJson())
    const autoconfig = gzipSync(renderAutoconfig(serviceOf(account), 'example.com'))
    const profile = await exportFormat('apple-profile', account, { unsigned: true })
    const https = await listen(({ url = '' }, response) => {
      const [path = ''] = url.split('?')
      const type = (value: string) => response.setHeader('Content-Type', value)
      switch (path) {
        case '/healthz':
          response.end('ok\n')
          return
        case '/readyz':
          type('application/json')
          response.end('{"status":"ready","warnings":["The store is slow.\\u001b[2J"]}')
          return
        case '/formats/apple-profile':
          type(profile.mediaType)
          response.setHeader('Cache-Control', 'no-store')
          response.end(profile.body)
          return
        case '/mail/config-v1.1.xml':
          type('text/xml')
          response.setHeader('Content-Encoding', 'gzip')
          response.end(autoconfig)
          return
        default:
          response.writeHead(404).end()
      }
    })
    const { report } = await probePorts({ https })
    const found = new Map(report.findings.map((finding) => [finding.code, finding]))
    expect(found.get('server_warns')?.seen).toEqual(['The store is slow.'])
    expect(found.get('profile_unsigned')?.severity).toBe('warning')
    expect(found.get('encoding_unasked')?.programs).toEqual(['Delta Chat'])
  })

  inLongSuite('ends, and says something that can be shown, whatever comes', async () => {
    const header = fc.stringMatching(/^[ -~]{0,40}$/)
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          status: fc.integer({ min: 200, max: 599 }),
          type: fc.constantFrom('text/html', 'text/xml', 'application/json', 'text/plain', ''),
          location: fc.oneof(fc.constant('/'), header, fc.constant('//[')),
          encoding: fc.constantFrom(undefined, 'gzip', 'br', 'x'),
          other: header,
          ownsDomain: fc.boolean(),
          body: fc.oneof(
            fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
            fc.string({ unit: 'binary', maxLength: 200 }).map((text) => Buffer.from(text)),
            fc
              .constantFrom(
                ...[
                  '<clientConfig><emailProvider/></clientConfig>',
                  '<Autodiscover/>',
                  '{"Url":1}',
                ],
                ...[
                  '{"warnings":["\u001b[2J",{"a":1}]}',
                  '{"warnings":7}',
                  'null',
                  'unknown_domain: x',
                ],
              )
              .map((text) => Buffer.from(text)),
          ),
        }),
        async ({ status, type, location, encoding, other, body, ownsDomain }) => {
          const server = createHttpsServer(
            { cert: certificate.chain, key: certificate.key },
            (_request, response) => {
              response.statusCode = status
              if (type !== '') response.setHeader('Content-Type', type)
              if (status < 400) response.setHeader('Location', location)
              if (encoding !== undefined) response.setHeader('Content-Encoding', encoding)
              response.setHeader('Server', other)
              response.end(body)
            },
          )
          server.listen(0, '127.0.0.1')
          await once(server, 'listening')
          try {
            const { port } = server.address() as AddressInfo
            expectHarmless((await probePorts({ https: port }, { deployed: { ownsDomain } })).report)
          } finally {
            server.closeAllConnections()
            server.close()
          }
        },
      ),
      { numRuns: runs(80) },
    )
  })
})
