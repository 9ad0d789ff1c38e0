import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { MailAccount } from '../../src/account/account.js'
import type { MailService } from '../../src/account/mail-service.js'
import { expandPlaceholders } from '../../src/account/placeholders.js'
import { renderAutoconfig } from '../../src/formats/mozilla-autoconfig/mozilla-autoconfig.js'
import { outlookAutodiscover } from '../../src/formats/outlook-autodiscover/outlook-autodiscover.js'
import { inspectAutoconfig } from '../../src/formats/mozilla-autoconfig/inspection.js'
import type { Provider } from '../../src/providers/provider.js'
import { mailOf } from '../support/mail-of.js'
import {
  discoverableDomains,
  namesOf,
  SETUP_HOST,
  startDiscoveryServer,
} from '../support/discovery-server.js'
import { noIsolatedNetwork, startIsolatedNetwork } from '../support/isolated-network.js'
import { isMissing } from '../support/programs.js'
import { createServerCertificate } from '../support/server-certificate.js'
import {
  startThunderbird,
  type Thunderbird,
  type ThunderbirdConfig,
  type ThunderbirdServer,
} from '../support/thunderbird.js'
import { REFUSED, TAKEN } from '../support/thunderbird-documents.js'
import { vectors } from '../support/vectors.js'

// Thunderbird itself, without a window, in a network of its own with the program: its own search for
// settings and its own readers, by the names that its version 153 gives them.

const DOMAINS = discoverableDomains()
const DISCOVERED = DOMAINS.filter(
  ({ account, provider: service }) => outlookAutodiscover.support(account, { service }).supported,
)
const FOREIGN = new URL('../vectors/autoconfig/', import.meta.url)
const FOREIGN_DOCUMENTS = readdirSync(FOREIGN).filter((name) => name.endsWith('.xml'))

const MODULES = `
const load = (name) => ChromeUtils.importESModule('resource:///modules/' + name + '.sys.mjs')
const { AccountConfig } = load('accountcreation/AccountConfig')
const { FetchConfig } = load('accountcreation/FetchConfig')
const { FindConfig } = load('accountcreation/FindConfig')
const { fetchConfigFromExchange } = load('accountcreation/ExchangeAutoDiscover')
const { readFromXML } = load('accountcreation/readFromXML')
const { JXON } = load('JXON')
const [asked] = arguments
const address = 'ann@' + asked
const { signal } = new AbortController()
const filled = (config) => {
  AccountConfig.replaceVariables(config, 'Ann Example', address, 'secret')
  return config
}
`

const SEARCH = `
const search = FindConfig.parallelAutoDiscovery(asked, address, signal, 'secret')
const config = (await search.next()).value
`

// The few documents that come with it stand above ours.
const FIND = `${SEARCH}
const isOwn = config.subSource === 'xml-from-disk'
return filled(isOwn ? await FetchConfig.fromISP(asked, address, signal) : config)
`

const AUTODISCOVER = `
const refuse = () => Promise.reject(new Error('A redirection'))
return filled(await fetchConfigFromExchange(asked, address, signal, null, 'secret', refuse))
`

const READ = `
const xml = new DOMParser().parseFromString(asked, 'text/xml')
try {
  return readFromXML(JXON.build(xml), 'test')
} catch {
  return null
}
`

// Every request with its path, and whether a password goes with it.
const RECORD = `
const requests = []
Services.obs.addObserver((subject) => {
  const channel = subject.QueryInterface(Ci.nsIHttpChannel)
  let sends = 'the password'
  try {
    channel.getRequestHeader('Authorization')
  } catch {
    sends = 'nothing'
  }
  const { scheme, host, filePath } = channel.URI
  requests.push([channel.requestMethod, scheme + '://' + host + filePath, sends].join(' '))
}, 'http-on-modify-request')
`

describe.skipIf(isMissing('thunderbird') || noIsolatedNetwork())('Thunderbird', () => {
  let folder: string
  let thunderbird: Thunderbird
  const stops: (() => Promise<unknown>)[] = []

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'mailprofile-thunderbird-'))
    const names = DOMAINS.flatMap(({ domain }) => namesOf(domain))
    const network = await startIsolatedNetwork([...names, SETUP_HOST])
    stops.push(() => network.stop())
    const certificate = createServerCertificate({ names })
    const server = await startDiscoveryServer(network, folder, certificate)
    stops.push(() => server.stop())
    thunderbird = await startThunderbird(network, folder, certificate.ca)
    stops.push(() => thunderbird.stop())
  })
  afterAll(async () => {
    for (const stop of stops.reverse()) await stop()
    // What it was still writing when it ended.
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  })

  async function run<T>(body: string, asked: string): Promise<T> {
    return (await thunderbird.run(MODULES + body, asked)) as T
  }

  it.each(DOMAINS)('finds $domain by itself', async ({ domain, account, provider }) => {
    const config = await run<ThunderbirdConfig>(FIND, domain)
    expect(config.subSource).toBe('xml-from-isp-https')
    expect(firstOf(config)).toEqual(expected(mailOf(account)))
    expect(allOf(config).map(place).sort()).toEqual(places(provider, domain).sort())
  })

  it.each(DISCOVERED)('reads our Autodiscover for $domain', async ({ domain, account }) => {
    const config = await run<ThunderbirdConfig>(AUTODISCOVER, domain)
    expect(config.subSource).toBe('exchange-from-url1')
    expect(firstOf(config)).toEqual(expected(mailOf(account)))
  })

  it('asks Autodiscover at the same time, and sends the password there unasked', async () => {
    const requests = await run<string[]>(`${RECORD} ${SEARCH} return requests`, 'online.de')
    const autoconfig = ['https://autoconfig.online.de', 'https://online.de/.well-known/autoconfig']
    const autodiscover = ['https://autodiscover.online.de', 'https://online.de']
    expect(requests).toEqual(
      expect.arrayContaining([
        ...autoconfig.map((place) => `GET ${place}/mail/config-v1.1.xml nothing`),
        ...autodiscover.map((place) => `POST ${place}/autodiscover/autodiscover.xml the password`),
      ]),
    )
    const others = requests.filter((request) => !request.startsWith('POST https://'))
    expect(others.filter((request) => request.endsWith('the password'))).toEqual([])
  })

  it.each(vectors('mozilla-autoconfig', 'autoconfig-served'))(
    'reads %s',
    async (_, { input, expected }) => {
      const { service, domain } = input as { service: MailService; domain: string }
      const config = await run<ThunderbirdConfig | null>(READ, renderAutoconfig(service, domain))
      if (config === null) {
        // It takes OAuth only of hosts whose sign-in it knows.
        const all = [...service.incoming, ...service.outgoing]
        expect(new Set(all.map((one) => one.authentication))).toEqual(new Set(['oauth2']))
        return
      }
      expect([config.displayName, config.domains]).toEqual([expected['displayName'], [domain]])
      const servers = expected['servers'] as readonly (readonly unknown[])[]
      expect(allOf(config).map(vectorRow)).toEqual(
        servers.map(([type, host, port, socketType, , username]) => [
          ...[type, host, port, socketType, username],
        ]),
      )
    },
  )

  it.each(REFUSED)('refuses a document for %s', async (_what, document) => {
    expect(await run(READ, document)).toBeNull()
  })

  it.each(TAKEN)('takes a document %s', async (_what, document) => {
    expect(await run(READ, document)).not.toBeNull()
  })

  it.each(FOREIGN_DOCUMENTS)('takes %s or not, as inspect says', async (name) => {
    const document = readFileSync(new URL(name, FOREIGN), 'utf8')
    const config = await run<ThunderbirdConfig | null>(READ, document)
    const inspect = () => inspectAutoconfig(document)
    if (config === null) expect(inspect).toThrow(/^Thunderbird would refuse it\./)
    else expect(inspect).not.toThrow()
  })
})

// In our words: nsMsgSocketType, and what nsMsgAuthMethod is for passwords.
const SECURITY = ['none', 'starttls', 'starttls', 'tls']
const SOCKET_TYPE = ['plain', 'STARTTLS', 'STARTTLS', 'SSL']
const PASSWORD = 3

function expected({ incoming, outgoing }: MailAccount) {
  return [incoming, outgoing].map(({ protocol, host, port, security, username }) => ({
    place: `${protocol} ${host}:${port} ${security}`,
    username,
    auth: PASSWORD,
  }))
}

function firstOf({ incoming, outgoing }: ThunderbirdConfig) {
  return [incoming, outgoing].map((server) => ({
    place: place(server),
    username: server.username,
    auth: server.auth,
  }))
}

function allOf(config: ThunderbirdConfig): ThunderbirdServer[] {
  const { incoming, incomingAlternatives, outgoing, outgoingAlternatives } = config
  return [incoming, ...incomingAlternatives, outgoing, ...outgoingAlternatives]
}

function vectorRow({ type, hostname, port, socketType, username }: ThunderbirdServer) {
  return [type, hostname, port, SOCKET_TYPE[socketType], username]
}

function place({ type, hostname, port, socketType }: ThunderbirdServer): string {
  return `${type} ${hostname}:${port} ${SECURITY[socketType]}`
}

function places({ incoming, outgoing }: Provider, domain: string): string[] {
  const all = [...incoming, ...outgoing].map(
    ({ protocol, host, port, security }) =>
      `${protocol} ${expandPlaceholders(host, `ann@${domain}`)}:${port} ${security}`,
  )
  return [...new Set(all)]
}
