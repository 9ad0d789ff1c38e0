import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { createDirectory } from '../../src/discovery/directory.js'
import type { Network } from '../../src/discovery/network.js'
import { Catalogue } from '../../src/providers/catalogue.js'
import { parseProvider } from '../../src/providers/provider.js'
import { attributes, catalogue, testApp } from '../support/app.js'

const NETWORK = {} as Partial<Network> as Network

interface Own {
  readonly domains: readonly string[]
  readonly pop3?: boolean
  readonly mx?: string
  readonly id?: string
}

function own({ domains, pop3 = false, mx, id = 'own' }: Own) {
  const login = 'authentication: password-cleartext, username: "%EMAILADDRESS%"'
  const server = (protocol: string, port: number) =>
    `  - { protocol: ${protocol}, host: mail.example.net, port: ${port}, security: tls, ${login} }\n`
  const text = `id: ${id}
name: ${id}
domains: [${domains.join(', ')}]
${mx === undefined ? '' : `mx: [${mx}]\n`}incoming:
${server('imap', 993)}${pop3 ? server('pop3', 995) : ''}outgoing:
${server('smtp', 465)}`
  return { provider: parseProvider(text, `${id}.yaml`), file: `${id}.yaml` }
}

interface Server {
  readonly of: Catalogue
  /** Whether it searches for what nobody configured. */
  readonly searches?: boolean
}

const appOf = ({ of, searches = false }: Server) =>
  testApp({
    catalogue: of,
    directory: createDirectory({
      catalogue: () => of,
      network: NETWORK,
      ...(searches ? { discovery: { ispdb: false, http: false } } : {}),
    }),
  })

const firstPage = async (server: Server, path = '/') =>
  (await request(appOf(server)).get(path).set('Accept', 'text/html')).text

const restricted = (entries: ConstructorParameters<typeof Catalogue>[0], ...domains: string[]) =>
  new Catalogue([...catalogue.entries, ...entries]).restrictedTo(domains)

describe('POP3 on the first page', () => {
  const imapOnly = own({ domains: ['example.com'] })
  const both = own({ domains: ['example.com'], pop3: true })
  const byMx = own({ id: 'mx', domains: ['mx.example'], pop3: true, mx: 'mx.example.net' })

  it.each<[what: string, server: Server, offered: boolean]>([
    ['the whole catalogue', { of: catalogue }, true],
    ['domains without it', { of: restricted([imapOnly], 'example.com') }, false],
    ['domains with it', { of: restricted([both], 'example.com') }, true],
    ['own providers without it, and no domains named', { of: new Catalogue([imapOnly]) }, false],
    [
      'a search that has nothing to look for',
      { of: restricted([imapOnly], 'example.com'), searches: true },
      false,
    ],
    [
      'a search for a domain that nobody knows',
      { of: restricted([imapOnly], 'example.com', 'customer.example'), searches: true },
      true,
    ],
    [
      'a domain that is known by its mail exchanger',
      { of: restricted([imapOnly, byMx], 'example.com', 'customer.example') },
      true,
    ],
    [
      'an exchanger that none of the domains can have',
      { of: restricted([imapOnly, byMx], 'example.com') },
      false,
    ],
  ])('%s', async (_what, server, offered) => {
    expect((await firstPage(server)).includes('value="pop3"')).toBe(offered)
  })

  it.each(['protocol=pop3', 'protocol=imap&protocol=pop3'])(
    'stays for whoever has chosen it, to choose otherwise: %s',
    async (chosen) => {
      const server = { of: restricted([imapOnly], 'example.com') }
      const text = await firstPage(server, `/setup?address=ann@example.com&${chosen}`)
      expect(text).toContain('value="pop3"')
      expect(text).toContain('id="problem"')
    },
  )
})

describe('the search for a provider on the first page', () => {
  it.each<[what: string, server: Server, offered: boolean]>([
    ['the whole catalogue', { of: catalogue }, true],
    ['domains that are named', { of: catalogue.restrictedTo(['btinternet.com']) }, false],
    ['own providers alone', { of: new Catalogue([own({ domains: ['example.com'] })]) }, false],
    ['no providers', { of: new Catalogue([]) }, false],
  ])('%s', async (_what, server, offered) => {
    expect((await firstPage(server)).includes('<details id="providers"')).toBe(offered)
  })

  it('answers whoever asks all the same', async () => {
    const text = await firstPage(
      { of: catalogue.restrictedTo(['btinternet.com']) },
      '/?provider=bt',
    )
    expect(text).toMatch(/<details id="providers" open>[^]*<bdi>BT Mail<\/bdi>/)
  })
})

describe('the address that the first page shows as an example', () => {
  it.each<[domains: readonly string[], example: string]>([
    [[], 'you@example.com'],
    [['btinternet.com', 'posteo.de'], 'you@btinternet.com'],
    [['xn--mller-kva.example'], 'you@müller.example'],
    // So many may be customers, who are nobody else's business.
    [['a', 'b', 'c', 'd', 'e', 'f'].map((name) => `${name}.example`), 'you@example.com'],
  ])('%j', async (domains, example) => {
    const of = domains.length === 0 ? catalogue : catalogue.restrictedTo(domains)
    expect(attributes(await firstPage({ of }), 'placeholder')).toEqual([example])
  })
})
