import { InvalidArgumentError, Option, type Command } from 'commander'
import { domainOf, parseAddress, parseDomain } from '../../account/address.js'
import type { MailService } from '../../account/mail-service.js'
import { MailProfileError } from '../../errors.js'
import { readCatalogue } from '../../server/configured-catalogue.js'
import { tenantOfDomain } from '../../server/tenant-of-domain.js'
import { dnsAsJson, dnsAsText, isRight } from '../dns-report.js'
import type { ExitCode, Finish, Io } from '../io.js'
import { addressesBy, createResolver } from '../name-server.js'
import { addConfigOption, addProvidersOption, readConfig } from '../options.js'
import { write } from '../output.js'
import { UsageError } from '../usage-error.js'

interface DnsOptions {
  readonly config?: string
  readonly providers?: readonly string[]
  readonly server?: string
  readonly json?: true
  readonly format?: 'bind' | 'json' | 'octodns'
  readonly apply?: true
  readonly keyFile?: string
  readonly zone?: string
  readonly ttl?: number
  readonly yes?: true
  readonly dryRun?: true
  readonly dropOldDigests?: true
}

const WHOLE_ADDRESS = '%EMAILADDRESS%'

// Seconds: an hour, after which a mistake is gone from the caches; RFC 1912 section 2.2 wants no more than
// some weeks.
const DEFAULT_TTL = 3600
const MAX_TTL = 604_800

export function dnsCommand(group: Command, io: Io, finish: Finish): void {
  const dns = group
    .command('dns')
    .description(
      'Shows the DNS records of a mail domain, compares them with the DNS, applies them.',
    )
    .argument('<domain>', 'a mail domain of the catalogue')
    .option('--server <server>', 'the name server to ask, with a port if it is not 53')
    .option('--json', 'print JSON')
    .addOption(
      new Option('--format <format>', 'zone file and comparison, JSON, or YAML of octoDNS').choices(
        ['bind', 'json', 'octodns'],
      ),
    )
    .option('--apply', 'change the zone by RFC 2136, after asking; needs --server and --key-file')
    .option('--key-file <file>', 'a TSIG key that may change the zone; - for standard input')
    .option('--zone <zone>', 'the zone that the domain is in (default: asks the server)')
    .option('--ttl <seconds>', `of records that are added (default: ${DEFAULT_TTL})`, parseTtl)
    .option('--yes', 'with --apply: do not ask')
    .option('--dry-run', 'with --apply: show what would change, and change nothing')
    .option('--drop-old-digests', 'with --apply: remove the digests of old PACC documents too')
    .addHelpText(
      'after',
      '\nExample:\n  mailprofile config dns example.com --apply --server ns1.example.com --key-file dns.key',
    )
  addProvidersOption(addConfigOption(dns)).action((domain: string, options: DnsOptions) =>
    finish(showDns(domain, options, io)),
  )
}

async function showDns(name: string, options: DnsOptions, io: Io): Promise<ExitCode> {
  requireSense(options, io)
  const domain = domainNamed(name)
  const zone = options.zone === undefined ? undefined : zoneNamed(options.zone, domain)
  const { apply = false, ttl = DEFAULT_TTL } = options
  const resolver = apply ? undefined : await createResolver(options.server)
  const config = await tenantOfDomain(await readConfig(options.config, io), domain)
  const [catalogue, { renderZone, zoneRecords }] = await Promise.all([
    readCatalogue(config, options.providers ?? [], io),
    import('../../formats/dns-records/dns-records.js'),
  ])
  const service = catalogue.lookUp(domain)?.provider
  if (service === undefined) throw catalogue.unknown(domain)
  const { baseUrl: publicUrl } = config
  const pacc = config.pacc.enabled ? config.pacc.revision : undefined
  const of = { publicUrl, pacc, complete: true }
  const planned = zoneRecords(service, domain, of)
  if (options.format === 'octodns') {
    const { renderOctodns } = await import('../../dns/octodns.js')
    const within = zone === undefined ? {} : { zone }
    await write(io.stdout, renderOctodns(planned, domain, { ttl, ...within }))
    return 0
  }
  const about = { domain, zone: renderZone(service, domain, of), warnings: warningsOf(service) }
  const json = options.json === true || options.format === 'json'
  if (resolver === undefined) {
    const { server = '', keyFile = '' } = options
    const { applyRecords } = await import('../apply-records.js')
    const [yes, dryRun] = [options.yes === true, options.dryRun === true]
    const dropOldDigests = options.dropOldDigests === true
    const how = { server, keyFile, zone, ttl, yes, dryRun, dropOldDigests, json }
    return applyRecords(planned, about, how, io)
  }
  const { compareRecords } = await import('../../dns/compare-records.js')
  const comparison = await compareRecords(domain, planned, resolver, {
    elsewhere: addressesBy(io),
  })
  const report = { ...about, comparison }
  await write(io.stdout, json ? dnsAsJson(report) : `${report.zone}\n${dnsAsText(report)}`)
  return isRight(comparison) ? 0 : 1
}

// Whatever was meant by options that do nothing, or by those that are missing, it was not this.
function requireSense(options: DnsOptions, { stdin, stderr }: Io): void {
  const { apply, format, json, zone, ttl, server, keyFile, yes, dryRun, dropOldDigests } = options
  if (json && format !== undefined && format !== 'json') {
    throw new UsageError(`--json and --format ${format} do not go together.`)
  }
  if (apply) {
    if (format === 'octodns') {
      throw new UsageError('--apply and --format octodns do not go together.')
    }
    if (server === undefined || keyFile === undefined) {
      throw new UsageError('--apply needs --server and --key-file.', {
        hint: 'Name the primary server of the zone, and the file of a TSIG key that may change it.',
      })
    }
    if (!yes && !dryRun && !(stdin.isTTY && stderr.isTTY)) {
      throw new UsageError('--apply asks on a terminal, and there is none.', {
        hint: 'Add --yes to change the zone without being asked, or --dry-run to see what would change.',
      })
    }
    return
  }
  const more = { '--zone': zone, '--ttl': ttl }
  const lost = Object.entries({
    '--key-file': keyFile,
    '--yes': yes,
    '--dry-run': dryRun,
    '--drop-old-digests': dropOldDigests,
    ...(format === 'octodns' ? {} : more),
  }).find(([, value]) => value !== undefined)
  if (lost !== undefined) throw new UsageError(`${lost[0]} does nothing without --apply.`)
}

function parseTtl(text: string): number {
  const seconds = /^\d{1,6}$/.test(text) ? Number(text) : 0
  if (seconds < 1 || seconds > MAX_TTL) {
    throw new InvalidArgumentError(`It has to be a number of seconds, 1 to ${MAX_TTL}.`)
  }
  return seconds
}

function zoneNamed(name: string, domain: string): string {
  const zone = name.trim().toLowerCase().replace(/\.$/, '')
  if (zone === '' || (zone !== domain && !domain.endsWith(`.${zone}`))) {
    throw new UsageError(`--zone is no zone that ${domain} is in.`, {
      hint: 'It is the domain itself or one above it; write an international name in its xn-- form.',
      field: 'zone',
    })
  }
  return zone
}

function domainNamed(name: string): string {
  const text = name.trim().replace(/\.$/, '')
  try {
    return parseDomain(text)
  } catch (cause) {
    const domain = domainOfAddress(text)
    throw new MailProfileError(
      'invalid_address',
      domain === undefined
        ? 'This is not a mail domain such as example.com.'
        : 'A mail domain is wanted, and this is an address.',
      {
        field: 'domain',
        hint: domain && `Give its domain: mailprofile config dns ${domain}`,
        cause,
      },
    )
  }
}

function domainOfAddress(text: string): string | undefined {
  try {
    return domainOf(parseAddress(text))
  } catch {
    return undefined
  }
}

// What the records will not do for some programs, though they are right.
function warningsOf({ incoming, outgoing }: MailService): string[] {
  const others = [...incoming, ...outgoing]
    .map(({ username = WHOLE_ADDRESS }) => username)
    .filter((username) => username !== WHOLE_ADDRESS)
  if (others.length === 0) return []
  // SRV records have no room for it (RFC 6186), and aerc 0.21 asks for autoconfig only where there
  // are none.
  return [
    `The user name is ${[...new Set(others)].join(' or ')}, but programs that go by SRV records, ` +
      'such as aerc, log in with the whole address. Let your servers take both.',
  ]
}
