import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { attributes } from '../support/app.js'
import { IPHONE } from '../support/chromium.js'
import { invitedApp } from '../support/invited-app.js'
import { listeningPort } from '../support/listening-port.js'
import { ask } from '../support/wire.js'

const SETUP = '/setup?address=ann@btinternet.com&name=Ann&protocol=imap'
const BROWSER = 'gzip, deflate, br, zstd'
const FOREVER = 'public, max-age=31536000, immutable'
const AN_HOUR = 'public, max-age=3600'

const { app, invite } = invitedApp({ pacc: '03' })
const port = listeningPort(app)

interface Received {
  readonly status: number
  readonly headers: ReadonlyMap<string, string>
  readonly body: Buffer
}

/** An answer as it comes over the wire, but for its chunks. */
async function receive(
  target: string,
  encodings: string | undefined = BROWSER,
  more: readonly string[] = [],
): Promise<Received> {
  const accepted = encodings === '' ? [] : [`Accept-Encoding: ${encodings}`]
  const { status, head, body } = await ask(port(), target, {
    headers: ['Accept: text/html', `User-Agent: ${IPHONE.userAgent}`, ...accepted, ...more],
  })
  const headers = new Map(
    head.map((line) => {
      const [, name = '', value = ''] = /^([^:]*): (.*)$/.exec(line) ?? []
      return [name.toLowerCase(), value]
    }),
  )
  const isChunked = headers.get('transfer-encoding') === 'chunked'
  return { status, headers, body: isChunked ? unchunked(body) : body }
}

function unchunked(body: Buffer): Buffer {
  const chunks: Buffer[] = []
  for (let at = 0; ;) {
    const end = body.indexOf('\r\n', at)
    const size = Number.parseInt(body.toString('latin1', at, end), 16)
    if (!(size > 0)) return Buffer.concat(chunks)
    chunks.push(body.subarray(end + 2, end + 2 + size))
    at = end + 2 + size + 2
  }
}

const DECODE: Readonly<Record<string, (body: Buffer) => Buffer>> = {
  br: brotliDecompressSync,
  gzip: gunzipSync,
}

const ENCODINGS: readonly (readonly [accepted: string, encoding: string | undefined])[] = [
  [BROWSER, 'br'],
  ['br', 'br'],
  ['gzip', 'gzip'],
  ['gzip;q=1, br;q=0', 'gzip'],
  ['identity', undefined],
  ['br;q=0, gzip;q=0', undefined],
  ['', undefined],
]

describe('a page', () => {
  it.each(ENCODINGS)('for whoever takes “%s” is sent as %s', async (accepted, encoding) => {
    const plain = await receive(SETUP, 'identity')
    const { status, headers, body } = await receive(SETUP, accepted)
    expect([status, headers.get('content-encoding')]).toEqual([200, encoding])
    expect(headers.get('vary')).toMatch(/\bAccept-Encoding\b/)
    expect(headers.get('cache-control')).toBe('no-store')
    const html = encoding === undefined ? body : DECODE[encoding]?.(body)
    expect(html?.toString()).toBe(plain.body.toString())
    if (encoding !== undefined) expect(body.length).toBeLessThan(plain.body.length / 3)
  })

  it.each(['/', '/setup?address=ann', '/nothing'])(
    'is compressed wherever it is: %s',
    async (path) => {
      const { headers, body } = await receive(path)
      expect(headers.get('content-encoding')).toBe('br')
      expect(brotliDecompressSync(body).toString()).toMatch(/<\/html>\s*$/)
    },
  )

  it('has no body for whoever wants none', async () => {
    const { status, head, body } = await ask(port(), SETUP, {
      method: 'HEAD',
      headers: [`Accept-Encoding: ${BROWSER}`],
    })
    expect([status, body.length]).toEqual([200, 0])
    expect(head.join('\n')).not.toMatch(/^Content-Encoding: gzip, br/m)
  })
})

describe('what may hold a password', () => {
  it('is never compressed: no length tells of it', async () => {
    const { token } = await invite({ downloads: 20 }, { password: 'pass-word-1' })
    const start = `/i/${token}`
    for (const device of ['iphone', 'android', 'other']) {
      const page = await receive(`${start}?show&device=${device}`, 'identity')
      const files = attributes(page.body.toString(), 'href').filter((href) =>
        href.includes('/formats/'),
      )
      expect(files.length).toBeGreaterThan(1)
      for (const file of files) {
        const { status, headers } = await receive(file)
        expect([file, status, headers.get('content-encoding')]).toEqual([file, 200, undefined])
      }
    }
  })

  it.each([
    '/formats/apple-profile?address=ann@btinternet.com',
    '/formats/settings-sheet?address=ann@btinternet.com',
    '/mail/config-v1.1.xml?emailaddress=ann@btinternet.com',
    '/setup/qr.svg?address=ann@btinternet.com',
    '/setup/qr.png?address=ann@btinternet.com',
    '/openapi.json',
  ])('nor is anything else that is no page: %s', async (path) => {
    const { status, headers } = await receive(path)
    expect([status, headers.get('content-encoding')]).toEqual([200, undefined])
  })
})

describe('what pages load', () => {
  const names = ['style.css', 'setup.js', 'invitation.js', 'icon.svg', 'iphone-1-allow.svg']

  it.each(names.flatMap((name) => ENCODINGS.map((row) => [name, ...row] as const)))(
    '%s for whoever takes “%s” is sent as %s',
    async (name, accepted, encoding) => {
      const plain = await receive(`/public/${name}`, 'identity')
      const { status, headers, body } = await receive(`/public/${name}`, accepted)
      expect([status, headers.get('content-encoding')]).toEqual([200, encoding])
      expect(headers.get('vary')).toMatch(/\bAccept-Encoding\b/)
      const decoded = encoding === undefined ? body : DECODE[encoding]?.(body)
      expect(decoded).toEqual(plain.body)
      expect(Number(headers.get('content-length'))).toBe(body.length)
      if (encoding !== undefined) expect(body.length).toBeLessThan(plain.body.length)
      // Each encoding is another representation.
      expect(headers.get('etag') === plain.headers.get('etag')).toBe(encoding === undefined)
    },
  )

  it('is not compressed where that makes it no smaller', async () => {
    for (const name of ['apple-touch-icon.png', 'favicon.ico']) {
      const { status, headers } = await receive(`/public/${name}`)
      expect([status, headers.get('content-encoding')]).toEqual([200, undefined])
    }
  })

  it('is kept for a year under its own version, and for an hour under any other', async () => {
    const { body } = await receive(SETUP, 'identity')
    const html = body.toString()
    const urls = [...attributes(html, 'href'), ...attributes(html, 'src')].filter((url) =>
      url.includes('?v='),
    )
    expect(urls.length).toBeGreaterThan(4)
    for (const url of urls) {
      const kept = async (path: string) => {
        const { status, headers } = await receive(path)
        return [status, headers.get('cache-control')]
      }
      expect(await kept(url)).toEqual([200, FOREVER])
      const [path = '', version = ''] = url.split('?v=')
      for (const other of ['', '?v=', '?v=000000000000', `?v=${version}0`, `?V=${version}`]) {
        expect([other, ...(await kept(`${path}${other}`))]).toEqual([other, 200, AN_HOUR])
      }
    }
  })

  it('is not sent again to whoever has it', async () => {
    const first = await receive('/public/style.css')
    const etag = first.headers.get('etag') ?? ''
    const again = await receive('/public/style.css', BROWSER, [`If-None-Match: ${etag}`])
    expect([again.status, again.body.length]).toEqual([304, 0])
    const other = await receive('/public/style.css', 'gzip', [`If-None-Match: ${etag}`])
    expect(other.status).toBe(200)
  })
})
