import { beforeAll, describe, expect, it } from 'vitest'
import { formats } from '../../src/formats/index.js'
import { invitedApp } from '../support/invited-app.js'
import { listeningPort } from '../support/listening-port.js'
import { ask, sendBytes, type WireAnswer } from '../support/wire.js'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const HTML = ['Accept: text/html']
const UNKNOWN = 'AAAAAAAAAAAAAAAAAAAAAA'
const SECRETS = /pass-word-1|ann@btinternet|ann%40btinternet|cGFzcy13b3JkLTE/

const { app, invite } = invitedApp({ now: () => new Date('2026-11-25T12:00:00Z') })
const port = listeningPort(app)
let token = ''
beforeAll(async () => {
  // With letters of both cases and a character that the two alphabets of base64 write differently.
  do ({ token } = await invite({ downloads: 20 }))
  while (!/[-_]/.test(token.slice(0, -1)) || token.toUpperCase() === token)
})

describe('whatever is no true link', () => {
  // Each makes a path below /i from the true token.
  const PATHS: Readonly<Record<string, (token: string) => string>> = {
    forged: () => 'qT3vS8dW0pZk5nYb7cXfJw',
    'forged in one character': (t) => `${t.startsWith('A') ? 'B' : 'A'}${t.slice(1)}`,
    truncated: (t) => t.slice(0, -1),
    'truncated at the front': (t) => t.slice(1),
    halved: (t) => t.slice(0, 11),
    'too long': (t) => `${t}A`,
    twice: (t) => t + t,
    padded: (t) => `${t}==`,
    'in capitals': (t) => t.toUpperCase(),
    'in small letters': (t) => t.toLowerCase(),
    'in the other alphabet': (t) => t.replaceAll('-', '+').replaceAll('_', '%2F'),
    'in hexadecimal': (t) => Buffer.from(t, 'base64url').toString('hex'),
    reversed: (t) => t.split('').reverse().join(''),
    'with a zero byte': (t) => `${t}%00`,
    'with a slash, encoded': (t) => `${t}%2f`,
    'with a percent sign': (t) => `${t}%25`,
    'with a full stop in front': (t) => `.${t}`,
    'with a full stop and more': (t) => `${t}.a`,
    'with full stops and a format': (t) => `${t}./formats/settings-sheet`,
    'with a parameter of the path': (t) => `${t};a=b`,
    'with a fullwidth letter': (t) => `${t.slice(0, -1)}%EF%BC%A1`,
    'the id of a property': () => '__proto__',
    'the id of another property': () => 'constructor',
    nothing: () => '',
    'only dots': () => '..%2f',
    'dots, encoded': () => '%2e%2e/',
    'dots and a slash, encoded': () => '%2e%2e%2f',
    'dots, encoded twice': () => '%252e%252e%252f',
    'a way to another route': () => '..%2fhealthz',
    'a way to another route, encoded twice': () => '%252e%252e%252fhealthz',
    'a way out of the folder': () => '..%2f..%2f..%2fetc%2fpasswd',
    'a way out with backslashes': () => '..\\..\\etc\\passwd',
    'a way out with encoded backslashes': () => '..%5c..%5cetc%5cpasswd',
    'an overlong slash': () => '%c0%af',
    'a lone continuation byte': () => '%80',
    'a zero byte': () => '%00',
    'half an escape': () => '%',
    'no escape': () => '%zz',
    'no escape after the token': (t) => `${t}%zz`,
    'one below': (t) => `${t}/nothing`,
    'formats without one': (t) => `${t}/formats`,
    'a way back up': (t) => `nothing/..%2f${t}`,
    'an empty part before': (t) => `/${t}`,
    'very long': () => 'a'.repeat(7000),
    'many parts': () => 'a/'.repeat(3000),
  }
  const plain = (answer: WireAnswer) => ({ ...answer, body: answer.body.toString() })
  let page: ReturnType<typeof plain>
  let text: ReturnType<typeof plain>
  beforeAll(async () => {
    page = plain(await ask(port(), `/i/${UNKNOWN}`, { headers: HTML }))
    text = plain(await ask(port(), `/i/${UNKNOWN}`))
    expect([page.status, text.status]).toEqual([404, 404])
  })

  it.each(Object.entries(PATHS))('is one page: %s', async (_what, path) => {
    const target = `/i/${path(token)}`
    expect(plain(await ask(port(), target, { headers: HTML }))).toEqual(page)
    expect(plain(await ask(port(), target, { method: 'POST' }))).toEqual(text)
  })

  it.each(['?show', '/formats/apple-profile', '/formats/nothing', '/qr.svg', '/qr.png'])(
    'is one page: with %s',
    async (rest) => {
      for (const wrong of [UNKNOWN, token.slice(0, -1), token.toUpperCase(), '..%2f', '%zz']) {
        expect(plain(await ask(port(), `/i/${wrong}${rest}`, { headers: HTML }))).toEqual(page)
      }
    },
  )

  it('is one page: the fifteen other ways to write the bytes of a token', async () => {
    const bytes = Buffer.from(token, 'base64url')
    const twins = ALPHABET.split('')
      .map((last) => `${token.slice(0, -1)}${last}`)
      .filter((text) => text !== token && Buffer.from(text, 'base64url').equals(bytes))
    expect(twins).toHaveLength(15)
    for (const twin of twins) {
      expect(plain(await ask(port(), `/i/${twin}`))).toEqual(text)
    }
  })

  it.each(['PUT', 'DELETE', 'PATCH', 'PROPFIND', 'TRACE'])(
    'and %s tells no true one from it',
    async (method) => {
      const answer = async (target: string) => plain(await ask(port(), target, { method }))
      const unknown = await answer(`/i/${UNKNOWN}`)
      expect(unknown.status).toBeGreaterThanOrEqual(400)
      expect(await answer('/i/..%2f')).toEqual(unknown)
    },
  )

  it('leaves the true link as it was', async () => {
    const { status, body } = await ask(port(), `/i/${token}`, { headers: HTML })
    expect(status).toBe(200)
    expect(body.toString()).not.toMatch(/pass-word-1/)
  })
})

describe('bytes that no client sends', () => {
  const line = (target: string, more = '') =>
    `GET ${target} HTTP/1.1\r\nHost: setup.example.com\r\n${more}Connection: close\r\n\r\n`
  it.each([
    ['a zero byte in the path', () => line('/i/\0')],
    ['a tab in the path', () => line(`/i/${token}\t`)],
    ['bytes beyond ASCII', () => line('/i/\xe9\xff')],
    [
      'no Host',
      () => `GET /i/${token}/formats/apple-profile HTTP/1.1\r\nConnection: close\r\n\r\n`,
    ],
    ['a header with a bare carriage return', () => line('/setup', 'X-A: a\rX-Injected: 1\r\n')],
    ['a header folded over lines', () => line('/nothing', 'X-A: a\r\n Host: evil.example\r\n')],
    ['two lengths', () => line('/nothing', 'Content-Length: 5\r\nContent-Length: 6\r\n')],
    [
      'a length and chunks',
      () => line('/nothing', 'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n'),
    ],
  ])('get nothing: %s', async (_what, request) => {
    const { status, head, body } = await sendBytes(port(), request())
    expect([400, 404]).toContain(status)
    expect(body.toString()).not.toMatch(SECRETS)
    expect(head.join('\n')).not.toMatch(/X-Injected|evil/)
  })
})

describe('what Node lets through', () => {
  it.each([
    ['a line feed in the path', '/\nX-Injected: 1', ''],
    ['two Hosts', '/', 'Host: evil.example\r\n'],
  ])('is nowhere in the answer: %s', async (_what, target, more) => {
    const lines = [`GET ${target} HTTP/1.1`, 'Host: setup.example.com', `${more}Accept: text/html`]
    const request = [...lines, 'Connection: close', '', ''].join('\r\n')
    const { head, body } = await sendBytes(port(), request)
    expect(head.join('\n') + body.toString()).not.toMatch(/X-Injected|evil/)
  })
})

describe('headers that tell lies', () => {
  const LIES: Readonly<Record<string, readonly string[]>> = {
    'X-Forwarded-Host': ['X-Forwarded-Host: evil.example'],
    'X-Forwarded-Proto': [
      'X-Forwarded-Proto: http',
      'X-Forwarded-Ssl: off',
      'Front-End-Https: off',
    ],
    'X-Forwarded-For': ['X-Forwarded-For: 203.0.113.66', 'X-Real-IP: 203.0.113.66'],
    'X-Forwarded-Port and -Prefix': ['X-Forwarded-Port: 666', 'X-Forwarded-Prefix: /evil'],
    'X-Forwarded-Server': ['X-Forwarded-Server: evil.example', 'X-Host: evil.example'],
    Forwarded: ['Forwarded: for=203.0.113.66;host=evil.example;proto=http'],
    'X-Original-URL': ['X-Original-URL: /evil', 'X-Rewrite-URL: /evil'],
    'X-HTTP-Method-Override': ['X-HTTP-Method-Override: POST', 'X-HTTP-Method: DELETE'],
    Referer: ['Referer: https://evil.example/', 'Origin: https://evil.example'],
    Cookie: ['Cookie: evil=1; __proto__=evil'],
  }
  const person = 'address=ann@btinternet.com&name=Ann'
  const targets = (): [method: string, target: string][] => [
    ['GET', '/'],
    ['GET', '/nothing'],
    ['GET', `/setup?${person}`],
    ['GET', '/setup?address=nonsense'],
    ['GET', `/setup/qr.svg?${person}`],
    ['GET', `/setup/qr.png?${person}`],
    ...formats.map(({ id }): [string, string] => ['GET', `/formats/${id}?${person}`]),
    ['GET', '/autodiscover/autodiscover.json?Email=ann@btinternet.com&Protocol=AutodiscoverV1'],
    ['GET', `/i/${token}`],
    ['GET', `/i/${token}?show`],
    ['POST', `/i/${token}`],
    ['GET', `/i/${token}/qr.svg`],
    ['GET', `/i/${token}/qr.png`],
    ['GET', `/i/${UNKNOWN}`],
  ]
  const trusting = invitedApp({
    now: () => new Date('2026-11-25T12:00:00Z'),
    trustProxy: ['127.0.0.0/8', '::1'],
  })
  const trustingPort = listeningPort(trusting.app)

  const honest = new Map<string, WireAnswer>()
  beforeAll(async () => {
    for (const [method, target] of targets()) {
      honest.set(method + target, await ask(port(), target, { method, headers: HTML }))
    }
  })

  it('change no answer', async () => {
    const headers = [...HTML, ...Object.values(LIES).flat()]
    for (const [method, target] of targets()) {
      const lied = await ask(port(), target, { method, headers })
      expect([target, lied]).toEqual([target, honest.get(method + target)])
      expect(lied.head.join('\n') + lied.body.toString('latin1')).not.toMatch(/evil/)
    }
  })

  it.each(Object.entries(LIES))('change no page: %s', async (_what, lies) => {
    const target = `/setup?${person}`
    const lied = await ask(port(), target, { headers: [...HTML, ...lies] })
    expect(lied).toEqual(honest.get(`GET${target}`))
  })

  it.each(['evil.example', 'evil.example:666', 'setup.example.com@evil.example', '', '"><script>'])(
    'change no answer: Host %j',
    async (host) => {
      for (const [method, target] of targets()) {
        if (target.startsWith('/formats/')) continue
        const lied = await ask(port(), target, { method, host, headers: HTML })
        expect([target, lied]).toEqual([target, honest.get(method + target)])
      }
    },
  )

  it('change no answer: a target with another host', async () => {
    for (const target of ['/', `/setup?${person}`, `/setup/qr.svg?${person}`]) {
      const { body } = await ask(port(), `http://evil.example${target}`, { headers: HTML })
      expect(body.toString('latin1')).not.toMatch(/evil/)
    }
  })

  it('make no link even where they come from a trusted proxy', async () => {
    const made = await trusting.invite({ downloads: 20 })
    for (const [method, target] of targets()) {
      const own = target.replace(token, made.token)
      const headers = [...HTML, ...Object.values(LIES).flat()]
      const answer = await ask(trustingPort(), own, { method, headers })
      const text = answer.head.join('\n') + answer.body.toString('latin1')
      expect([target, /evil|203\.0\.113\.66|:666/.exec(text)]).toEqual([target, null])
    }
  })

  it('leave every redirect on this server', async () => {
    const { status, head } = await ask(port(), `/i/${token}`, { method: 'POST', headers: HTML })
    expect(status).toBe(303)
    expect(head).toContain(`Location: /i/${token}?show`)
  })
})
