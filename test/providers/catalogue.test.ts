import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseAddress } from '../../src/account/address.js'
import { Catalogue } from '../../src/providers/catalogue.js'
import { loadCatalogue, loadShippedFiles } from '../../src/providers/load.js'
import { parseProvider, parseProviderFile } from '../../src/providers/provider.js'
import { catalogue } from '../support/app.js'
import { refusal } from '../support/errors.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const SERVERS = `
incoming:
  - { protocol: imap, host: imap.host.net, port: 993, security: tls, authentication: password-cleartext, username: '%EMAILADDRESS%' }
outgoing:
  - { protocol: smtp, host: smtp.host.net, port: 465, security: tls, authentication: password-cleartext, username: '%EMAILADDRESS%' }
`
const hostYaml = (more: string, id = 'host') => `id: ${id}\nname: Host\n${more}\n${SERVERS}`

function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder()
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}

describe('a server with several authentications', () => {
  const provider = parseProvider(
    hostYaml('domains: [a.example]').replace(
      'authentication: password-cleartext',
      'authentication: [oauth2, password-encrypted, password-cleartext]',
    ),
    'host.yaml',
  )

  it('is one template for each, in order', () => {
    expect(provider.incoming.map(({ authentication }) => authentication)).toEqual([
      'oauth2',
      'password-encrypted',
      'password-cleartext',
    ])
    expect(new Set(provider.incoming.map(({ host }) => host)).size).toBe(1)
  })

  it('gives an account the first that takes a password', () => {
    const { incoming } = new Catalogue([{ provider, file: 'host.yaml' }]).account('ann@a.example')
    expect(incoming?.authentication).toBe('password-encrypted')
  })
})

describe('an unusual port', () => {
  const yaml = hostYaml('domains: [a.example]').replace('port: 465', 'port: 587')

  it('is refused with a word on how to insist', async () => {
    const error = await refusal(() => parseProvider(yaml, 'host.yaml'))
    expect(error.message).toContain('unusualPort: true')
  })

  it('is taken when it is meant', () => {
    const { outgoing } = parseProvider(
      yaml.replace('port: 587', 'port: 587, unusualPort: true'),
      'host.yaml',
    )
    expect(outgoing).toMatchObject([{ port: 587, security: 'tls' }])
    expect(outgoing[0]).not.toHaveProperty('unusualPort')
  })
})

describe('mail exchangers', () => {
  const entry = (id: string, mx: readonly string[]) => ({
    provider: parseProvider(hostYaml(`mx: ${JSON.stringify(mx)}`, id), `${id}.yaml`),
    file: `${id}.yaml`,
  })
  const hosts = new Catalogue([
    entry('wide', ['*.host.net']),
    entry('narrow', ['*.eu.host.net', 'MX1.host.net.']),
  ])

  it.each([
    ['mx1.host.net', 'narrow'],
    ['mx2.host.net', 'wide'],
    ['a.b.host.net', 'wide'],
    ['a.eu.host.net', 'narrow'],
    ['a.b.eu.host.net', 'narrow'],
    ['eu.host.net', 'wide'],
    ['host.net', undefined],
    ['xhost.net', undefined],
    ['host.net.evil.com', undefined],
    ['', undefined],
    ['constructor', undefined],
  ])('%s belongs to %s', (host, id) => {
    expect(hosts.forMx(host)?.provider.id).toBe(id)
  })

  it('of the operator come before those of the shipped providers', () => {
    const both = new Catalogue([
      { ...entry('own', ['*.host.net']), shipped: false },
      { ...entry('shipped', ['mx1.host.net']), shipped: true },
    ])
    expect(both.forMx('mx1.host.net')?.provider.id).toBe('own')
  })

  it.each([['*.com*'], ['*'], ['*.'], ['mx'], ['a b.example'], ['*.*.host.net']])(
    'are refused when they are %s',
    async (name) => {
      const yaml = hostYaml(`mx: ['${name}']`)
      expect((await refusal(() => parseProvider(yaml, 'host.yaml'))).code).toBe(
        'invalid_configuration',
      )
    },
  )

  it('or domains have to be named', async () => {
    const error = await refusal(() => parseProvider(hostYaml(''), 'host.yaml'))
    expect(error.message).toContain('at least one domain')
  })
})

describe('folders of more providers', () => {
  // A program in JavaScript may give anything.
  it.each([['./x'], [['./a', 7]], [null], [{ folder: './x' }]])(
    'are a list, and nothing like %j',
    async (given) => {
      const error = await refusal(() => loadCatalogue(given as readonly string[]))
      expect(error).toMatchObject({ code: 'invalid_configuration', field: 'providers' })
      expect(error.message).toBe('loadCatalogue takes a list of folders.')
    },
  )
})

describe('a list of domains', () => {
  const LIST =
    '\uFEFF# customers\nOne.example\n\n  two.example # since May\r\nmüller.example\none.example\n'

  it('adds to the domains of its provider', async () => {
    const folder = folderOf({
      'host.yaml': hostYaml('domains: [zero.example]\ndomainsFile: customers.txt'),
      'customers.txt': LIST,
    })
    const loaded = await loadCatalogue([folder])
    for (const domain of ['zero.example', 'one.example', 'two.example', 'xn--mller-kva.example']) {
      expect(loaded.forDomain(domain)?.source).toBe('host.yaml')
    }
    expect(loaded.forDomain('customers')).toBeUndefined()
  })

  it.each([
    ['is not there', {}, /customers\.txt cannot be read/],
    ['has a line that is no domain', { 'customers.txt': 'a.example\nb c\n' }, /customers\.txt:2: /],
    [
      'names what another file of the folder names',
      { 'customers.txt': 'b.example\n', 'other.yaml': hostYaml('domains: [b.example]', 'other') },
      /b\.example is in both host\.yaml and other\.yaml/,
    ],
  ])('is refused when it %s', async (_name, files, message) => {
    const folder = folderOf({ 'host.yaml': hostYaml('domainsFile: customers.txt'), ...files })
    const error = await refusal(() => loadCatalogue([folder]))
    expect([error.code, error.message]).toEqual([
      'invalid_configuration',
      expect.stringMatching(message),
    ])
  })
})

describe('a provider that cannot be set up', () => {
  const REFUSE = 'refuse: { reason: Use the app of Host., url: https://host.net/app }\n'
  const refusedYaml = (more: string) => `id: host\nname: Host\n${more}\n${REFUSE}`
  const refused = { code: 'unsupported_account', message: 'Use the app of Host.' }

  it('is refused with its reason and page, by domain', async () => {
    const loaded = await loadCatalogue([
      folderOf({
        'host.yaml': refusedYaml('domains: [a.example]\ndomainsFile: more.txt'),
        'more.txt': 'b.example\n',
      }),
    ])
    for (const domain of ['a.example', 'b.example']) {
      const error = await refusal(() => loaded.account(`ann@${domain}`))
      expect(error).toMatchObject({ ...refused, helpUrl: 'https://host.net/app' })
      expect(loaded.forDomain(domain)).toBeUndefined()
      expect(loaded.entries.map(({ file }) => file)).not.toContain('host.yaml')
    }
  })

  it('has the help page of its file where the reason names none', async () => {
    const yaml = refusedYaml('domains: [a.example]\nhelp: https://host.net/help')
    const provider = parseProviderFile(yaml.replace(/, url: [^ ]*/, ''), 'host.yaml')
    if (provider.refuse === undefined) throw new Error('It has settings.')
    const loaded = new Catalogue([{ provider, file: 'host.yaml' }])
    const error = await refusal(() => loaded.find(parseAddress('ann@a.example')))
    expect(error).toMatchObject({ ...refused, helpUrl: 'https://host.net/help' })
  })

  it.each([
    ['settings over a reason', [refusedYaml, hostYaml], 'imap.host.net'],
    ['a reason over settings', [hostYaml, refusedYaml], undefined],
  ] as const)('the operator’s word counts: %s', async (_name, [shipped, own], host) => {
    const all = await loadCatalogue([
      folderOf({ 'a.yaml': shipped('domains: [a.example]') }),
      folderOf({ 'b.yaml': own('domains: [a.example]') }),
    ])
    for (const loaded of [all, all.restrictedTo(['a.example'])]) {
      expect(loaded.forDomain('a.example')?.provider.incoming[0]?.host).toBe(host)
    }
  })

  it('is unknown where its domain is not served', async () => {
    const restricted = catalogue.restrictedTo(['btinternet.com'])
    expect((await refusal(() => restricted.find(parseAddress('ann@proton.me')))).code).toBe(
      'unknown_domain',
    )
  })

  it.each([
    [
      'servers beside the reason',
      hostYaml(`domains: [a.example]\n${REFUSE}`),
      'incoming does not go with refuse',
    ],
    ['no reason', refusedYaml('domains: [a.example]').replace('reason', 'because'), 'refuse has'],
    ['no domain', refusedYaml(''), 'at least one domain'],
    ['a page without https', refusedYaml('mx: [a.example]').replace('https', 'http'), 'https'],
    [
      'another spelling',
      hostYaml(`domains: [a.example]\n${REFUSE}`, 'host').replace('refuse', 'refused'),
      'refuse',
    ],
  ])('is wrong with %s', async (_name, yaml, message) => {
    const error = await refusal(() => parseProviderFile(yaml, 'host.yaml'))
    expect([error.code, error.message]).toEqual([
      'invalid_configuration',
      expect.stringContaining(message),
    ])
  })
})

describe('the shipped catalogue', () => {
  it('names every mail exchanger once', () => {
    const all = [...catalogue.entries, ...catalogue.refused]
    const names = all.flatMap(({ provider }) => provider.mx)
    expect(new Set(names).size).toBe(names.length)
  })

  it('has at least a hundred and thirty providers, and says of ten why there are no settings', () => {
    expect(catalogue.entries.length).toBeGreaterThanOrEqual(130)
    expect(catalogue.refused.length).toBeGreaterThanOrEqual(10)
  })

  it('sends no password without encryption', () => {
    for (const { provider } of catalogue.entries) {
      for (const { security, authentication } of [...provider.incoming, ...provider.outgoing]) {
        expect([provider.id, security]).not.toEqual([provider.id, 'none'])
        expect([provider.id, authentication]).not.toEqual([provider.id, 'none'])
      }
    }
  })

  it('is the same from the build’s one file as from its own', async () => {
    const { entries, refused } = new Catalogue(await loadShippedFiles())
    expect(JSON.parse(JSON.stringify({ entries, refused }))).toEqual({
      entries: catalogue.entries,
      refused: catalogue.refused,
    })
  })
})

describe('a provider that a program has by itself', () => {
  const server = (host: string, protocol: string, port: number) => ({
    protocol,
    host,
    port,
    security: 'tls',
    authentication: 'password-cleartext',
    username: '%EMAILADDRESS%',
  })
  const object = (changes: object = {}) => ({
    id: 'customer',
    name: 'Customer',
    domains: ['customer.example', 'bücher.example'],
    incoming: [server('imap.host.net', 'imap', 993)],
    outgoing: [server('smtp.%EMAILDOMAIN%', 'smtp', 465)],
    ...changes,
  })
  const load = (...providers: object[]) => loadCatalogue([], { providers })

  it('is as good as a file', async () => {
    const yaml = 'domains: [customer.example, bücher.example]'
    const folder = folderOf({ 'host.yaml': hostYaml(yaml) })
    const ofFile = await loadCatalogue([folder], { shipped: false })
    const ofObject = await loadCatalogue([], {
      shipped: false,
      providers: [
        object({ id: 'host', name: 'Host', outgoing: [server('smtp.host.net', 'smtp', 465)] }),
      ],
    })
    for (const address of ['ann@customer.example', 'ann@bücher.example']) {
      expect(ofObject.account(address)).toEqual(ofFile.account(address))
    }
    expect(ofObject.entries[0]?.provider).toEqual(ofFile.entries[0]?.provider)
  })

  it('wins over files, and is beside those that ship', async () => {
    const folder = folderOf({ 'host.yaml': hostYaml('domains: [customer.example]') })
    const all = await loadCatalogue([folder], { providers: [object()] })
    expect(all.account('ann@customer.example').outgoing?.host).toBe('smtp.customer.example')
    expect(all.find(parseAddress('ann@customer.example')).source).toBe('providers[0]')
    expect(all.account('ann@btinternet.com').incoming?.host).toBe('mail.btinternet.com')
  })

  it('may say why there are no settings', async () => {
    const refused = await load({
      id: 'closed',
      name: 'Closed',
      domains: ['closed.example'],
      refuse: { reason: 'It has closed.' },
    })
    const error = await refusal(() => refused.account('ann@closed.example'))
    expect([error.code, error.message]).toEqual([
      'unsupported_account',
      expect.stringContaining('It has closed.'),
    ])
  })

  it.each<[string, unknown, string]>([
    ['providers[0].domains', object({ domains: [] }), 'must name at least one domain'],
    ['providers[0].incoming[0].port', object({ incoming: [server('a.b', 'imap', 0)] }), 'port'],
    ['providers[0].domain', object({ domain: 'customer.example' }), 'is not a known key'],
    ['providers[0].name', object({ name: undefined }), 'is missing'],
    ['providers[0].domainsFile', object({ domainsFile: 'a.txt' }), 'stands in files only'],
    ['providers[0].rootCertificate', object({ rootCertificate: 'a.pem' }), 'stands in files only'],
    ['providers[0]', null, 'the provider'],
    ['providers[0]', 'id: customer', 'the provider'],
  ])('is refused with the name of what is wrong: %s', async (field, wrong, words) => {
    const error = await refusal(() => load(wrong as object))
    expect([error.code, error.field]).toEqual(['invalid_configuration', field])
    expect(error.message).toContain(words)
  })

  it.each<[string, unknown]>([
    ['by itself', object()],
    ['in null', null],
    ['in a set', new Set([object()])],
  ])('is one of a list, and not %s', async (_name, providers) => {
    const error = await refusal(() => loadCatalogue([], { providers: providers as object[] }))
    expect([error.code, error.field]).toEqual(['invalid_configuration', 'providers'])
  })

  it('shares no domain with another one', async () => {
    const error = await refusal(() => load(object(), object({ id: 'other' })))
    expect(error.message).toContain('customer.example is in both providers[0] and providers[1]')
  })
})
