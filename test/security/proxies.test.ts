import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { connect as connectHttp2 } from 'node:http2'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { example } from '../support/examples.js'
import { isMissing } from '../support/programs.js'
import { promise } from '../support/promise.js'
import {
  NAMES,
  sendInClear,
  sendToProxy,
  startProxiedServer,
  statusOf,
  type ProxiedServer,
} from '../support/proxied-server.js'
import { PROXIES, type ProxyName } from '../support/proxies.js'
import type { Proxy, ProxyOptions } from '../support/proxy.js'
import { some } from '../support/runs.js'
import { commonServerCertificate } from '../support/server-certificate.js'
import { suite } from '../support/suite.js'
import { exchange, openConnection, requestBytes } from '../support/wire.js'

const PERSON = 'ann@example.com'
const SETUP = `/setup?address=${PERSON}`

const BASE_URL = 'baseUrl: https://setup.example.com'

const certificate = commonServerCertificate({ names: NAMES })

function eachProxy(attacks: (name: ProxyName) => void): void {
  for (const name of some(Object.keys(PROXIES) as ProxyName[], 1)) {
    describe.skipIf(isMissing(name))(name, () => attacks(name))
  }
}

/**
 * Both together, while the tests of a block run.
 *
 * @param more lines of the server's configuration
 * @param below the path that the server is reached below
 */
function pair(
  name: ProxyName,
  more: string,
  options: Pick<ProxyOptions, 'patience' | 'more' | 'places'> = {},
  below = '',
  edit: (text: string) => string = (text) => text,
) {
  const folder = suite((path) => path)
  let server: ProxiedServer | undefined
  let proxy: Proxy | undefined
  const there = <T>(what: T | undefined): T => {
    if (what === undefined) throw new Error('It has not been started.')
    return what
  }
  beforeAll(async () => {
    const [own, its] = [join(folder(), 'server'), join(folder(), 'proxy')]
    for (const path of [own, its]) mkdirSync(path)
    server = await startProxiedServer(own, more, {
      edit: (text) => edit(text.replace(BASE_URL, `${BASE_URL}${below}`)),
    })
    proxy = await PROXIES[name]({ folder: its, upstream: server.port, certificate, ...options })
    // Caddy makes its certificates after it has begun to listen.
    await vi.waitUntil(() => reachable(there(proxy), below), { timeout: 30_000 })
  })
  afterAll(async () => {
    await proxy?.stop()
    await server?.stop()
  })
  return { server: () => there(server), proxy: () => there(proxy) }
}

async function reachable(proxy: Proxy, below: string): Promise<boolean> {
  const answers = await Promise.all(
    NAMES.map((servername) =>
      sendToProxy(proxy, requestBytes(`${below}/healthz`, { host: servername }), {
        servername,
      }).catch(() => ''),
    ),
  )
  return answers.every((answer) => statusOf(answer) === 200)
}

promise(
  'Behind the proxies of these pages nobody is counted as somebody else, whatever headers they send.',
  () => {
    eachProxy((name) => {
      const FREE = 3
      const { proxy } = pair(name, `limits: { client: ${FREE}, wrong: ${FREE} }`)
      const address = (n: number) => `203.0.113.${n}`
      const lies: readonly ((n: number) => readonly string[])[] = [
        (n) => [`X-Forwarded-For: ${address(n)}`],
        (n) => [`X-Forwarded-For: ${address(n)}`, `X-Forwarded-For: ${address(n + 1)}`],
        (n) => [`X-Forwarded-For: ${address(n)}, 127.0.0.1`],
        (n) => [`x-forwarded-for: ${address(n)}`, 'X_Forwarded_For: 192.0.2.1'],
        (n) => [`Forwarded: for=${address(n)}`, `X-Real-IP: ${address(n)}`],
        // Headers that are named there are for the next hop only, and are taken away.
        () => ['Connection: X-Forwarded-For'],
        (n) => [`X-Forwarded-For: ${address(n)}`, 'Connection: close, X-Forwarded-For'],
        (n) => [`CF-Connecting-IP: ${address(n)}`, `True-Client-IP: ${address(n)}`],
      ]

      it('pages and wrong links', async () => {
        for (const target of [SETUP, `/i/${'A'.repeat(22)}`]) {
          const statuses: number[] = []
          for (let n = 1; n <= 3; n++) {
            for (const lie of lies) {
              const bytes = requestBytes(target, { headers: lie(n) })
              statuses.push(statusOf(await sendToProxy(proxy(), bytes)))
            }
          }
          expect(statuses.slice(FREE)).toEqual(Array<number>(3 * lies.length - FREE).fill(429))
        }
      })

      it('over HTTP/2', async () => {
        const session = connectHttp2(`https://127.0.0.1:${proxy().https}`, {
          servername: 'setup.example.com',
          rejectUnauthorized: false,
        })
        const stream = session.request({
          ':path': SETUP,
          ':authority': 'setup.example.com',
          'x-forwarded-for': address(77),
        })
        const [headers] = (await once(stream, 'response')) as [Record<string, unknown>]
        expect(headers[':status']).toBe(429)
        session.destroy()
      })
    })
  },
)

promise('No log of these proxies holds a link or a mail address, whatever goes wrong.', () => {
  eachProxy((name) => {
    const { proxy, server } = pair(name, 'limits: { enabled: false }', { patience: '2s' })

    async function invite(): Promise<string> {
      const body = JSON.stringify({ address: PERSON, password: 'only for Ann' })
      const answer = await sendToProxy(
        proxy(),
        requestBytes('/api/v1/invitations', {
          method: 'POST',
          headers: [`Authorization: Bearer ${server().apiKey}`, 'Content-Type: application/json'],
          body,
        }),
      )
      expect(statusOf(answer)).toBe(201)
      const [, token = ''] = /\/i\/([\w-]{22})/.exec(answer) ?? []
      return token
    }

    it('requests that work, that are wrong, that break off, and a server that is down', async () => {
      const token = await invite()
      const page = `/i/${token}`
      const paths = [
        ...[page, `/I/${token}`, `/%69/${token}`, `/i%2F${token}`, `/%2569/${token}`],
        ...[`//i/${token}`, `/x/../i/${token}`, `/x/..;/i/${token}`, `/./i/${token}`],
        ...[`/mail/i/${token}`, `/i/./${token}`, `/i/${token}/formats/k9-settings`],
        ...[`/i/${token}?show`, `/i\\${token}`, `/i/${token}/qr.svg`, `/i/x/%00/${token}`],
        `https://setup.example.com/i/${token}`,
        `${SETUP}&name=${token}`,
      ]
      const broken = [
        `GET ${page} HTTP/9.9\r\nHost: setup.example.com\r\n\r\n`,
        `GET ${page} HTTP/1.1\r\n\r\n`,
        `GET ${page} HTTP/1.1\r\nHost: setup.example.com\r\nHost: b\r\n\r\n`,
        `GET ${page} HTTP/1.1\r\nHost: setup.example.com\r\nBad Header\r\n: x\r\n\r\n`,
        `GET ${page} HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n`,
        `GET ${page}?${'a'.repeat(40_000)} HTTP/1.1\r\nHost: setup.example.com\r\n\r\n`,
        `GET ${page} HTTP/1.1\r\nHost: setup.example.com\r\nX: ${'a'.repeat(40_000)}\r\n\r\n`,
        `G\u0000T ${page} HTTP/1.1\r\nHost: setup.example.com\r\n\r\n`,
        `GET ${page}\r\n\r\n`,
        `POST ${page} HTTP/1.1\r\nHost: setup.example.com\r\nContent-Length: 100\r\n\r\nx`,
        `POST ${page} HTTP/1.1\r\nHost: setup.example.com\r\nContent-Length: nonsense\r\n\r\n`,
        `POST ${page} HTTP/1.1\r\nHost: setup.example.com\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`,
      ]
      const provoke = async () => {
        await Promise.all(
          paths.map(async (path) => {
            await sendToProxy(proxy(), requestBytes(path))
            await sendToProxy(proxy(), requestBytes(path), { leave: true })
            await sendInClear(proxy(), requestBytes(path))
          }),
        )
        await Promise.all(broken.map((bytes) => sendToProxy(proxy(), bytes)))
        const large = requestBytes(page, { method: 'POST', body: 'a'.repeat(100_000) })
        await sendToProxy(proxy(), large)
        await sendToProxy(proxy(), requestBytes(page, { method: 'POST', body: 'code=1' }))
        await sendToProxy(proxy(), requestBytes(page, { headers: [`Referer: https://x/${token}`] }))
      }
      await provoke()
      await server().stop()
      await provoke()
      expect(statusOf(await sendToProxy(proxy(), requestBytes(page)))).toBe(proxy().whenDown)
      const logs = proxy().logs()
      expect(logs.length).toBeGreaterThan(100)
      for (const secret of [token, PERSON, 'example.com/i/', 'only for Ann']) {
        expect(logs).not.toContain(secret)
      }
      expect(server().lines.join('\n')).not.toContain(token)
    })
  })
})

promise(
  'Nothing gets through these proxies that is not one whole request for a name that is meant.',
  () => {
    eachProxy((name) => {
      const { proxy, server } = pair(name, '', { patience: '1s' })

      // A line is written after its answer was sent, in the order of the answers.
      async function lines(): Promise<number> {
        const before = server().routes().length
        await sendToProxy(proxy(), requestBytes('/readyz'))
        await expect.poll(() => server().routes().slice(before)).toContain('/readyz')
        return server().routes().length
      }

      async function reachedBy(send: () => Promise<unknown>): Promise<readonly string[]> {
        const before = await lines()
        await send()
        const after = await lines()
        return server()
          .routes()
          .slice(before, after)
          .filter((route) => route !== '/readyz')
      }

      it('passes on what is meant', async () => {
        expect(await reachedBy(() => sendToProxy(proxy(), requestBytes(SETUP)))).toEqual(['/setup'])
        const answer = await sendToProxy(proxy(), requestBytes(SETUP))
        expect(answer).toMatch(/^cache-control: no-store\r$/im)
        expect(answer).toMatch(/^content-security-policy: default-src 'none'/im)
        expect(answer).toMatch(/^strict-transport-security: /im)
      })

      it('does not compress what is not compressed', () => expectUncompressed(proxy()))

      it('passes the names of mail programs on', async () => {
        const answer = await sendToProxy(
          proxy(),
          requestBytes('/mail/config-v1.1.xml', { host: 'autoconfig.example.com' }),
          { servername: 'autoconfig.example.com' },
        )
        expect(answer).toContain('<hostname>imap.example.com</hostname>')
      })

      it.each([
        ['another name', requestBytes(SETUP, { host: 'evil.example' })],
        ['two names', requestBytes(SETUP, { headers: ['Host: evil.example'] })],
        ['no name', 'GET /setup HTTP/1.1\r\nConnection: close\r\n\r\n'],
        ['a name with more in it', requestBytes(SETUP, { host: 'setup.example.com/x' })],
        [
          'another name in the target',
          requestBytes(`https://evil.example${SETUP}`, { host: 'evil.example' }),
        ],
        ['an address', requestBytes(SETUP, { host: '127.0.0.1' })],
      ])('keeps %s away', async (_what, bytes) => {
        expect(await reachedBy(() => sendToProxy(proxy(), bytes))).toEqual([])
      })

      it('shows another name no certificate', async () => {
        await expect(
          openConnection({ port: proxy().https, servername: 'evil.example' }),
        ).rejects.toThrow()
      })

      it('leads everybody to https, and answers nothing without it', async () => {
        for (const method of ['GET', 'POST']) {
          const answer = await sendInClear(proxy(), requestBytes('/setup', { method }))
          expect(statusOf(answer)).toBe(308)
          expect(answer).toMatch(/^location: https:\/\/setup\.example\.com\/setup\r$/im)
        }
      })

      const hidden = 'GET /openapi.json HTTP/1.1\r\nHost: setup.example.com\r\n\r\n'
      const post = (...headers: readonly string[]) =>
        ['POST /autodiscover/autodiscover.xml HTTP/1.1', 'Host: setup.example.com', ...headers]
          .concat('', '')
          .join('\r\n')
      it.each([
        [
          'CL.TE',
          `${post(`Content-Length: ${hidden.length + 5}`, 'Transfer-Encoding: chunked')}0\r\n\r\n${hidden}`,
        ],
        [
          'TE.CL',
          `${post('Content-Length: 4', 'Transfer-Encoding: chunked')}${hidden.length.toString(16)}\r\n${hidden}\r\n0\r\n\r\n`,
        ],
        [
          'TE.TE',
          `${post('Content-Length: 4', 'Transfer-Encoding: chunked', 'Transfer-Encoding: x')}${hidden.length.toString(16)}\r\n${hidden}\r\n0\r\n\r\n`,
        ],
        [
          'a chunked that is none',
          `${post('Content-Length: 4', 'Transfer-Encoding: xchunked')}${hidden}`,
        ],
        [
          'a chunked behind a space',
          `${post(`Content-Length: ${hidden.length}`, 'Transfer-Encoding : chunked')}0\r\n\r\n${hidden}`,
        ],
        [
          'a chunked behind a tab and a line',
          `${post(`Content-Length: ${hidden.length}`, 'Transfer-Encoding:\tchunked', ' x')}0\r\n\r\n${hidden}`,
        ],
        [
          'two lengths',
          `${post('Content-Length: 0', `Content-Length: ${hidden.length}`)}${hidden}`,
        ],
        ['a length with a sign', `${post('Content-Length: +0')}${hidden}`],
        ['a length that is negative', `${post('Content-Length: -1')}${hidden}`],
        ['a length in hexadecimal', `${post('Content-Length: 0x10')}${hidden}`],
        ['a header that holds a request', post('Content-Length: 0', `X: a\r\u0000\n\r\n${hidden}`)],
        [
          'chunks with lines of their own',
          `${post('Transfer-Encoding: chunked')}1;\n${hidden}\r\n0\r\n\r\n`,
        ],
      ])('hides no second request behind %s', async (_what, bytes) => {
        const reached = await reachedBy(() => sendToProxy(proxy(), bytes))
        // What the proxy itself takes for a second request would not be hidden from anybody.
        expect(reached.length).toBeLessThanOrEqual(2)
        if (reached.includes('/openapi.json')) {
          const answers = await sendToProxy(proxy(), bytes)
          expect(answers.match(/^HTTP\/1\.1 /gm)?.length).toBe(2)
        }
      })

      it.each(['/x/..;/setup', '/..;/setup', '//setup', '/%2e%2e/setup', '/setup%00'])(
        'takes %s for no other page than the server does',
        async (target) => {
          const through = statusOf(await sendToProxy(proxy(), requestBytes(target)))
          const answer = await exchange(server().port, requestBytes(target))
          const direct = statusOf(answer.toString('latin1'))
          expect([direct, 400]).toContain(through)
        },
      )
    })
  },
)

promise('Slow clients do not keep others from these proxies.', () => {
  eachProxy((name) => {
    const { proxy } = pair(name, '', { patience: '1s' })
    it.each([
      ['headers that do not end', 'GET /setup HTTP/1.1\r\nHost: setup.example.com\r\nX: '],
      [
        'forms that do not end',
        `POST /i/${'A'.repeat(22)} HTTP/1.1\r\nHost: setup.example.com\r\nContent-Length: 10\r\n\r\nc`,
      ],
      ['nothing at all', ''],
    ])(
      '%s',
      async (_what, bytes) => {
        // On a busy machine the time is over for some of them before they have shaken hands.
        const opened = await Promise.allSettled(
          Array.from({ length: 80 }, () =>
            openConnection({ port: proxy().https, servername: 'setup.example.com' }),
          ),
        )
        const slow = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
        expect(slow.length).toBeGreaterThan(0)
        const ends = slow.map((socket) => {
          socket.on('error', () => undefined)
          socket.resume()
          if (bytes !== '') socket.write(bytes)
          return new Promise((resolve) => socket.once('close', resolve))
        })
        expect(await askUntilNotBusy(proxy(), requestBytes(SETUP))).toMatch(/^HTTP\/1\.1 200 /)
        await Promise.all(ends)
      },
      40_000,
    )
  })
})

/** Where other programs take the processor away, the server may have too much to do for a moment, and says so. */
async function askUntilNotBusy(proxy: Proxy, bytes: Uint8Array): Promise<string> {
  const answer = await sendToProxy(proxy, bytes)
  return answer.includes('\r\n\r\noverloaded: ') ? askUntilNotBusy(proxy, bytes) : answer
}

async function expectUncompressed(proxy: Proxy, below = ''): Promise<void> {
  const headers = ['Accept-Encoding: gzip, br']
  for (const path of ['/formats/settings-sheet', '/formats/k9-settings']) {
    const sent = requestBytes(`${below}${path}?address=${PERSON}`, { headers })
    const answer = await sendToProxy(proxy, sent)
    expect(statusOf(answer)).toBe(200)
    expect(answer).not.toMatch(/^content-encoding:/im)
  }
}

/** What of an example gives way to what a page has for a path of another site. */
const BELOW: Readonly<Record<ProxyName, readonly [from: string, example: string]>> = {
  nginx: [
    '  location / {\n    proxy_pass http://mailprofile;\n  }\n',
    'docs/proxy.md: location ^~ /mail/ {',
  ],
  caddy: [
    '\trequest_body {\n\t\tmax_size 16KB\n\t}\n\treverse_proxy 127.0.0.1:8080\n',
    'docs/proxy.md: handle /mail/* {',
  ],
  apache2: [
    'ProxyPass / http://127.0.0.1:8080/ nocanon retry=0 connectiontimeout=5 disablereuse=on\n' +
      '  # What may hold a password is not compressed: its length would tell of it.\n' +
      '  SetEnv no-gzip 1\n  SetEnv no-brotli 1\n',
    'docs/proxy-apache.md: ProxyPass /mail/ http://127.0.0.1:8080/mail/ nocanon retry=0 connectiontimeout=5 disablereuse=on',
  ],
  haproxy: [
    'default_backend mailprofile\n',
    'docs/proxy-haproxy.md: use_backend mailprofile if { path_beg /mail/ }',
  ],
}

describe('below a path of another site', () => {
  eachProxy((name) => {
    const [from, below] = BELOW[name]
    const { proxy, server } = pair(name, '', { places: [[from, example(below)]] }, '/mail')

    it('is there and nowhere else', async () => {
      const elsewhere = await sendToProxy(proxy(), requestBytes(SETUP))
      expect(elsewhere).not.toContain('/mail/')
      const answer = await sendToProxy(proxy(), requestBytes(`/mail${SETUP}`))
      expect(statusOf(answer)).toBe(200)
      expect(answer).toContain('"/mail/')
      const reached = () =>
        server()
          .routes()
          .filter((route) => route !== '/healthz')
      await expect.poll(reached).toEqual(['/setup'])
    })

    it('does not compress what is not compressed', () => expectUncompressed(proxy(), '/mail'))
  })
})

/** What of a page answers without encryption for a name that has no certificate. */
const IN_CLEAR: Readonly<Record<ProxyName, Pick<ProxyOptions, 'more' | 'places'>>> = {
  nginx: { more: example('docs/proxy.md: server {') },
  caddy: { more: example('docs/proxy.md: http://autoconfig.example.net {') },
  apache2: { more: example('docs/proxy-apache.md: <VirtualHost *:80>') },
  haproxy: {
    places: [
      [
        /^frontend http\n[^]*?\n\n/m.exec(example('docs/proxy-haproxy.md: global'))?.[0] ?? '',
        `${example('docs/proxy-haproxy.md: frontend http')}\n`,
      ],
    ],
  },
}

describe('a name without a certificate', () => {
  eachProxy((name) => {
    const host = 'autoconfig.example.net'
    const { proxy, server } = pair(name, '', IN_CLEAR[name], '', (text) =>
      text.replace('domains: [example.com]', 'domains: [example.com, example.net]'),
    )

    it('has its settings, and nothing else', async () => {
      const path = '/mail/config-v1.1.xml?emailaddress=bob@example.net'
      const headers = ['X-Forwarded-For: 203.0.113.1']
      const answer = await sendInClear(proxy(), requestBytes(path, { host, headers }))
      expect(answer).toContain('<hostname>imap.example.com</hostname>')
      for (const target of [SETUP, '/', '/mail/config-v1.1.xml/x', `/i/${'A'.repeat(22)}`]) {
        await sendInClear(proxy(), requestBytes(target, { host }))
      }
      const inClear = await sendInClear(proxy(), requestBytes(SETUP))
      expect(statusOf(inClear)).toBe(308)
      const reached = () =>
        server()
          .routes()
          .filter((route) => route !== '/healthz')
      await expect.poll(reached).toEqual([expect.stringContaining('/mail/config-v1.1.xml')])
      expect(proxy().logs()).not.toContain('bob@')
    })
  })
})
