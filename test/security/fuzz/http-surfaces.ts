import { setImmediate } from 'node:timers/promises'
import { expect } from 'vitest'
import { createRandom, mutate, seedsOf, type Random } from '../../support/fuzz.js'
import { KeptConnection } from '../../support/kept-connection.js'
import { PASSWORD, startTarget, type Target } from './target.js'

/** What is tried: `run` sends so many inputs that a seed chooses, and throws at the first fault. */
export interface Surface {
  readonly name: string
  run(count: number, seed: number): Promise<void>
}

/** Runs something during which Node may warn of nothing: its warnings quote what they are about. */
export async function withoutWarnings(work: () => Promise<void>): Promise<void> {
  const warnings: string[] = []
  const note = ({ message }: Error) => void warnings.push(message)
  process.on('warning', note)
  try {
    await work()
    // They come in the next turn.
    await setImmediate()
  } finally {
    process.off('warning', note)
  }
  expect(warnings).toEqual([])
}

const CONNECTIONS = 8
const PATIENCE = 30_000
const ENOUGH_LOG = 4_000_000

// Bytes that end a line or a request line would make another request of it: that is the first surface.
const BREAKS_LINES = /[\0-\x20\x7f]/g
const BREAKS_HEADERS = /[\0\r\n]/g

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1')
}

function request(line: string, headers: readonly string[], body?: Uint8Array): Buffer {
  const all = [line, ...headers, ...(body === undefined ? [] : [`Content-Length: ${body.length}`])]
  return Buffer.concat([
    Buffer.from(`${all.join('\r\n')}\r\n\r\n`, 'latin1'),
    body ?? Buffer.alloc(0),
  ])
}

const HOST = 'Host: setup.example.com'
const ACCEPT: readonly [string, ...string[]] = ['Accept: text/html', 'Accept: */*']

interface HttpSurface {
  readonly name: string
  /** The bytes of one request; true where they may be no request at all. */
  readonly make: (random: Random, target: Target) => Buffer
  readonly isRaw?: boolean
}

const QUERIES = seedsOf(
  'address=ann@btinternet.com&name=Ann+Example&protocol=pop3',
  'address=ann%40icloud.com&confirm=example.com&utm_source=mail',
  'address=%C3%A4nn@b%C3%BCcher.example&as=svg',
  'address=ann@gmail.com&protocol=imap',
  'email=ann@btinternet.com',
  'emailaddress=ann@fastmail.com&as=png',
)
const PATHS: readonly [string, ...string[]] = [
  '/setup',
  '/setup/qr.svg',
  '/formats/apple-profile',
  '/formats/k9-settings',
  '/formats/thunderbird-qr',
  '/formats/deltachat-link',
  '/formats/settings-sheet',
  '/email.mobileconfig',
  '/mobileconfig',
]
const TARGETS = seedsOf(
  '/',
  '/setup?address=ann@btinternet.com',
  '/formats/fairemail-profile?address=ann@btinternet.com',
  '/public/style.css',
  '/.well-known/autoconfig/mail/config-v1.1.xml?emailaddress=ann@btinternet.com',
  '/autodiscover/autodiscover.json/v1.0/ann@btinternet.com?Protocol=AutodiscoverV1',
  '/.well-known/security.txt',
  '/api/v1/accounts/ann@btinternet.com',
  'http://setup.example.com/healthz',
)
const AUTODISCOVER = seedsOf(
  `<?xml version="1.0" encoding="utf-8"?><Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006"><Request><EMailAddress>ann@btinternet.com</EMailAddress><AcceptableResponseSchema>http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a</AcceptableResponseSchema></Request></Autodiscover>`,
  '<a:Autodiscover xmlns:a="x"><a:Request><a:LegacyDN>/o=x</a:LegacyDN></a:Request></a:Autodiscover>',
)
const INVITATIONS = seedsOf(
  '{"address":"ann@btinternet.com","name":"Ann","protocol":"imap","reference":"order 1"}',
  '{"address":"ann@icloud.com","expires":72,"window":10,"downloads":5,"language":"de-CH"}',
  '{"address":"bob@gmail.com","username":"bob","outgoingPassword":"x"}',
)
const HEADERS = seedsOf(
  'X-Forwarded-For: 192.0.2.1, 10.0.0.1',
  'User-Agent: Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1',
  'Accept: text/html,application/xhtml+xml;q=0.9,*/*;q=0.8',
  'Accept-Language: de-CH, de;q=0.9, *;q=0.1',
  'Sec-Purpose: prefetch',
  'Authorization: Bearer mp_AAAA',
  'Idempotency-Key: order-1',
  'Range: bytes=0-10',
  'If-None-Match: "a"',
  'Content-Type: application/json; charset=utf-8',
)
const RAW = seedsOf(
  'GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n',
  'POST /autodiscover/autodiscover.xml HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<a/>\n\r\n0\r\n\r\n',
  'POST /i/AAAAAAAAAAAAAAAAAAAAAA HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 11\r\n\r\ncode=123456',
  'OPTIONS * HTTP/1.0\r\n\r\n',
  'CONNECT a:443 HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\nExpect: 100-continue\r\n\r\n',
)

const SURFACES: readonly HttpSurface[] = [
  {
    name: 'bytes that should be requests',
    isRaw: true,
    make: (random) => mutate(random, RAW),
  },
  {
    name: 'targets',
    make: (random) =>
      request(`GET ${text(mutate(random, TARGETS)).replace(BREAKS_LINES, '')} HTTP/1.1`, [
        HOST,
        random.pick(ACCEPT),
      ]),
  },
  {
    name: 'queries',
    make: (random) =>
      request(
        `GET ${random.pick(PATHS)}?${text(mutate(random, QUERIES)).replace(BREAKS_LINES, '')} HTTP/1.1`,
        [HOST, random.pick(ACCEPT)],
      ),
  },
  {
    name: 'hosts and headers',
    make: (random) =>
      request('GET /mail/config-v1.1.xml HTTP/1.1', [
        `Host: ${text(mutate(random, seedsOf('autoconfig.btinternet.com:443', 'b%C3%BCcher.example'))).replace(BREAKS_HEADERS, '')}`,
        text(mutate(random, HEADERS)).replace(BREAKS_HEADERS, ''),
      ]),
  },
  {
    name: 'Autodiscover requests',
    make: (random) =>
      request(
        'POST /Autodiscover/Autodiscover.xml HTTP/1.1',
        [HOST, 'Content-Type: text/xml'],
        mutate(random, AUTODISCOVER).subarray(0, 16_000),
      ),
  },
  {
    name: 'calls that make invitations',
    make: (random, { apiKey }) =>
      request(
        'POST /api/v1/invitations HTTP/1.1',
        [HOST, `Authorization: Bearer ${apiKey}`, 'Content-Type: application/json'],
        mutate(random, INVITATIONS).subarray(0, 16_000),
      ),
  },
  {
    name: 'links of invitations and forms',
    make(random, { token }) {
      const links = seedsOf(
        `/i/${token}`,
        `/i/${token}/qr.svg`,
        `/i/${token}/formats/settings-sheet`,
        `/i/AAAAAAAAAAAAAAAAAAAAAA/formats/apple-profile`,
      )
      const link = text(mutate(random, links)).replace(BREAKS_LINES, '')
      // What a true link gives holds the password, as it should.
      const safe = link.startsWith(`/i/${token}/formats/`) ? `/i/${token}` : link
      return random.below(3) === 0
        ? request(
            `POST ${safe} HTTP/1.1`,
            [HOST, 'Content-Type: application/x-www-form-urlencoded'],
            mutate(random, seedsOf('code=123456', 'code=12+34-56&x=y')).subarray(0, 1000),
          )
        : request(`${random.pick(['GET', 'HEAD', 'PUT'])} ${safe} HTTP/1.1`, [
            HOST,
            'Connection: close',
          ])
    },
  },
]

/** The surfaces of a running server. Whatever comes, it answers without a 5xx and goes on. */
export const HTTP_SURFACES: readonly Surface[] = SURFACES.map(({ name, make, isRaw = false }) => ({
  name,
  async run(count, seed) {
    const target = await startTarget()
    const random = createRandom(seed)
    const checkLog = () => expect(leaks(target.takeLog(), target)).toEqual([])
    let left = count
    let logged = 0
    const work = async () => {
      const connection = new KeptConnection(target.port, isRaw ? 20 : PATIENCE)
      while (left-- > 0) {
        const bytes = make(random, target)
        const answer = await (isRaw
          ? connection.send(bytes).catch(() => undefined)
          : connection.send(bytes))
        // Half a request keeps a connection waiting for the rest.
        if (isRaw) connection.close()
        if (answer === undefined) continue
        const shown = `${JSON.stringify(text(bytes))} → ${JSON.stringify(text(answer.bytes.subarray(0, 500)))}`
        if (answer.status < 100 || answer.status >= 500) throw new Error(shown)
        if (answer.bytes.includes(PASSWORD)) throw new Error(shown)
        logged += answer.bytes.length
        if (logged > ENOUGH_LOG) {
          logged = 0
          checkLog()
        }
      }
      connection.close()
    }
    try {
      await withoutWarnings(async () => {
        await Promise.all(Array.from({ length: CONNECTIONS }, work))
      })
      const alive = new KeptConnection(target.port, PATIENCE)
      expect(await alive.send(request('GET /healthz HTTP/1.1', [HOST]))).toMatchObject({
        status: 200,
      })
      alive.close()
      checkLog()
    } finally {
      await target.stop()
    }
  },
}))

// Addresses of the seeds stand for those of people; a mutation of them is one more.
function leaks(log: string, { token, apiKey }: Target): string[] {
  return [PASSWORD, token, apiKey, '@btinternet.com', '@icloud.com', 'Ann Example'].filter(
    (secret) => log.includes(secret),
  )
}
