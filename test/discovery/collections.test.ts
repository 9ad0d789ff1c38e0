import type { RequestListener } from 'node:http'
import { describe, expect, it } from 'vitest'
import { parseAddress } from '../../src/account/address.js'
import type { SearchedInVain } from '../../src/discovery/attempt.js'
import { createDirectory } from '../../src/discovery/directory.js'
import { discover } from '../../src/discovery/discover.js'
import { catalogue } from '../support/app.js'
import { refusal } from '../support/errors.js'
import { providerAccount } from '../../src/providers/provider-account.js'
import { clientConfig, documentAt, startOutside, type Outside } from '../support/outside.js'

const ISPDB = 'https://ispdb.example.org/v1.1'
const PATH = '/mail/config-v1.1.xml'
const BASIC = { 'WWW-Authenticate': 'Basic realm="Cloud", charset="UTF-8"' }

function search(outside: Outside) {
  const providerOfMx = (host: string) => catalogue.forMx(host)
  return discover('customer.com', { network: outside, ispdb: ISPDB, http: false, providerOfMx })
}

/** A website that redirects programs as RFC 6764 wants, and wants them to sign in there. */
function dav(target = '/remote.php/dav/', kinds = ['caldav', 'carddav']): RequestListener {
  return ({ method, url = '' }, response) => {
    const kind = /^\/\.well-known\/(\w+)$/.exec(url)?.[1]
    if (kind !== undefined && kinds.includes(kind)) {
      response.writeHead(301, { Location: target }).end()
    } else if (method === 'PROPFIND' && url === new URL(target, 'https://customer.com/').pathname) {
      response.writeHead(401, BASIC).end()
    } else response.writeHead(404).end()
  }
}

const mailOf = (host: string, listener: RequestListener = dav('/', [])): RequestListener => {
  const document = documentAt(PATH, clientConfig({ imap: `imap.${host}`, smtp: `smtp.${host}` }))
  return (request, response) =>
    request.url === PATH ? document(request, response) : listener(request, response)
}
const mailSrv = (host: string) => ({
  '_imaps._tcp.customer.com': [{ name: host, port: 993, priority: 0, weight: 1 }],
  '_submissions._tcp.customer.com': [{ name: host, port: 465, priority: 0, weight: 1 }],
})
const davSrv = (host: string, port = 443) => ({
  '_caldavs._tcp.customer.com': [{ name: host, port, priority: 0, weight: 1 }],
  '_carddavs._tcp.customer.com': [{ name: host, port, priority: 0, weight: 1 }],
})
const paths = (path: string) => ({
  '_caldavs._tcp.customer.com': ['v=other', `path=${path}`],
  '_carddavs._tcp.customer.com': [`path=${path}`],
})

describe('a domain that has calendars and contacts, and no mail', () => {
  it('is found by its own .well-known, and vouches for its own servers', async () => {
    const outside = await startOutside({ sites: { 'customer.com': dav() } })
    const { found } = await search(outside)
    const url = 'https://customer.com/'
    expect(found).toMatchObject({ trust: 'https-own-domain', voucher: 'domain', confirm: [] })
    if (found === undefined) throw new Error('Nothing was found.')
    const account = providerAccount(found, parseAddress('ann@customer.com'))
    expect(account).toMatchObject({
      accountName: 'customer.com',
      calendar: { url },
      contacts: { url },
    })
    expect(account.incoming).toBeUndefined()
  })

  it('is told nothing of anybody, and asked as programs ask', async () => {
    const asked: string[] = []
    const site: RequestListener = (request, response) => {
      if (request.url?.includes('dav') === true) {
        asked.push(`${request.method ?? ''} ${request.url} ${String(request.headers['depth'])}`)
        for (const name of ['authorization', 'cookie']) {
          expect(request.headers[name]).toBeUndefined()
        }
      }
      dav()(request, response)
    }
    await search(await startOutside({ sites: { 'customer.com': site } }))
    expect(asked.sort()).toEqual([
      'PROPFIND /.well-known/caldav 0',
      'PROPFIND /.well-known/carddav 0',
      'PROPFIND /remote.php/dav/ 0',
      'PROPFIND /remote.php/dav/ 0',
    ])
  })

  it('is found at another host, for which nobody vouches', async () => {
    const target = 'https://cloud.host.net/dav/'
    const outside = await startOutside({
      sites: { 'customer.com': dav(target, ['carddav']), 'cloud.host.net': dav('/dav/') },
    })
    const { found } = await search(outside)
    expect(found).toMatchObject({ voucher: 'nobody', confirm: ['host.net'] })
    expect(found?.provider.calendar).toBeUndefined()
    expect(found?.provider.contacts).toEqual({ url: target })
  })

  it.each([
    ['a path', davSrv('DAV.host.net.'), paths('/cal/'), 'https://dav.host.net/cal/'],
    ['no path', davSrv('dav.host.net'), {}, 'https://dav.host.net/'],
    ['another port', davSrv('dav.host.net', 8443), {}, 'https://dav.host.net:8443/'],
  ])('is found by its SRV records, with %s', async (_, srv, txt, url) => {
    const { found } = await search(await startOutside({ srv, txt }))
    expect(found).toMatchObject({ trust: 'srv', voucher: 'nobody', confirm: ['host.net'] })
    expect(found?.provider).toMatchObject({ calendar: { url }, contacts: { url }, incoming: [] })
  })

  it('is asked without TXT records by a network that has none', async () => {
    const { txt, ...outside } = await startOutside({ srv: davSrv('dav.host.net') })
    expect(txt).toBeDefined()
    const { found } = await search(outside)
    expect(found?.provider.calendar).toEqual({ url: 'https://dav.host.net/' })
  })

  const everywhere =
    (status: number, headers: Readonly<Record<string, string>> = {}): RequestListener =>
    (_request, response) =>
      void response.writeHead(status, headers).end('<html>')
  it.each([
    ['a page', everywhere(200)],
    ['a page that is not there', everywhere(404)],
    ['a password for whatever is asked', everywhere(401, BASIC)],
    ['a server that takes no password', dav401({ 'WWW-Authenticate': 'Bearer realm="Basic x"' })],
    ['another name for itself', redirect('https://www.customer.com/.well-known/caldav')],
    ['a way without encryption', redirect('http://customer.com/dav/')],
    ['a way inside', redirect('https://inside.net/dav/')],
    ['another port', redirect('https://customer.com:8443/dav/')],
    ['a bare IP address', redirect('https://127.0.0.1/dav/')],
    ['no end', redirect('/.well-known/caldav')],
  ])('is not what has %s', async (_, site) => {
    const outside = await startOutside({
      sites: { 'customer.com': site, 'www.customer.com': everywhere(401, BASIC) },
      addresses: { 'inside.net': [['10.0.0.1']] },
    })
    const { found, collections } = await search(outside)
    expect(found).toBeUndefined()
    expect(collections).toHaveLength(2)
    expect(outside.trapped()).toBe(0)
  })

  it.each([
    ['says what it is', 401, { ...BASIC, DAV: '1, 2, calendar-access, addressbook' }],
    ['answers at once', 207, {}],
  ])('is what %s without a redirect', async (_, status, headers) => {
    const { found } = await search(
      await startOutside({ sites: { 'customer.com': everywhere(status, headers) } }),
    )
    expect(found?.provider.calendar?.url).toBe('https://customer.com/')
  })

  it.each(['/%EMAILADDRESS%/', '/a?b=c', '/\u0000'])(
    'is not at a path that no account could have: %j',
    async (path) => {
      const { found } = await search(
        await startOutside({ srv: davSrv('dav.host.net'), txt: paths(path) }),
      )
      expect(found).toBeUndefined()
    },
  )

  it('is not offered where mail is refused for a reason that people are told', async () => {
    const config = clientConfig({ authentication: 'OAuth2' })
    const sites = {
      'autoconfig.customer.com': documentAt(PATH, config),
      'customer.com': dav(),
    }
    const { found, attempts } = await search(await startOutside({ sites }))
    expect([found, attempts.at(-1)?.outcome]).toEqual([undefined, 'oauth_only'])
  })
})

function dav401(headers: Readonly<Record<string, string>>): RequestListener {
  return ({ url = '' }, response) =>
    void (
      url.startsWith('/.well-known/c')
        ? response.writeHead(307, { Location: '/dav/' })
        : response.writeHead(401, headers)
    ).end()
}

function redirect(location: string): RequestListener {
  return (_request, response) => void response.writeHead(302, { Location: location }).end()
}

describe('a domain that has mail, and calendars and contacts', () => {
  const OWN = 'autoconfig.customer.com'

  it.each([
    // Who vouches, where mail is, where they are, and whether they come along.
    ['domain', 'customer.com', dav(), {}, 'https://customer.com/'],
    ['domain', 'customer.com', undefined, davSrv('dav.customer.com'), undefined],
    ['nobody', 'host.net', undefined, davSrv('dav.host.net'), 'https://dav.host.net/'],
    ['nobody', 'host.net', undefined, davSrv('dav.else.net'), undefined],
    ['nobody', 'host.net', dav(), {}, undefined],
  ] as const)(
    'vouched for by %s, with mail at %s: they come along where nobody else gets the password',
    async (voucher, host, site, srv, url) => {
      const outside = await startOutside({
        sites: { [OWN]: mailOf(host), ...(site && { 'customer.com': site }) },
        srv,
      })
      const { found } = await search(outside)
      expect(found).toMatchObject({ trust: 'https-own-domain', voucher })
      expect(found?.confirm).toEqual(voucher === 'domain' ? [] : ['host.net'])
      expect(found?.provider.calendar?.url).toBe(url)
      expect(found?.provider.incoming).toHaveLength(1)
    },
  )

  it('found by SRV records, have both', async () => {
    const srv = { ...mailSrv('mail.host.net'), ...davSrv('dav.host.net') }
    const { found } = await search(await startOutside({ srv, txt: paths('/dav/') }))
    expect(found).toMatchObject({ trust: 'srv', confirm: ['host.net'] })
    expect(found?.provider.contacts).toEqual({ url: 'https://dav.host.net/dav/' })
  })

  it.each([['/%EMAILADDRESS%/'], ['/a?b=c']])(
    'has its mail whatever a stranger writes into a path: %j',
    async (path) => {
      const srv = { ...mailSrv('mail.host.net'), ...davSrv('dav.host.net') }
      const { found } = await search(await startOutside({ srv, txt: paths(path) }))
      if (found === undefined) throw new Error('Nothing was found.')
      expect(found.provider.calendar).toBeUndefined()
      expect(providerAccount(found, parseAddress('ann@customer.com')).incoming?.host).toBe(
        'mail.host.net',
      )
    },
  )

  it('of the catalogue, is as the catalogue has it', async () => {
    const outside = await startOutside({
      mx: { 'customer.com': [{ priority: 10, exchange: 'in1-smtp.messagingengine.com' }] },
      sites: {
        'customer.com': dav('https://dav.messagingengine.com/dav/'),
        'dav.messagingengine.com': dav('/dav/'),
      },
      srv: davSrv('dav.messagingengine.com'),
    })
    const { found, collections } = await search(outside)
    expect(found).toMatchObject({ trust: 'mx', voucher: 'catalogue' })
    const provider = catalogue.find(parseAddress('ann@fastmail.com')).provider
    expect(found?.provider.calendar).toEqual(provider.calendar)
    expect(collections).toBeUndefined()
  })

  it('has its mail though the website with the others never answers, and is asked again soon', async () => {
    const silent: RequestListener = () => undefined
    const outside = await startOutside({
      sites: { [OWN]: mailOf('customer.com'), 'customer.com': silent },
    })
    const { found, collections } = await search(outside)
    expect(found?.provider.incoming).toHaveLength(1)
    expect(collections?.map(({ outcome }) => outcome)).toContain('timeout')
  })
})

describe('a directory that searches', () => {
  const directoryOver = (network: Outside) =>
    createDirectory({
      catalogue: () => catalogue,
      network,
      discovery: { ispdb: false, http: false },
    })
  const ann = parseAddress('ann@customer.com')

  it('has an account of calendars and contacts alone, found once for all who ask', async () => {
    const outside = await startOutside({ sites: { 'customer.com': dav() } })
    const directory = directoryOver(outside)
    const found = await directory.find(ann)
    expect(found.provider).toMatchObject({ incoming: [], outgoing: [] })
    const asked = outside.requests.length
    expect(await directory.find(parseAddress('bob@customer.com'))).toBe(found)
    expect(outside.requests).toHaveLength(asked)
  })

  it('tells where it looked for them in vain', async () => {
    const directory = directoryOver(await startOutside())
    const error = await refusal(() => directory.find(ann))
    expect(error.code).toBe('unknown_domain')
    const { attempts } = error.cause as SearchedInVain
    expect(attempts.map(({ place }) => place)).toEqual(
      expect.arrayContaining([
        'https://customer.com/.well-known/caldav',
        'SRV records for calendars and contacts of customer.com',
      ]),
    )
  })
})
