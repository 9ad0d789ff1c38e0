import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { domainOf, parseAddress, type Address } from '../../account/address.js'
import { parseUrl } from '../../account/web-url.js'
import type { Config } from '../../config/config.js'
import type { Deployed } from '../../check/probe/probe.js'
import { paccDocument } from '../../formats/pacc/pacc.js'
import { zoneRecords } from '../../formats/dns-records/dns-records.js'
import { readCatalogue } from '../../server/configured-catalogue.js'
import { tenantOfDomain } from '../../server/tenant-of-domain.js'
import type { ExitCode, Finish, Io } from '../io.js'
import { createResolver } from '../name-server.js'
import { addConfigOption, addProvidersOption, readConfig } from '../options.js'
import { paintFor, tell, write, writeStyled } from '../output.js'
import { probeAsText } from '../probe-output.js'
import { timeoutUpTo } from '../timeout-option.js'
import { parseArgument, UsageError } from '../usage-error.js'

interface ProbeOptions {
  readonly url?: string
  readonly config?: string
  readonly providers?: readonly string[]
  readonly server?: string
  /** In seconds. */
  readonly timeout: number
  readonly json?: true
}

const MAX_TIMEOUT = 60
const LOOPBACK = '127.0.0.1'
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

export function probeCommand(program: Command, io: Io, finish: Finish): void {
  const command = program
    .command('probe')
    .description(
      'Asks the deployed server as each mail program does, and says what each would find.',
    )
    .argument('<address>', 'a mail address of a domain that the server answers for')
    .option('--url <url>', 'where people reach the server (default: baseUrl)')
    .option('--server <address>', 'the name server to ask, with a port if it is not 53')
    .option('--timeout <seconds>', 'how long each step may take', timeoutUpTo(MAX_TIMEOUT), 10)
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nRun it on a computer outside of the server’s network, with the configuration of the server if' +
        '\nyou can: then the answers are compared byte for byte. No password is sent.' +
        '\nExits with 1 when something was found.' +
        '\n\nExamples:\n  mailprofile probe ann@example.com' +
        '\n  mailprofile probe ann@example.com --url https://setup.example.com',
    )
  addProvidersOption(addConfigOption(command)).action((address: string, options: ProbeOptions) =>
    finish(probeAddress(address, options, io)),
  )
}

async function probeAddress(given: string, options: ProbeOptions, io: Io): Promise<ExitCode> {
  const address = parseAddress(given.trim())
  const resolver = await createResolver(options.server)
  const url = options.url === undefined ? undefined : parseArgument(() => parseService(options.url))
  const deployed = await readDeployed(address, url, options, io)
  const { probe } = await import('../../check/probe/probe.js')
  const { dial, ca } = await io.network()
  const trusted = ca ?? (await readExtraRoots(io))
  if (io.stderr.isTTY === true) await tell(io.stderr, 'Asking as mail programs do …\n')
  const report = await probe(address, deployed, {
    network: { resolver, dial, trust: trusted?.match(CERTIFICATE) ?? undefined },
    timeout: options.timeout * 1000,
    now: io.now(),
    signal: io.signal,
  })
  resolver.cancel()
  if (options.json) await write(io.stdout, `${JSON.stringify(report, null, 2)}\n`)
  else await writeStyled(io.stdout, probeAsText(report, paintFor(io)))
  return report.ok ? 0 : 1
}

// Node takes them for connections, and mailprofile for the signature of the profile. What cannot be read
// Node itself complains about.
async function readExtraRoots({ env, cwd }: Io): Promise<string | undefined> {
  const path = env['NODE_EXTRA_CA_CERTS']
  if (path === undefined || path === '') return undefined
  return readFile(resolve(cwd, path), 'utf8').catch(() => undefined)
}

async function readDeployed(
  address: Address,
  url: string | undefined,
  options: ProbeOptions,
  io: Io,
): Promise<Deployed> {
  const domain = domainOf(address)
  const whole = await readConfig(options.config, io)
  const config = await tenantOfDomain(whole, domain)
  const catalogue = await readCatalogue(config, options.providers ?? [], io)
  // Where two name the same domain the later one wins.
  const entry = catalogue.entries.filter(({ provider }) => provider.domains.includes(domain)).at(-1)
  const isShipped = entry?.shipped === true && !catalogue.served.has(domain)
  const { baseUrl, pacc: wanted } = config
  // Without a configuration the catalogue tells what ships, not what is deployed.
  const service = baseUrl === undefined ? undefined : catalogue.forDomain(domain)?.provider
  if (service === undefined)
    return { url: url ?? baseUrl, listen: placeBehindProxy(whole.listen), ownsDomain: !isShipped }
  const revision = wanted.enabled ? wanted.revision : undefined
  const zone = { publicUrl: url ?? baseUrl, pacc: revision, complete: true }
  return {
    url: url ?? baseUrl,
    service,
    records: zoneRecords(service, domain, zone),
    pacc: revision && paccDocument(service, domain, revision),
    listen: placeBehindProxy(whole.listen),
    ownsDomain: !isShipped,
    trustsNoProxy: config.trustProxy.length === 0 && config.tls === undefined,
  }
}

// As the proxy of the same machine reaches it.
function placeBehindProxy({ host = LOOPBACK, port = 8080 }: Config['listen']): string {
  if (host === '0.0.0.0' || host === '::') return `${LOOPBACK}:${port}`
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}

function parseService(text = ''): string {
  const url = parseUrl(text)
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:'
  if (url === undefined || !isWeb || url.username !== '' || url.password !== '') {
    throw new UsageError('--url has to begin with https:// or http://.', {
      hint: 'Write it as https://setup.example.com.',
      field: 'url',
    })
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`
}
