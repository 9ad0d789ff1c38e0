import { describe, expect, it } from 'vitest'
import { readXml } from '../../src/encoding/read-xml.js'
import {
  autoconfigUrls,
  fairemailAutoconfig,
  lenientAutoconfig,
  thunderbirdAutoconfig,
  thunderbirdDesktopAutoconfig,
  type AutoconfigApp,
  type AutoconfigResult,
} from '../readers/autoconfig.js'
import {
  autodiscoverRequest,
  fairemailAutodiscover,
  outlookAutodiscover,
  thunderbirdAutodiscover,
} from '../readers/autodiscover.js'
import { testApp } from '../support/app.js'
import { rawServer } from '../support/raw-server.js'
import { tenants } from '../support/tenants.js'

// How each program asks, and what its model of a reader makes of the answer.

const ask = rawServer(testApp({ catalogue: tenants, pacc: '03' }))

type Place = readonly [host: string, port: number, security: 'tls' | 'starttls', username: string]

// The settings of each provider, from its own pages: see providers/.
const PROVIDERS: readonly (readonly [address: string, imap: Place, smtp: Place])[] = [
  ...['ann@btinternet.com', 'a.b+c@talk21.com'].map(
    (address) =>
      [
        address,
        ['mail.btinternet.com', 993, 'tls', address],
        ['mail.btinternet.com', 465, 'tls', address],
      ] as const,
  ),
  [
    'ann@fastmail.com',
    ['imap.fastmail.com', 993, 'tls', 'ann@fastmail.com'],
    ['smtp.fastmail.com', 465, 'tls', 'ann@fastmail.com'],
  ],
  [
    'ann@icloud.com',
    ['imap.mail.me.com', 993, 'tls', 'ann'],
    ['smtp.mail.me.com', 587, 'starttls', 'ann@icloud.com'],
  ],
  [
    'ann@mailbox.org',
    ['imap.mailbox.org', 993, 'tls', 'ann@mailbox.org'],
    ['smtp.mailbox.org', 465, 'tls', 'ann@mailbox.org'],
  ],
  [
    'ann@outlook.com',
    ['outlook.office365.com', 993, 'tls', 'ann@outlook.com'],
    ['smtp-mail.outlook.com', 587, 'starttls', 'ann@outlook.com'],
  ],
  [
    'ann@xn--mller-kva.example',
    ['imap.xn--mller-kva.example', 993, 'tls', 'ann@xn--mller-kva.example'],
    ['smtp.xn--mller-kva.example', 465, 'tls', 'ann@xn--mller-kva.example'],
  ],
  [
    'ann@two.example',
    ['imap.two.example', 993, 'tls', 'ann@two.example'],
    ['smtp.two.example', 465, 'tls', 'ann@two.example'],
  ],
  [
    'ann@traps.example',
    ['imap.traps.example', 993, 'tls', 'ann@traps.example'],
    ['smtp.traps.example', 465, 'tls', 'ann@traps.example'],
  ],
]

const AUTOCONFIG: readonly (readonly [
  client: string,
  app: AutoconfigApp,
  read: (document: string, address: string) => AutoconfigResult,
])[] = [
  ['Thunderbird', 'thunderbird', thunderbirdDesktopAutoconfig],
  ['Thunderbird for Android', 'thunderbird-android', thunderbirdAutoconfig],
  ['FairEmail', 'fairemail', fairemailAutoconfig],
  ['Evolution', 'evolution', lenientAutoconfig],
  ['KMail', 'kmail', lenientAutoconfig],
  ['Geary', 'geary', lenientAutoconfig],
  ['Delta Chat', 'deltachat', lenientAutoconfig],
]

// FairEmail keeps one user name, the last; it goes on to try the other form by itself.
const LAST_USERNAME = new Map([['FairEmail ann@icloud.com', 'ann@icloud.com']])

function place([host, port, security, username]: Place) {
  return { host, port, security, username }
}

describe.each(AUTOCONFIG)('autoconfig for %s', (client, app, read) => {
  it.each(PROVIDERS)('finds the servers of %s', async (address, imap, smtp) => {
    const own = autoconfigUrls(app, address).filter((url) => !url.includes('thunderbird.net'))
    for (const url of own) {
      const [, host = '', target = ''] = /^https?:\/\/([^/]+)(.*)$/.exec(url) ?? []
      const { status, headers, text } = await ask({ target, host })
      expect(status).toBe(200)
      expect(headers['content-type']).toBe('text/xml; charset=utf-8')
      const { outcome, incoming, outgoing } = read(text, address)
      expect(outcome).toBe('ok')
      const username = LAST_USERNAME.get(`${client} ${address}`) ?? imap[3]
      expect(incoming).toEqual({ ...place(imap), username })
      expect(outgoing).toEqual(place(smtp))
    }
  })
})

// A proxy may strip the path of baseUrl or pass it on, and programs ask at the root.
describe('autoconfig of a server below a path', () => {
  const askBelow = rawServer(testApp({ catalogue: tenants, baseUrl: 'https://example.com/setup' }))

  it.each(['/mail/config-v1.1.xml', '/setup/mail/config-v1.1.xml'])(
    'answers at %s',
    async (target) => {
      expect(await askBelow({ target, host: 'btinternet.com' })).toMatchObject({ status: 200 })
    },
  )

  it('points Autodiscover to its own path', async () => {
    const target =
      '/autodiscover/autodiscover.json?Email=ann@btinternet.com&Protocol=AutodiscoverV1'
    const { text } = await askBelow({ target })
    const { Url: url } = JSON.parse(text) as { Url: string }
    expect(url).toBe('https://example.com/setup/autodiscover/autodiscover.xml')
    const found = await askBelow({ target: new URL(url).pathname, host: 'btinternet.com' })
    expect(found.status).toBe(200)
  })
})

// Programs of which only the path is known.
describe.each([
  ['Nine', '/v1.1/mail/config-v1.1.xml'],
  ['Spark, MailTime, ProfiMail, Nextcloud Mail', '/mail/config-v1.1.xml'],
])('autoconfig for %s', (_client, target) => {
  it('is the same document', async () => {
    const host = 'autoconfig.btinternet.com'
    const { status, text } = await ask({ target, host })
    expect(status).toBe(200)
    expect(text).toBe((await ask({ target: '/mail/config-v1.1.xml', host })).text)
  })
})

// How programs spell the question, which may not matter.
const QUESTIONS: readonly (readonly [what: string, target: string, host: string])[] = [
  ['nothing but the host', '', 'autoconfig.btinternet.com'],
  ['a host with a port', '', 'autoconfig.btinternet.com:443'],
  ['a host with a trailing dot', '', 'autoconfig.btinternet.com.:8080'],
  ['a host in capitals', '', 'AUTOCONFIG.BTinternet.COM'],
  ['the domain itself', '', 'btinternet.com'],
  ['an encoded address', '?emailaddress=ann%40btinternet.com', 'localhost'],
  ['an address as it is', '?emailaddress=ann@btinternet.com', 'localhost'],
  ['an address in capitals', '?emailaddress=Ann@BTInternet.COM', 'localhost'],
  ['a parameter in capitals', '?EmailAddress=ann@btinternet.com', 'localhost'],
  ['a digest besides', '?emailaddress=a@btinternet.com&emailmd5=0123', 'localhost'],
  ['what links get on their way', '?utm_source=x&emailaddress=a@btinternet.com', 'localhost'],
  ['a plus as it is', '?emailaddress=a+b@btinternet.com', 'localhost'],
  ['a per cent sign as it is', '?emailaddress=100%@btinternet.com', 'localhost'],
  ['a quoted local part', '?emailaddress=%22a%20b%22@btinternet.com', 'localhost'],
  ['a local part beyond ASCII', '?emailaddress=%C3%BC%40btinternet.com', 'localhost'],
  ['a placeholder that was not filled in', '?emailaddress=%EMAILADDRESS%@btinternet.com', 'x'],
  ['what Caddy asks before it gets a certificate', '?domain=a.b', 'autodiscover.btinternet.com'],
  ['another host than the address', '?emailaddress=a@btinternet.com', 'autoconfig.me.com'],
]

describe('the document for a domain', () => {
  it.each(QUESTIONS)('is the same for %s', async (_what, query, host) => {
    const expected = await ask({ target: '/mail/config-v1.1.xml', host: 'btinternet.com' })
    const { status, text } = await ask({ target: `/mail/config-v1.1.xml${query}`, host })
    expect(status).toBe(200)
    expect(text).toBe(expected.text)
  })

  it.each(['m%C3%BCller.example', 'M%C3%9CLLER.example', 'xn--mller-kva.example'])(
    'knows the international domain %j',
    async (domain) => {
      const { status, text } = await ask({
        target: `/mail/config-v1.1.xml?emailaddress=ann@${domain}`,
      })
      expect(status).toBe(200)
      const { incoming } = thunderbirdAutoconfig(text, 'ann@xn--mller-kva.example')
      expect(incoming?.host).toBe('imap.xn--mller-kva.example')
      expect(text).toContain('<displayName>Mail of xn--mller-kva.example</displayName>')
    },
  )

  it.each(['autoconfig.xn--mller-kva.example', 'autoconfig.MÜLLER.example:443', 'müller.example.'])(
    'knows the international domain at the host %s',
    async (name) => {
      const host = Buffer.from(name, 'utf8').toString('latin1')
      const { status, text } = await ask({ target: '/mail/config-v1.1.xml', host })
      expect(status).toBe(200)
      expect(text).toContain('<domain>xn--mller-kva.example</domain>')
    },
  )

  it('answers HEAD like GET, without a body', async () => {
    const target = '/mail/config-v1.1.xml?emailaddress=ann@btinternet.com'
    const [head, get] = [await ask({ method: 'HEAD', target }), await ask({ target })]
    expect(head).toMatchObject({ status: 200, text: '' })
    expect(head.headers['content-length']).toBe(String(Buffer.byteLength(get.text)))
  })

  it('may be kept and read by anybody, but not as the answer of an address', async () => {
    const target = '/mail/config-v1.1.xml'
    const byHost = await ask({ target, host: 'btinternet.com' })
    expect(byHost.headers).toMatchObject({
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
      'cache-control': 'public, max-age=3600',
      vary: 'Host',
    })
    const byAddress = await ask({ target: `${target}?emailaddress=ann@btinternet.com` })
    expect(byAddress.headers).toMatchObject({
      'access-control-allow-origin': '*',
      'cache-control': 'private, max-age=3600',
    })
  })

  it('names the asked domain only, and nobody', async () => {
    const target = '/mail/config-v1.1.xml?emailaddress=ann@one.example'
    const { text } = await ask({ target, host: 'autoconfig.two.example' })
    expect(text.match(/<domain>/g)).toHaveLength(1)
    expect(text).toContain('<domain>one.example</domain>')
    expect(text).not.toMatch(/two\.example|ann/)
  })

  // Whose static file or script was asked before got an answer to all of these.
  it.each([
    '?emailaddress',
    '?emailaddress=',
    '?emailaddress=ann',
    '?emailaddress=%25EMAILADDRESS%25',
    '?emailaddress=%EMAILADDRESS%',
    '?emailaddress=ann%2540btinternet.com',
    '?emailaddress=ann@btinternet.com%20',
    '?emailaddress=%20ann@btinternet.com',
  ])('%s is about the domain that is asked at', async (query) => {
    const { status, text, headers } = await ask({
      target: `/mail/config-v1.1.xml${query}`,
      host: 'autoconfig.btinternet.com',
    })
    expect(status).toBe(200)
    expect(text).toContain('<domain>btinternet.com</domain>')
    // There may be a name in it.
    expect(headers['cache-control']).toBe('private, max-age=3600')
  })

  it.each([
    ['', 'autoconfig.unknown.example', 404, 'unknown_domain'],
    ['', 'localhost', 404, 'unknown_domain'],
    ['', '127.0.0.1:8080', 404, 'unknown_domain'],
    ['', '[::1]', 404, 'unknown_domain'],
    ['', '', 404, 'unknown_domain'],
    ['', 'autoconfig.autoconfig.btinternet.com', 404, 'unknown_domain'],
    ['?emailaddress=ann@unknown.example', 'autoconfig.btinternet.com', 404, 'unknown_domain'],
    ['?emailaddress=ann@unknown.example', 'btinternet.com', 404, 'unknown_domain'],
    ['?emailaddress=ann@old.example', 'localhost', 422, 'unsupported_account'],
    ['?emailaddress=', 'unknown.example', 400, 'invalid_address'],
    ['?emailaddress=ann%2540unknown.example', 'btinternet.com', 404, 'unknown_domain'],
    ['?emailaddress=ann', 'unknown.example', 400, 'invalid_address'],
    ['?emailaddress=@btinternet.com', 'btinternet.com', 400, 'invalid_address'],
    ['?emailaddress=ann@', 'btinternet.com', 400, 'invalid_address'],
    ['?emailaddress=ann@bt%0Ainternet.com', 'btinternet.com', 400, 'invalid_address'],
    ['?emailaddress=ann@%FF.example', 'btinternet.com', 400, 'invalid_address'],
    ['?emailaddress=ann@%', 'btinternet.com', 400, 'invalid_address'],
    ['?emailaddress=a@me.com&emailaddress=b@me.com', 'me.com', 400, 'invalid_request'],
  ])('%s at %s: %d', async (query, host, status, code) => {
    const answer = await ask({
      target: `/mail/config-v1.1.xml${query}`,
      host,
      headers: { 'X-Forwarded-Host': 'autoconfig.btinternet.com' },
    })
    expect(answer.status).toBe(status)
    expect(answer.text).toMatch(new RegExp(`^${code}: `))
    expect(answer.headers['cache-control']).toBe('no-store')
  })
})

const PATH = '/autodiscover/autodiscover.xml'
const SPELLINGS = [
  '/autodiscover/autodiscover.xml',
  '/Autodiscover/Autodiscover.xml',
  '/AutoDiscover/AutoDiscover.xml',
  '/AUTODISCOVER/AUTODISCOVER.XML',
]
// Nothing but OAuth can be told of by Autodiscover.
const POX_PROVIDERS = PROVIDERS.filter(([address]) => !address.endsWith('@outlook.com'))

// A user name that is told is taken, however it looks.
const LOGIN_NAME = new Map([['ann@traps.example', 'ann']])

const POX = [
  ['Outlook (old wizard) and eM Client', outlookAutodiscover],
  ['Thunderbird', thunderbirdAutodiscover],
  ['FairEmail', fairemailAutodiscover],
] as const

describe.each(POX)('Autodiscover for %s', (_client, read) => {
  it.each(POX_PROVIDERS)('finds the servers of %s', async (address, imap, smtp) => {
    const { status, headers, text } = await ask({
      method: 'POST',
      target: PATH,
      host: 'autodiscover.somewhere.example',
      headers: { 'Content-Type': 'text/xml; charset=utf-8' },
      body: autodiscoverRequest(address),
    })
    expect(status).toBe(200)
    expect(headers['content-type']).toBe('application/xml; charset=utf-8')
    expect(headers['cache-control']).toBe('no-store')
    const username = LOGIN_NAME.get(address) ?? imap[3]
    expect(read(text, address)).toMatchObject({
      imap: { ...place(imap), username },
      smtp: place(smtp),
    })
  })

  // Outlook 2013 and 2021, MyMail, Spike and Delta Chat may ask without a body.
  const byAddress = POX_PROVIDERS.filter(([address, imap]) => imap[3] === address)
  it.each(byAddress)('finds the servers of %s by GET', async (address, imap, smtp) => {
    const domain = address.slice(address.indexOf('@') + 1)
    for (const host of [domain, `autodiscover.${domain}`]) {
      const { status, text } = await ask({ target: PATH, host })
      expect(status).toBe(200)
      expect(text).not.toMatch(/<User>|<LoginName>/)
      expect(read(text, address)).toMatchObject({ imap: place(imap), smtp: place(smtp) })
    }
  })
})

describe('Autodiscover', () => {
  it.each(SPELLINGS)('answers at %s', async (target) => {
    const body = autodiscoverRequest('ann@btinternet.com')
    expect(await ask({ method: 'POST', target, body })).toMatchObject({ status: 200 })
    expect(await ask({ target, host: 'btinternet.com' })).toMatchObject({ status: 200 })
  })

  it.each([
    [{}],
    [{ 'Content-Type': 'text/xml' }],
    [{ 'Content-Type': 'text/xml; charset=UTF8' }],
    [{ 'Content-Type': 'text/xml; charset=nonsense' }],
    [{ 'Content-Type': 'application/xml' }],
    [{ 'Content-Type': 'application/x-www-form-urlencoded' }],
    [{ 'Content-Type': 'application/json' }],
    [{ 'Content-Type': 'not a type' }],
    // Thunderbird sends the password unasked.
    [{ Authorization: 'Basic YW5uOnNlY3JldA==' }],
    [{ Authorization: 'Bearer nonsense' }],
  ])('takes a body with the headers %j', async (headers) => {
    const body = autodiscoverRequest('ann@btinternet.com')
    const {
      status,
      headers: received,
      text,
    } = await ask({
      method: 'POST',
      target: PATH,
      headers,
      body,
    })
    expect(status).toBe(200)
    expect(received['www-authenticate']).toBeUndefined()
    expect(text).toContain('<LoginName>ann@btinternet.com</LoginName>')
  })

  it('says SSL on and the kind of encryption, one protocol of each type, the type first', async () => {
    const body = autodiscoverRequest('ann@icloud.com')
    const { text } = await ask({ method: 'POST', target: PATH, body })
    const account = readXml(text).elements[0]?.elements.find(({ name }) => name === 'Account')
    expect(account?.elements.map(({ name }) => name)).toEqual([
      'AccountType',
      'Action',
      'Protocol',
      'Protocol',
    ])
    expect(text.match(/<SSL>on<\/SSL>\s*<Encryption>(?:SSL|TLS)</g)).toHaveLength(2)
    expect(text).toMatch(/<Port>993<[^]*<Encryption>SSL<[^]*<Port>587<[^]*<Encryption>TLS</)
    // The user names of the two directions differ.
    expect(text).not.toContain('UsePOPAuth')
  })

  it('answers a mailbox that does not exist like one that does', async () => {
    const answers = await Promise.all(
      ['ann', 'nobody.at.all'].map(async (local) => {
        const body = autodiscoverRequest(`${local}@btinternet.com`)
        const { text } = await ask({ method: 'POST', target: PATH, body })
        return text.replaceAll(local, '')
      }),
    )
    expect(answers[0]).toBe(answers[1])
  })
})

const BT = 'ann@btinternet.com'
const PLAIN = autodiscoverRequest(BT)
const UTF16 = PLAIN.replace('utf-8', 'utf-16')

function bigEndian(text: string): Buffer {
  return Buffer.from(text, 'utf16le').swap16()
}

// What bodies look like, and the error code that answers those that are wrong.
const BODIES: readonly (readonly [what: string, body: string | Buffer, code: number | 'ok'])[] = [
  ['a byte-order mark', `\uFEFF${PLAIN}`, 'ok'],
  ['UTF-16, little-endian', Buffer.from(`\uFEFF${UTF16}`, 'utf16le'), 'ok'],
  ['UTF-16, big-endian', bigEndian(`\uFEFF${UTF16}`), 'ok'],
  ['UTF-16 without a mark', Buffer.from(UTF16, 'utf16le'), 'ok'],
  ['no declaration', PLAIN.replace(/<\?.*?\?>/, ''), 'ok'],
  ['white space around the address', PLAIN.replace(BT, `\n  ${BT}\t`), 'ok'],
  ['the domain in capitals', PLAIN.replace(BT, 'ann@BTINTERNET.COM'), 'ok'],
  ['other letter case of tags', PLAIN.replaceAll('EMailAddress', 'EmailAddress'), 'ok'],
  ['prefixes', PLAIN.replaceAll('EMailAddress', 'x:EMailAddress'), 'ok'],
  ['a LegacyDN', PLAIN.replace('<Request>', '<Request><LegacyDN>/o=x/cn=y</LegacyDN>'), 'ok'],
  ['elements that nobody knows', PLAIN.replace('<Request>', '<Request><New>1</New>'), 'ok'],
  [
    'no schema',
    PLAIN.replace(/<AcceptableResponseSchema>.*<\/AcceptableResponseSchema>/, ''),
    'ok',
  ],
  ['only a LegacyDN', PLAIN.replaceAll('EMailAddress', 'LegacyDN'), 500],
  ['nothing', '', 600],
  ['a form', 'EMailAddress=ann%40btinternet.com', 600],
  ['half a document', PLAIN.slice(0, 200), 600],
  ['no address', PLAIN.replaceAll('EMailAddress', 'Other'), 600],
  ['an empty address', PLAIN.replace(BT, ''), 600],
  ['an address that is none', PLAIN.replace(BT, 'ann'), 600],
  ['an address with markup', PLAIN.replace(BT, '&lt;b&gt;@btinternet.com'), 600],
  ['a line break in the address', PLAIN.replace(BT, 'ann&#10;b@btinternet.com'), 600],
  ['a document type', PLAIN.replace('?>', '?><!DOCTYPE x [<!ENTITY a "b">]>'), 600],
  ['an entity', PLAIN.replace(BT, '&a;@btinternet.com'), 600],
  ['depth', `${'<a>'.repeat(2000)}${'</a>'.repeat(2000)}`, 600],
  ['another schema', autodiscoverRequest(BT, 'other/responseschema/2030'), 601],
  ['ActiveSync', autodiscoverRequest(BT, 'mobilesync/responseschema/2006'), 601],
]

describe('an Autodiscover request with', () => {
  it.each(BODIES)('%s', async (_what, body, code) => {
    const { status, text } = await ask({ method: 'POST', target: PATH, body })
    if (code === 'ok') {
      expect(status).toBe(200)
      expect(text).toContain('<LoginName>ann@btinternet.com</LoginName>')
      return
    }
    expect(status).toBe(code === 500 ? 404 : 200)
    expect(readError(text)).toMatchObject({ code: String(code) })
    expect(text).not.toContain('btinternet')
  })

  it('an ActiveSync schema is answered in that namespace, any other in none of its own', async () => {
    const answerTo = async (schema: string) =>
      readError(
        (await ask({ method: 'POST', target: PATH, body: autodiscoverRequest(BT, schema) })).text,
      )
    expect(await answerTo('mobilesync/responseschema/2006')).toMatchObject({
      namespace:
        'http://schemas.microsoft.com/exchange/autodiscover/mobilesync/responseschema/2006',
    })
    expect((await answerTo('evil"&gt;/responseschema/2006')).namespace).toBeUndefined()
  })

  it.each(['ann@unknown.example', 'ann@old.example', 'ann@outlook.com'])(
    'the address %s finds nothing',
    async (address) => {
      const body = autodiscoverRequest(address)
      const { status, text } = await ask({ method: 'POST', target: PATH, host: 'me.com', body })
      expect(status).toBe(404)
      expect(readError(text)).toMatchObject({ code: '500' })
    },
  )

  it('too many bytes is refused, however they come', async () => {
    const body = ' '.repeat(17 * 1024)
    const declared = await ask({ method: 'POST', target: PATH, body })
    expect(declared.status).toBe(413)
    expect(await ask({ method: 'POST', target: PATH, chunked: true, body })).toMatchObject({
      status: 413,
    })
  })

  // iCloud wants the local part, which every client would get wrong without a login name.
  it.each(['autodiscover.unknown.example', 'localhost', 'autodiscover.icloud.com'])(
    'the host %s alone finds nothing',
    async (host) => {
      const { status, text } = await ask({ target: PATH, host })
      expect(status).toBe(404)
      expect(readError(text)).toMatchObject({ code: '500' })
    },
  )
})

function readError(text: string) {
  const [response] = readXml(text).elements
  const [error] = response?.elements ?? []
  expect(error?.name).toBe('Error')
  expect(error?.attributes['Time']).toMatch(/^\d\d:\d\d:\d\d\.\d{3}$/)
  expect(error?.attributes['Id']).toMatch(/^\d+$/)
  return {
    namespace: response?.attributes['xmlns'],
    code: error?.elements.find(({ name }) => name === 'ErrorCode')?.text,
  }
}

describe('the JSON pointer to Autodiscover', () => {
  it.each([
    ['/autodiscover/autodiscover.json?Email=ann@btinternet.com&Protocol=Autodiscoverv1', 'x'],
    [
      '/Autodiscover/Autodiscover.json?Email=ann%40btinternet.com&Protocol=AutodiscoverV1&RedirectCount=1',
      'x',
    ],
    ['/autodiscover/autodiscover.json?protocol=AUTODISCOVERV1', 'autodiscover.btinternet.com'],
    ['/autodiscover/autodiscover.json/v1.0/ann@btinternet.com?Protocol=AutodiscoverV1', 'x'],
    ['/AutoDiscover/AutoDiscover.json/V1.0/ann%40btinternet.com?Protocol=AutodiscoverV1', 'x'],
  ])('%s', async (target, host) => {
    const { status, text, headers } = await ask({ target, host })
    expect(status).toBe(200)
    expect(headers['content-type']).toMatch(/^application\/json/)
    expect(JSON.parse(text)).toEqual({
      Protocol: 'AutodiscoverV1',
      Url: 'https://setup.example.com/autodiscover/autodiscover.xml',
    })
  })

  it.each([
    ['ActiveSync', 'ActiveSync'],
    ['%3Cscript%3E', '3Cscript3E'],
    ['x\'y"z', 'xyz'],
    ['', ''],
    ['a'.repeat(500), 'a'.repeat(40)],
  ])('has no other protocol: %j', async (protocol, shown) => {
    const target = `/autodiscover/autodiscover.json?Email=ann@btinternet.com&Protocol=${protocol}`
    const { status, text } = await ask({ target })
    expect(status).toBe(400)
    expect(JSON.parse(text)).toEqual({
      ErrorCode: 'InvalidProtocol',
      ErrorMessage: `The given protocol value '${shown}' is invalid. Supported values are 'AutodiscoverV1'`,
    })
  })

  it.each([
    ['?Email=ann@unknown.example&Protocol=AutodiscoverV1', 404],
    ['/v1.0/ann@unknown.example?Protocol=AutodiscoverV1', 404],
    ['?Protocol=AutodiscoverV1', 404],
    ['?Email=ann&Protocol=AutodiscoverV1', 400],
    ['/v1.0/ann?Protocol=AutodiscoverV1', 400],
    ['/v1.0/%FF?Protocol=AutodiscoverV1', 400],
  ])('%s: %d', async (rest, status) => {
    const target = `/autodiscover/autodiscover.json${rest}`
    expect(await ask({ target, host: 'unknown.example' })).toMatchObject({ status })
  })
})

describe('PACC', () => {
  const target = '/.well-known/user-agent-configuration.json'

  it('is the same bytes for everybody', async () => {
    const { status, headers, text } = await ask({ target, host: 'ua-auto-config.fastmail.com' })
    expect(status).toBe(200)
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'access-control-allow-origin': '*',
      'cache-control': 'public, max-age=3600',
      vary: 'Host',
    })
    const again = await ask({
      target: `${target}?emailaddress=ann@me.com`,
      host: 'fastmail.com:443',
      headers: { 'Accept-Language': 'de', Accept: 'text/html' },
    })
    expect(again.text).toBe(text)
  })

  it.each(['ua-auto-config.icloud.com', 'outlook.com', 'unknown.example', 'ann@fastmail.com'])(
    'is not found at %s',
    async (host) => expect(await ask({ target, host })).toMatchObject({ status: 404 }),
  )
})
