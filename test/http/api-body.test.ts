import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { ANN, INVITATIONS, apiApp, codeOf, makeInvitation, helpdesk } from '../support/api.js'
import { tenants } from '../support/tenants.js'

const { key } = helpdesk

describe('the body', () => {
  it.each<[string, object | string, number, string, RegExp?]>([
    ['no address', {}, 400, 'invalid_request', /address is missing/],
    ['a list', [], 400, 'invalid_request', /JSON object/],
    ['null', 'null', 400, 'invalid_request', /JSON object/],
    ['a number', '1', 400, 'invalid_request', /JSON object/],
    ['an address that is none', { address: 'ann' }, 400, 'invalid_address'],
    ['an address in a list', { address: ['a@icloud.com'] }, 400, 'invalid_request', /address/],
    ['an address twice in one', { address: 'a@x.com,b@x.com' }, 400, 'invalid_address'],
    ['an unknown domain', { address: 'a@nowhere.example' }, 404, 'unknown_domain'],
    [
      'a password where people sign in',
      { address: 'a@outlook.com', password: 'x' },
      400,
      'invalid_request',
    ],
    [
      'a protocol that is not offered',
      { address: 'a@icloud.com', protocol: 'pop3' },
      400,
      'unsupported_protocol',
    ],
    ['a protocol that is none', { ...ANN, protocol: 'jmap' }, 400, 'invalid_request', /protocol/],
    ['a misspelt key', { ...ANN, pasword: 's3cret' }, 400, 'invalid_request', /“pasword”/],
    ['a server', { ...ANN, host: 'evil.example' }, 400, 'invalid_request', /“host”/],
    ['a key that is a page', { ...ANN, '<script>': 1 }, 400, 'invalid_request', /has a key,/],
    ['a key that is a password', { ...ANN, 's3cret!': 1 }, 400, 'invalid_request', /has a key,/],
    [
      '__proto__',
      '{"address":"a@icloud.com","__proto__":{"downloads":99}}',
      400,
      'invalid_request',
      /has a key,/,
    ],
    ['constructor', { ...ANN, constructor: {} }, 400, 'invalid_request', /“constructor”/],
    ['prototype inside', { ...ANN, name: { prototype: 1 } }, 400, 'invalid_request', /name/],
    ['a name with a line end', { ...ANN, name: 'A\r\nX: y' }, 400, 'invalid_request', /name/],
    ['a name with half a character', { ...ANN, name: 'A\ud800' }, 400, 'invalid_request', /name/],
    ['an empty name', { ...ANN, name: '' }, 400, 'invalid_request', /name/],
    ['a long name', { ...ANN, name: 'a'.repeat(201) }, 400, 'invalid_request', /name/],
    ['an empty password', { ...ANN, password: '' }, 400, 'invalid_request', /password/],
    ['a long password', { ...ANN, password: 'p'.repeat(513) }, 400, 'invalid_request', /password/],
    ['a password as a number', { ...ANN, password: 123456 }, 400, 'invalid_request', /password/],
    [
      'a password for sending only',
      { ...ANN, outgoingPassword: 's3cret' },
      400,
      'invalid_request',
      /outgoingPassword/,
    ],
    ['a language that is none', { ...ANN, language: 'de_DE' }, 400, 'invalid_request', /language/],
    ['a reference with @', { ...ANN, reference: 'a@b' }, 400, 'invalid_request', /reference/],
    ['a long reference', { ...ANN, reference: 'r'.repeat(65) }, 400, 'invalid_request', /64/],
    ['a reference with a line end', { ...ANN, reference: 'a\nb' }, 400, 'invalid_request'],
    ['0 hours', { ...ANN, expires: 0 }, 400, 'invalid_request', /from 1 to 720/],
    ['721 hours', { ...ANN, expires: 721 }, 400, 'invalid_request', /from 1 to 720/],
    ['half hours', { ...ANN, expires: 1.5 }, 400, 'invalid_request', /from 1 to 720/],
    ['hours as text', { ...ANN, expires: '1' }, 400, 'invalid_request', /from 1 to 720/],
    ['endless hours', '{"address":"a@icloud.com","expires":1e999}', 400, 'invalid_request'],
    ['61 minutes', { ...ANN, window: 61 }, 400, 'invalid_request', /from 1 to 60/],
    ['21 downloads', { ...ANN, downloads: 21 }, 400, 'invalid_request', /from 1 to 20/],
    ['-1 downloads', { ...ANN, downloads: -1 }, 400, 'invalid_request', /from 1 to 20/],
    ['a code of its own', { ...ANN, code: '123456' }, 400, 'invalid_request', /code/],
    ['no JSON', '{"password":"s3cret",}', 400, 'invalid_request', /JSON/],
    ['nothing', '', 400, 'invalid_request', /JSON/],
    ['deep lists', '['.repeat(8000), 400, 'invalid_request'],
    ['deep lists that end', '['.repeat(8000) + ']'.repeat(8000), 400, 'invalid_request'],
    ['17 kB', { ...ANN, name: 'a'.repeat(17 * 1024) }, 413, 'too_large'],
  ])('with %s', async (_name, body, status, code, message) => {
    const { app, events } = apiApp()
    const answer = await makeInvitation(app, body)
    expect([answer.status, codeOf(answer)]).toEqual([status, code])
    if (message !== undefined) expect(answer.text).toMatch(message)
    expect(answer.text).not.toMatch(/s3cret|123456|evil|<script>/)
    expect(events).toEqual([])
  })

  it.each([
    ['no type', ''],
    ['a form', 'application/x-www-form-urlencoded'],
    ['text', 'text/plain'],
    ['a type that only begins so', 'application/jsonp'],
  ])('with the type of %s', async (_name, type) => {
    const body = JSON.stringify(ANN)
    const answer = await makeInvitation(apiApp().app, body, { headers: { 'Content-Type': type } })
    expect([answer.status, codeOf(answer)]).toEqual([400, 'invalid_request'])
    expect(answer.text).toContain('Content-Type')
  })

  it('compressed, in another encoding, or too long without saying so', async () => {
    const { app } = apiApp()
    const listener = app.listen(0, '127.0.0.1')
    await once(listener, 'listening')
    try {
      const { port } = listener.address() as { port: number }
      const send = async (
        body: NonNullable<RequestInit['body']>,
        headers: Record<string, string> = {},
      ) => {
        const response = await fetch(`http://127.0.0.1:${port}${INVITATIONS}`, {
          method: 'POST',
          headers: {
            Authorization: `Bearer ${key}`,
            'Content-Type': 'application/json; charset=utf-8',
            ...headers,
          },
          body,
          ...{ duplex: 'half' },
        })
        return [
          response.status,
          ((await response.json()) as { error?: { code: string } }).error?.code,
        ]
      }
      const text = JSON.stringify({ ...ANN, password: 'pässwört' })
      expect(await send(text)).toEqual([201, undefined])
      expect(await send(Buffer.from(text, 'latin1'))).toEqual([400, 'invalid_request'])
      expect(await send(Buffer.from(text, 'utf16le'))).toEqual([400, 'invalid_request'])
      expect(await send(text, { 'Content-Encoding': 'gzip' })).toEqual([400, 'invalid_request'])
      const chunks = new Blob([`{"name":"${'a'.repeat(20_000)}"}`]).stream()
      expect(await send(chunks)).toEqual([413, 'too_large'])
    } finally {
      listener.close()
    }
  })

  it('with a password for a server that takes none', async () => {
    const body = { address: 'a@traps.example', password: 'x', outgoingPassword: 'y' }
    const answer = await makeInvitation(apiApp({ catalogue: tenants }).app, body)
    expect([answer.status, codeOf(answer)]).toEqual([400, 'invalid_request'])
    expect(answer.text).toContain('outgoingPassword')
  })

  it('takes everything at its limits', async () => {
    const body = {
      ...ANN,
      name: '🙂'.repeat(200),
      protocol: 'pop3',
      username: 'u'.repeat(512),
      password: 'p'.repeat(512),
      outgoingPassword: 'o'.repeat(512),
      language: 'de-ch',
      reference: '🙂'.repeat(64),
      code: false,
      expires: 720,
      window: 60,
      downloads: 20,
    }
    const { app, invitations } = apiApp()
    const { status, json } = await makeInvitation(app, body)
    expect(status).toBe(201)
    const held = await invitations.open(String(json['url']).slice(-22))
    expect(held?.person).toMatchObject({ protocol: 'pop3', language: 'de-CH', name: body.name })
  })
})
