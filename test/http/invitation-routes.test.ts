import { request as rawRequest, type IncomingHttpHeaders } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HOUR, MINUTE, startInvitedServer, type InvitedServer } from '../support/invited-server.js'

const UNKNOWN = 'AAAAAAAAAAAAAAAAAAAAAA'

type Route = readonly [method: string, rest: string, accept?: string]
const HTML = 'text/html'

// A download comes last: it changes the state.
const ROUTES: readonly Route[] = [
  ['GET', '', HTML],
  ['GET', '?show', HTML],
  ['GET', '?utm_source=x', HTML],
  ['HEAD', ''],
  ['POST', ''],
  ['GET', '/qr.svg'],
  ['GET', '/qr.png'],
  ['HEAD', '/formats/apple-profile'],
  ['GET', '/formats/settings-sheet'],
  ['GET', '/formats/k9-settings', HTML],
  ['GET', '/formats/k9-settings'],
]
const allOf = (status: number) => ROUTES.map(() => status)

interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

describe('the routes of an invitation', () => {
  let server: InvitedServer
  beforeAll(async () => {
    server = await startInvitedServer({ contact: 'the help desk, 0800 1234' })
  })
  afterAll(() => server.stop())

  // Paths as they stand: fetch would make them regular first.
  function ask(
    method: string,
    path: string,
    { headers = {}, body }: { headers?: Record<string, string>; body?: string } = {},
  ): Promise<Answer> {
    const { hostname, port } = new URL(server.url)
    return new Promise((resolve, reject) => {
      const request = rawRequest({ hostname, port, path, method, headers }, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: Buffer.concat(chunks).toString(),
          }),
        )
      })
      request.on('error', reject)
      request.end(body)
    })
  }

  const form = (code: string) => ({
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', Accept: HTML },
    body: new URLSearchParams({ code }).toString(),
  })
  const otherThan = (code: string | undefined) => (code === '111111' ? '222222' : '111111')
  const download = (path: string) => ask('GET', `${path}/formats/k9-settings`)

  async function locked(): Promise<string> {
    const { path, id } = await server.invite({ code: true })
    // As five wrong ones would, each of which takes long to look at.
    for (let i = 0; i < 5; i++) await server.store.takeTry(id)
    return path
  }

  it.each<readonly [string, () => Promise<string>, readonly number[]]>([
    [
      'pending',
      async () => (await server.invite()).path,
      [200, 200, 200, 200, 303, 200, 200, 200, 200, 200, 200],
    ],
    [
      'opened',
      async () => {
        const { path } = await server.invite()
        await download(path)
        return path
      },
      [200, 200, 200, 200, 303, 200, 200, 200, 200, 200, 200],
    ],
    [
      'waiting for its code',
      async () => (await server.invite({ code: true })).path,
      [200, 200, 200, 200, 403, 200, 200, 403, 403, 403, 403],
    ],
    ['locked', locked, [403, 403, 403, 403, 403, 200, 200, 403, 403, 403, 403]],
    [
      'spent by its downloads',
      async () => {
        const { path } = await server.invite({ downloads: 1 })
        await download(path)
        return path
      },
      allOf(410),
    ],
    [
      'spent by its window',
      async () => {
        const { path } = await server.invite({ window: 1 })
        await download(path)
        server.pass(MINUTE)
        return path
      },
      allOf(410),
    ],
    [
      'expired',
      async () => {
        const { path } = await server.invite({ expires: 1 })
        server.pass(HOUR)
        return path
      },
      allOf(410),
    ],
    [
      'revoked',
      async () => {
        const { path, id } = await server.invite()
        await server.invitations.revoke(id, 'cli')
        return path
      },
      allOf(410),
    ],
    ['unknown', () => Promise.resolve(`/i/${UNKNOWN}`), allOf(404)],
    ['not canonical', () => Promise.resolve(`/i/${UNKNOWN.slice(0, -1)}B`), allOf(404)],
    ['too short', () => Promise.resolve('/i/abc'), allOf(404)],
    ['damaged', () => Promise.resolve('/i/%zz'), allOf(404)],
  ])('answer as they should when it is %s', async (_state, make, expected) => {
    const path = await make()
    const statuses: number[] = []
    for (const [method, rest, accept] of ROUTES) {
      const headers = accept === undefined ? {} : { Accept: accept }
      const answer = await ask(method, `${path}${rest}`, { headers })
      statuses.push(answer.status)
      expect(answer.headers).toMatchObject({
        'cache-control': 'no-store',
        'x-robots-tag': 'noindex',
        'referrer-policy': 'no-referrer',
      })
      if (method === 'HEAD') expect(answer.text).toBe('')
    }
    expect(statuses).toEqual(expected)
  })

  it('give one answer to whatever is no true link', async () => {
    const { token } = await server.invite()
    const paths = [
      UNKNOWN,
      token.slice(0, -1),
      `${token}A`,
      token.toUpperCase(),
      token.toLowerCase(),
      `${token.slice(0, -1)}%00`,
      '',
      '..%2f',
      '%zz',
      '%c0%ae',
      'x/y',
      `${token}/formats`,
      `${token}/formats/apple-profile/x`,
      `${token}/%zz`,
      'constructor',
      '__proto__',
    ]
    const answers = new Set<string>()
    for (const path of paths) {
      for (const Accept of [HTML, '*/*']) {
        const { status, headers, text } = await ask('GET', `/i/${path}`, { headers: { Accept } })
        answers.add(JSON.stringify([status, { ...headers, date: '' }, text]))
      }
    }
    expect(answers.size).toBe(2)
    expect([...answers].join('')).toContain('There is no such invitation.')
    expect((await ask('DELETE', `/i/${token}`)).status).toBe(404)
  })

  it('count each format but the settings to type, and give no more than the downloads', async () => {
    const { path, id } = await server.invite({ downloads: 3 })
    const used = async () => (await server.stored(id)).record.used
    for (const uncounted of ['/formats/settings-sheet', '/qr.svg', '?show']) {
      await ask('GET', `${path}${uncounted}`)
    }
    expect(await used()).toBe(0)
    const answers = await Promise.all(
      ['apple-profile', 'k9-settings', 'deltachat-link', 'thunderbird-qr?as=png', 'apple-profile']
        .flatMap((format) => [format, format])
        .map((format) => ask('GET', `${path}/formats/${format}`)),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([
      ...[200, 200, 200],
      ...Array.from({ length: 7 }, () => 410),
    ])
    expect(await used()).toBe(3)
    expect(await server.stored(id)).not.toHaveProperty('sealed')
  })

  it('count the downloads of an invitation without a password, too', async () => {
    const { path, id } = await server.invite({
      password: undefined,
      outgoingPassword: undefined,
      downloads: 2,
    })
    expect((await ask('GET', `${path}/formats/apple-profile`)).status).toBe(200)
    expect((await ask('GET', `${path}/formats/mozilla-autoconfig`)).status).toBe(200)
    expect((await server.stored(id)).state).toBe('spent')
  })

  it.each<readonly [string, string, Readonly<Record<string, string>>, number]>([
    ['a format that there is not', '/formats/nonsense', {}, 404],
    ['a picture that there is not', '/formats/apple-profile?as=png', {}, 400],
    ['an account that the format cannot carry', '/formats/deltachat-link', {}, 422],
    ['HEAD', '/formats/k9-settings', { method: 'HEAD' }, 200],
    ['HEAD of what cannot be', '/formats/deltachat-link', { method: 'HEAD' }, 422],
    ['OPTIONS', '/formats/k9-settings', { method: 'OPTIONS' }, 204],
    ['a prefetch', '/formats/k9-settings', { 'Sec-Purpose': 'prefetch;prerender' }, 403],
    ['an older prefetch', '/formats/k9-settings', { Purpose: 'prefetch' }, 403],
    ['a prefetch of Firefox', '/formats/k9-settings', { 'X-Moz': 'prefetch' }, 403],
    ['a preview of Safari', '/formats/k9-settings', { 'X-Purpose': 'preview' }, 403],
  ])('use nothing up for %s', async (_what, rest, { method = 'GET', ...headers }, status) => {
    const { path, id } = await server.invite({ protocol: 'pop3' })
    expect((await ask(method, `${path}${rest}`, { headers })).status).toBe(status)
    expect(await server.stored(id)).toMatchObject({ state: 'pending', record: { used: 0 } })
  })

  it('tell a download manager by HEAD what GET would send', async () => {
    const { path } = await server.invite()
    for (const format of ['apple-profile', 'k9-settings', 'deltachat-link', 'thunderbird-qr']) {
      const [head, full] = [
        await ask('HEAD', `${path}/formats/${format}`),
        await ask('GET', `${path}/formats/${format}`),
      ]
      for (const name of ['content-type', 'content-disposition'] as const) {
        expect([format, head.headers[name]]).toEqual([format, full.headers[name]])
      }
    }
  })

  it('ask for the code, lock after five wrong ones, and open again when its maker says so', async () => {
    const { path, id, code = '' } = await server.invite({ code: true })
    const before = await ask('GET', `${path}?show`, { headers: { Accept: HTML } })
    expect(before.text).toMatch(/inputmode="numeric"[^>]*autocomplete="one-time-code"/s)
    expect(before.text).not.toContain('ann')
    expect((await ask('GET', `${path}/formats/k9-settings`)).text).toMatch(/^code_required: /)

    // What is no code costs no try.
    for (const typed of ['', '12345', 'abcdef', '%', 'x'.repeat(200)]) {
      const answer = await ask('POST', path, form(typed))
      expect([answer.status, answer.text]).toEqual([403, expect.stringContaining('5 tries left')])
    }
    for (const left of ['4 tries left', '3 tries left', '2 tries left', 'one try left']) {
      const answer = await ask('POST', path, form(otherThan(code)))
      expect([answer.status, answer.text]).toEqual([403, expect.stringContaining(left)])
    }
    for (const typed of [otherThan(code), code]) {
      const answer = await ask('POST', path, form(typed))
      expect([answer.status, answer.text]).toEqual([
        403,
        expect.stringMatching(/This link is locked.*the help desk, 0800 1234/s),
      ])
    }
    expect((await ask('GET', `${path}/formats/k9-settings`)).text).toContain('unlock')

    await server.invitations.unlock(id, 'cli')
    const right = await ask('POST', path, form(`${code.slice(0, 3)} ${code.slice(3)}`))
    expect([right.status, right.headers.location]).toEqual([303, `${path}?show`])
    // Whoever has typed it needs no cookie, and nobody has to type it again.
    expect(right.headers).not.toHaveProperty('set-cookie')
    expect((await ask('POST', path)).status).toBe(303)
    expect((await download(path)).status).toBe(200)
  })

  it('refuse a body that is larger than a code', async () => {
    const { path } = await server.invite({ code: true })
    expect((await ask('POST', path, form('1'.repeat(2000)))).status).toBe(413)
    const { status } = await ask('POST', path, {
      headers: { 'Content-Type': 'application/x-www-form-urlencoded; charset=nonsense' },
      body: 'code=1',
    })
    expect(status).toBeLessThan(500)
  })
})
