import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { Catalogue } from '../../src/providers/catalogue.js'
import { readable, recordingLogger, testApp } from '../support/app.js'

const SETUP = '/setup?address=ann@btinternet.com'

const BAD: readonly (readonly [name: string, path: string, status: number, code: string])[] = [
  ['no address', '/setup', 400, 'invalid_address'],
  ['an empty address', '/setup?address=', 400, 'invalid_address'],
  ['a malformed address', '/setup?address=ann', 400, 'invalid_address'],
  ['two at signs', '/setup?address=a@b@btinternet.com', 400, 'invalid_address'],
  ['a control character', '/setup?address=ann%00@btinternet.com', 400, 'invalid_address'],
  ['a line break', '/setup?address=ann%0d%0a@btinternet.com', 400, 'invalid_address'],
  ['a quoted local part', '/setup?address=%22ann%22@btinternet.com', 400, 'invalid_address'],
  ['an unknown domain', '/setup?address=ann@example.com', 404, 'unknown_domain'],
  ['a subdomain', '/setup?address=ann@mail.btinternet.com', 404, 'unknown_domain'],
  ['a property of objects', '/setup?address=ann@constructor', 404, 'unknown_domain'],
  [
    'a protocol that is not offered',
    '/setup?address=a@icloud.com&protocol=pop3',
    400,
    'unsupported_protocol',
  ],
  ['a protocol that is none', `${SETUP}&protocol=jmap`, 400, 'unsupported_protocol'],
  ['a protocol in capitals', `${SETUP}&protocol=IMAP`, 400, 'unsupported_protocol'],
  ['OAuth only', '/formats/apple-profile?address=ann@outlook.com', 422, 'oauth_only'],
  ['an address twice', `${SETUP}&address=bob@btinternet.com`, 400, 'invalid_request'],
  ['a name twice', `${SETUP}&name=a&name=b`, 400, 'invalid_request'],
  ['a control character in a name', `${SETUP}&name=a%07`, 400, 'invalid_request'],
  ['a lone surrogate', `${SETUP}&name=%ED%A0%80`, 400, 'invalid_request'],
  ['half a character', `${SETUP}&name=%F0%9F`, 400, 'invalid_request'],
  ['a damaged escape', `${SETUP}&name=%zz`, 400, 'invalid_request'],
  ['a name of 201 characters', `${SETUP}&name=${'x'.repeat(201)}`, 400, 'invalid_request'],
  ['a value beyond any limit', `${SETUP}&name=${'x'.repeat(2001)}`, 413, 'too_large'],
  ['a URL beyond any limit', `${SETUP}&utm=${'x'.repeat(9000)}`, 413, 'too_large'],
  ['an unknown format', '/formats/nothing?address=ann@btinternet.com', 404, 'unknown_format'],
  ['a property as format', '/formats/constructor?address=a@b.c', 404, 'unknown_format'],
  ['a damaged path', '/formats/%zz?address=a@b.c', 400, 'invalid_request'],
  [
    'the older name of the parameter',
    '/email.mobileconfig?address=a@talk21.com',
    400,
    'invalid_address',
  ],
  ['a path that is none', '/nothing', 404, 'not_found'],
  ['a file that is none', '/public/../../package.json', 404, 'not_found'],
  ['a hidden file', '/public/.env', 404, 'not_found'],
]

describe.each(BAD)('%s', (_name, path, status, code) => {
  it('gets a code and a sentence as text', async () => {
    const response = await request(testApp()).get(path)
    expect([response.status, response.headers['content-type']]).toEqual([
      status,
      'text/plain; charset=utf-8',
    ])
    expect(response.text).toMatch(new RegExp(`^${code}: \\S.*\\.\\n$`))
    expect(response.headers['cache-control']).toBe('no-store')
  })

  it('gets a page in a browser', async () => {
    const response = await request(testApp()).get(path).set('Accept', 'text/html,*/*;q=0.8')
    expect([response.status, response.headers['content-type']]).toEqual([
      status,
      'text/html; charset=utf-8',
    ])
    const text = await request(testApp()).get(path)
    // Programs know a field by its name, people by what stands beside it.
    const sentence = text.text
      .slice(code.length + 2)
      .split('. ')[0]
      ?.replace(/^The (value of|parameter) address\b/, 'The $1 “Mail address”')
      .replace(/^The (value of|parameter) name\b/, 'The $1 “Your name”')
    expect(readable(response.text)).toContain(sentence?.trim().replace(/\.$/, ''))
    expect(response.text).not.toMatch(/at \S+ \(|node_modules/)
  })

  it('gets JSON under /api', async () => {
    const response = await request(testApp()).get(`/api${path}`)
    expect(response.status).toBeGreaterThanOrEqual(400)
    expect(response.status).toBeLessThan(500)
    const { error } = response.body as { error: { code: string; message: string } }
    expect(error.code).toMatch(/^(?:not_found|too_large)$/)
    expect(error.message).toMatch(/\.$/)
  })
})

describe('the form', () => {
  it('comes back with what was typed and the mistake beside its field', async () => {
    const { status, text } = await request(testApp())
      .get('/setup?address=ann%40bt%22internet.com&name=Ann%20%3Cb%3E&protocol=pop3')
      .set('Accept', 'text/html')
    expect(status).toBe(400)
    expect(text).toContain('value="ann@bt&quot;internet.com"')
    expect(text).toContain('value="Ann &lt;b&gt;"')
    expect(text).toMatch(/value="pop3" checked/)
    expect(text).toMatch(/aria-invalid="true" aria-describedby="problem"/)
    expect(text.match(/role="alert"/g)).toHaveLength(1)
  })

  it('does not come back for what no typing can put right', async () => {
    const { text } = await request(testApp())
      .get('/setup?address=ann@proton.me')
      .set('Accept', 'text/html')
    expect(text).not.toContain('<form')
    expect(readable(text)).toContain('Help from your mail provider')
  })
})

describe('a form that is sent', () => {
  it.each([
    ['in an encoding that nobody knows', 'application/x-www-form-urlencoded; charset=klingon', {}],
    ['compressed', 'application/x-www-form-urlencoded', { 'Content-Encoding': 'gzip' }],
  ])('%s is what cannot be read', async (_name, type, headers) => {
    const { status, text } = await request(testApp())
      .post('/setup')
      .set({ 'Content-Type': type, ...headers })
      .send('address=ann@btinternet.com')
    expect([status, text]).toEqual([
      400,
      'invalid_request: The form cannot be read. Send it whole and without compression, in UTF-8.\n',
    ])
  })
})

describe('requests that no route takes', () => {
  it.each(['post', 'put', 'delete', 'patch'] as const)('%s is not found', async (method) => {
    const { status } = await request(testApp())[method](
      SETUP.replace('/setup', '/formats/settings-sheet'),
    )
    expect(status).toBe(404)
  })

  it('refuses a body that is too large before it arrives', async () => {
    const { status, headers } = await request(testApp())
      .post('/setup')
      .set('Content-Length', '10000000')
      .send('x')
    expect([status, headers['connection']]).toEqual([413, 'close'])
  })
})

describe('a mistake of our own', () => {
  it('is a 500 that tells nothing, and a line in the log that names no one', async () => {
    const { logger, text } = recordingLogger()
    class Broken extends Catalogue {
      override find(address: string): never {
        throw new TypeError(`cannot read ${address}`)
      }
    }
    const app = testApp({ catalogue: new Broken([]), logger })
    const response = await request(app).get(`${SETUP}&name=Zo%C3%AB`)
    expect([response.status, response.text]).toEqual([
      500,
      'internal: Something went wrong on this server. Try again later.\n',
    ])
    const [line = ''] = text().split('\n')
    expect(JSON.parse(line)).toMatchObject({
      level: 50,
      method: 'GET',
      route: '/setup',
      status: 500,
      err: { type: 'TypeError', code: 'internal' },
    })
    expect(line).toContain('errors.test.ts')
    expect(line).not.toMatch(/ann|btinternet|Zo/)
  })
})
