import type { RequestListener } from 'node:http'
import { setInterval } from 'node:timers'
import { describe, expect, it } from 'vitest'
import type { Outcome } from '../../src/discovery/attempt.js'
import { deadline } from '../../src/discovery/deadline.js'
import { discover } from '../../src/discovery/discover.js'
import { guardedFetch } from '../../src/discovery/guarded-fetch.js'
import {
  clientConfig,
  PUBLIC_ADDRESS,
  startOutside,
  type OutsideOptions,
} from '../support/outside.js'

const HOST = 'autoconfig.customer.com'
const URL = `https://${HOST}/mail/config-v1.1.xml`

const redirectTo =
  (location: string): RequestListener =>
  (_request, response) =>
    response.writeHead(302, { Location: location }).end()

const send =
  (body: string | Buffer, headers: Readonly<Record<string, string>> = {}): RequestListener =>
  (_request, response) =>
    response.writeHead(200, headers).end(body)

const endless: RequestListener = (_request, response) => {
  response.writeHead(200)
  const more = () => {
    while (response.write('<a>'.repeat(5000)));
    response.once('drain', more)
  }
  more()
}

const drip =
  (start: (response: Parameters<RequestListener>[1]) => void): RequestListener =>
  (_request, response) => {
    start(response)
    const timer = setInterval(() => response.write(' '), 200)
    response.once('close', () => clearInterval(timer))
  }

let hop = 0
const BOMB =
  '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">' +
  '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><clientConfig>&c;</clientConfig>'

const inside = (address: string): OutsideOptions => ({
  sites: { [HOST]: send('never') },
  addresses: { [HOST]: [[address]] },
})

// Whatever the site does, the search ends with a code, and nothing inside is reached.
const TABLE: readonly (readonly [name: string, outcome: Outcome, outside: OutsideOptions])[] = [
  ['a page instead of settings', 'invalid', { sites: { [HOST]: send('<html><p>Welcome</html>') } }],
  ['well-formed XML of another kind', 'invalid', { sites: { [HOST]: send('<html/>') } }],
  ['an empty body', 'invalid', { sites: { [HOST]: send('') } }],
  ['bytes that are no text', 'invalid', { sites: { [HOST]: send(Buffer.from([0xff, 0xfe, 0])) } }],
  [
    'compressed bytes nobody asked for',
    'invalid',
    { sites: { [HOST]: send(Buffer.from('1f8b08', 'hex'), { 'Content-Encoding': 'gzip' }) } },
  ],
  ['a document type', 'invalid', { sites: { [HOST]: send(`<!DOCTYPE a>${clientConfig()}`) } }],
  ['a billion laughs', 'invalid', { sites: { [HOST]: send(BOMB) } }],
  ['10 MB, announced', 'too_large', { sites: { [HOST]: send(Buffer.alloc(10_000_000, 0x20)) } }],
  [
    '10 MB, one by one',
    'too_large',
    { sites: { [HOST]: send(Buffer.alloc(10_000_000, 0x20), { 'Transfer-Encoding': 'chunked' }) } },
  ],
  ['a body without end', 'too_large', { sites: { [HOST]: endless } }],
  [
    '200 KB of headers',
    'unreachable',
    { sites: { [HOST]: send('x', { 'X-Long': 'x'.repeat(200_000) }) } },
  ],
  [
    'an answer that drips',
    'timeout',
    { sites: { [HOST]: drip((response) => response.writeHead(200)) } },
  ],
  ['a site that never answers', 'timeout', { sites: { [HOST]: () => undefined } }],
  [
    'another protocol',
    'invalid',
    {
      sites: {
        [HOST]: (_request, response) =>
          response.writeHead(101, { Connection: 'Upgrade', Upgrade: 'tcp' }).end(),
      },
    },
  ],
  [
    'a status of its own',
    'not_found',
    { sites: { [HOST]: (_request, response) => response.writeHead(999).end() } },
  ],
  [
    'a redirect to nowhere',
    'invalid',
    { sites: { [HOST]: (_request, response) => response.writeHead(302).end() } },
  ],
  [
    '50 redirects',
    'too_many_redirects',
    {
      sites: {
        [HOST]: (_request, response) => response.writeHead(302, { Location: `/${hop++}` }).end(),
      },
    },
  ],
  ...[
    ...[
      'https://127.0.0.1/',
      'https://[::ffff:127.0.0.1]/',
      'https://2130706433/',
      'https://0x7f000001/',
    ],
    ...['https://[::1]/', 'https://0177.0.0.1/', 'https://127.1/', 'https://10.0.0.1/'],
    ...['https://169.254.169.254/latest/meta-data/', `https://${PUBLIC_ADDRESS}/`, '//127.0.0.1/'],
    ...[
      'http://autoconfig.customer.com/',
      'https://localhost/',
      'https://printer/',
      'file:///etc/passwd',
    ],
    ...['https://autoconfig.customer.com:8443/', 'https://ann:secret@autoconfig.customer.com/'],
    ...['javascript:alert(1)', 'gopher://autoconfig.customer.com/', 'https://127%2e0.0.1/'],
    ...['https://127.0.0.1.:443/', 'https://a..b/', 'https://%31%32%37.0.0.1/'],
  ].map(
    (target) =>
      [`a redirect to ${target}`, 'blocked', { sites: { [HOST]: redirectTo(target) } }] as const,
  ),
  [
    'a redirect to a name inside',
    'blocked',
    {
      sites: { [HOST]: redirectTo('https://intranet.example.com/') },
      addresses: { 'intranet.example.com': [['192.168.1.1']] },
    },
  ],
  ...[
    ...[
      '127.0.0.1',
      '10.1.2.3',
      '172.16.0.1',
      '192.168.0.1',
      '169.254.169.254',
      '100.64.0.1',
      '0.0.0.0',
    ],
    ...[
      '255.255.255.255',
      '224.0.0.1',
      '198.18.0.1',
      '192.0.2.1',
      '240.0.0.1',
      '::1',
      '::',
      'fe80::1',
    ],
    ...[
      'fc00::1',
      'fd12:3456::1',
      '::ffff:127.0.0.1',
      '::ffff:10.0.0.1',
      '64:ff9b::7f00:1',
      '2002:7f00:1::',
    ],
    ...[
      'ff02::1',
      '2001:db8::1',
      'fec0::1',
      '::127.0.0.1',
      '4000::1',
      '168.63.129.16',
      'not an address',
      '',
    ],
  ].map((address) => [`the address ${address}`, 'blocked', inside(address)] as const),
  [
    'one public and one private address',
    'blocked',
    { sites: { [HOST]: send('never') }, addresses: { [HOST]: [[PUBLIC_ADDRESS, '10.0.0.1']] } },
  ],
  [
    'a certificate for another name',
    'certificate',
    { sites: { [HOST]: send(clientConfig()) }, uncertified: [HOST] },
  ],
]

describe('a hostile site', () => {
  it.each(TABLE)(
    '%s: %s',
    async (_name, outcome, options) => {
      const outside = await startOutside(options)
      const { found, attempts } = await discover('customer.com', {
        network: outside,
        ispdb: false,
        http: false,
        providerOfMx: () => undefined,
      })
      expect(found).toBeUndefined()
      expect(attempts[0]).toMatchObject({ place: URL, outcome })
      expect(outside.trapped()).toBe(0)
    },
    // The limit of a search.
    15_000,
  )

  it('cannot lead the connection elsewhere by a second answer of the DNS', async () => {
    const outside = await startOutside({
      sites: { [HOST]: send(clientConfig()) },
      addresses: { [HOST]: [[PUBLIC_ADDRESS], ['127.0.0.1']] },
    })
    const fetched = await guardedFetch(URL, { network: outside, signal: deadline(5000).signal })
    expect(fetched.toString()).toBe(clientConfig())
    expect(outside.asked).toEqual([HOST])
    expect(outside.dialled).toEqual([`${PUBLIC_ADDRESS}:443`])
    expect(outside.trapped()).toBe(0)
  })

  it('is not asked again at a second address that the DNS turned private meanwhile', async () => {
    const outside = await startOutside({
      sites: { [HOST]: redirectTo(URL) },
      addresses: { [HOST]: [[PUBLIC_ADDRESS], ['127.0.0.1']] },
    })
    await expect(
      guardedFetch(URL, { network: outside, signal: deadline(5000).signal }),
    ).rejects.toMatchObject({ outcome: 'blocked' })
    expect(outside.trapped()).toBe(0)
  })

  it('learns nothing but the domain', async () => {
    const outside = await startOutside({ sites: { [HOST]: send(clientConfig()) } })
    await guardedFetch(URL, { network: outside, signal: deadline(5000).signal })
    expect(outside.headers.join('\n')).not.toMatch(/cookie|authorization|referer|@/i)
    expect(outside.requests).toEqual([URL])
  })
})
