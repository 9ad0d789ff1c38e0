import type { Command } from 'commander'
import { domainOf, parseAddress, parseDomain } from '../../account/address.js'
import type { MailService } from '../../account/mail-service.js'
import type { Comparison } from '../../dns/compare-records.js'
import { MailProfileError } from '../../errors.js'
import type { ExitCode, Finish, Io } from '../io.js'
import { readCatalogue } from '../../server/configured-catalogue.js'
import { tenantOfDomain } from '../../server/tenant-of-domain.js'
import { createResolver } from '../name-server.js'
import { addConfigOption, addProvidersOption, readConfig } from '../options.js'
import { rows, write } from '../output.js'
import { STANDARD_INPUT } from '../read-input.js'

interface CheckConfigOptions {
  readonly config?: string
  readonly providers?: readonly string[]
  readonly json?: true
}

interface DnsOptions {
  readonly config?: string
  readonly providers?: readonly string[]
  readonly server?: string
  readonly json?: true
}

const WHOLE_ADDRESS = '%EMAILADDRESS%'

export function configCommand(program: Command, io: Io, finish: Finish): void {
  const group = program.command('config').description("Shows and checks the operator's settings.")
  const dns = group
    .command('dns')
    .description('Shows the DNS records of a mail domain and compares them with the DNS of today.')
    .argument('<domain>', 'a mail domain of the catalogue')
    .option('--server <address>', 'the name server to ask, with a port if it is not 53')
    .option('--json', 'print JSON')
  addProvidersOption(addConfigOption(dns)).action((domain: string, options: DnsOptions) =>
    finish(showDns(domain, options, io)),
  )
  const check = group
    .command('check')
    .description('Looks at all that a start looks at, without starting.')
    .option('--json', 'print JSON')
  addProvidersOption(addConfigOption(check)).action((options: CheckConfigOptions) =>
    finish(checkConfig(options, io)),
  )
}

async function checkConfig(options: CheckConfigOptions, io: Io): Promise<ExitCode> {
  const [{ checkConfiguration }, { findingsAsJson, findingsAsText }] = await Promise.all([
    import('../../server/check-configuration.js'),
    import('../findings-output.js'),
  ])
  const { providers = [] } = options
  const read = () => readConfig(options.config, io)
  const noFile = options.config === STANDARD_INPUT ? 'standard input' : undefined
  const findings = await checkConfiguration({ read, noFile, providers }, io)
  await write(io.stdout, options.json ? findingsAsJson(findings) : findingsAsText(findings))
  return findings.some(({ state }) => state === 'error') ? 1 : 0
}

async function showDns(name: string, options: DnsOptions, io: Io): Promise<ExitCode> {
  const domain = domainNamed(name)
  const resolver = await createResolver(options.server)
  const config = await tenantOfDomain(await readConfig(options.config, io), domain)
  const [catalogue, { renderZone, zoneRecords }, { compareRecords }] = await Promise.all([
    readCatalogue(config, options.providers ?? [], io),
    import('../../formats/dns-records/dns-records.js'),
    import('../../dns/compare-records.js'),
  ])
  const service = catalogue.lookUp(domain)?.provider
  if (service === undefined) throw catalogue.unknown(domain)
  const { baseUrl: publicUrl } = config
  const pacc = config.pacc.enabled ? config.pacc.revision : undefined
  const of = { publicUrl, pacc, complete: true }
  const zone = renderZone(service, domain, of)
  const planned = zoneRecords(service, domain, of)
  const comparison = await compareRecords(domain, planned, resolver)
  const isRight =
    comparison.extra.length === 0 && comparison.records.every(({ state }) => state === 'ok')
  const warnings = warningsOf(service)
  await write(
    io.stdout,
    options.json
      ? toJson(domain, zone, comparison, warnings)
      : `${zone}\n${toText(domain, comparison, warnings)}`,
  )
  return isRight ? 0 : 1
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

function toJson(
  domain: string,
  zone: string,
  { records, extra }: Comparison,
  warnings: readonly string[],
): string {
  const list = records.map(({ record, state, found }) => ({ ...record, state, found }))
  return `${JSON.stringify({ domain, zone, records: list, extra, warnings }, null, 2)}\n`
}

function toText(
  domain: string,
  { records, extra }: Comparison,
  warnings: readonly string[],
): string {
  const lines: (readonly [string, string])[] = [
    ...records.map(({ record, state, found }) => {
      const instead = found.length === 0 ? '' : `, but there is ${found.join(' and ')}`
      return [state, `${record.owner} ${record.type}${instead}`] as const
    }),
    ...extra.map(({ owner, type, data }) => ['extra', `${owner} ${type} ${data}`] as const),
    ...warnings.map((sentence) => ['warning', sentence] as const),
  ]
  return `The DNS of today:\n${rows(lines)}\n${advice(domain, { records, extra }).join('\n')}\n`
}

function advice(domain: string, { records, extra }: Comparison): string[] {
  const has = (wanted: string) => records.some(({ state }) => state === wanted)
  const sentences = [
    ...(has('missing') ? [`Put the missing records into the zone of ${domain}.`] : []),
    ...(has('different') ? ['Replace the records that are different.'] : []),
    ...(extra.length > 0
      ? ['Remove the extra records: they send mail programs to other servers.']
      : []),
    ...(has('unknown')
      ? ['The name server did not answer about some records: try again, or name one with --server.']
      : []),
  ]
  return sentences.length === 0 ? ['Nothing is left to do.'] : sentences
}
