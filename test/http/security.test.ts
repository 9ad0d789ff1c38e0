import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { get, recordingLogger, testApp } from '../support/app.js'

const PATHS = [
  '/',
  '/setup?address=ann@btinternet.com',
  '/setup?address=nonsense',
  '/setup/qr.svg?address=ann@btinternet.com',
  '/formats/apple-profile?address=ann@btinternet.com',
  '/nothing',
  '/healthz',
]

const POLICY =
  "default-src 'none';script-src 'self';style-src 'self';img-src 'self';form-action 'self';" +
  "base-uri 'none';frame-ancestors 'none'"

describe.each(PATHS)('the headers of %s', (path) => {
  it.each([
    ['http://192.168.1.2:8080', POLICY, undefined],
    ['http://127.0.0.1:8080', POLICY, undefined],
    ['https://setup.example.com', `${POLICY};upgrade-insecure-requests`, 'max-age=31536000'],
  ])('at %s', async (baseUrl, policy, transport) => {
    const { headers } = await request(testApp({ baseUrl })).get(path)
    expect(headers['content-security-policy']).toBe(policy)
    expect(headers['strict-transport-security']).toBe(transport)
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
    })
    for (const name of ['x-powered-by', 'etag', 'set-cookie', 'access-control-allow-origin']) {
      expect(headers[name]).toBeUndefined()
    }
  })
})

describe('the log', () => {
  it('has one line for each request, and nothing that names anyone', async () => {
    const { logger, text } = recordingLogger()
    const app = testApp({ logger })
    for (const path of [
      ...PATHS,
      '/setup?address=ann@btinternet.com&name=Zo%C3%AB&name=Zo%C3%AB',
      '/secret-token/ann@btinternet.com',
    ]) {
      await request(app)
        .get(path)
        .set('User-Agent', 'Telling/1.0')
        .set('Referer', 'https://ann.example/')
        .set('Cookie', 'a=telling')
        .set('X-Forwarded-For', '203.0.113.77')
    }
    const lines = text().trim().split('\n')
    expect(lines).toHaveLength(PATHS.length + 2)
    expect(text()).not.toMatch(
      /ann|btinternet|Zo|nonsense|Telling|telling|secret|203\.0\.113|127\.0\.0\.1|::1/,
    )
    for (const line of lines) {
      const entry = JSON.parse(line) as Record<string, unknown>
      expect(Object.keys(entry).sort()).toEqual([
        'hostname',
        'level',
        'method',
        'msg',
        'pid',
        'reqId',
        'responseTime',
        'route',
        'status',
        'time',
      ])
    }
    const routes = lines.map((line) => (JSON.parse(line) as { route: string }).route)
    expect(routes.slice(0, 3)).toEqual(['/', '/setup', '/setup'])
    expect(routes.at(-1)).toBe('none')
  })
})

describe('health', () => {
  it('answers /healthz in plain text', async () => {
    const { status, text, headers } = await request(testApp()).get('/healthz')
    expect([status, text, headers['cache-control']]).toEqual([200, 'ok\n', 'no-store'])
  })

  it.each([
    ['starting', 503],
    ['ready', 200],
    ['stopping', 503],
  ] as const)('answers /readyz while %s with %d', async (status, code) => {
    const response = await request(testApp({ status: () => status })).get('/readyz')
    expect([response.status, response.body]).toEqual([
      code,
      { status, warnings: [expect.stringContaining('Not Verified') as string] },
    ])
  })

  it('warns in /readyz when nothing can be signed', async () => {
    const { body } = await get(testApp({ signingIdentity: undefined }), '/readyz')
    expect(JSON.parse(body.toString())).toEqual({
      status: 'ready',
      warnings: ['There is no signing certificate: no profiles are served.'],
    })
  })
})
