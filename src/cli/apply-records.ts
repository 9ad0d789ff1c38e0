import { resolve } from 'node:path'
import { compareRecords } from '../dns/compare-records.js'
import { sendUpdates, type UpdatedZone } from '../dns/nsupdate.js'
import type { DnsRecord } from '../dns/record.js'
import { parseTsigKey } from '../dns/tsig-key.js'
import { updateMessage } from '../dns/update-message.js'
import { planChanges } from '../dns/zone-changes.js'
import { decodeText } from '../encoding/decode-text.js'
import { MailProfileError } from '../errors.js'
import { publicity } from '../server/permission-warnings.js'
import { askWhether } from './ask-whether.js'
import { changesAsText, dnsAsJson, dnsAsText, isRight, type DnsReport } from './dns-report.js'
import type { ExitCode, Io } from './io.js'
import {
  addressesBy,
  createResolver,
  findNameServer,
  findZone,
  placeOfServer,
} from './name-server.js'
import { write } from './output.js'
import { readInput, STANDARD_INPUT } from './read-input.js'

export interface ApplyOptions {
  readonly server: string
  readonly keyFile: string
  readonly zone: string | undefined
  /** Seconds. */
  readonly ttl: number
  /** Nobody is asked. */
  readonly yes: boolean
  /** Nothing is sent. */
  readonly dryRun: boolean
  readonly dropOldDigests: boolean
  readonly json: boolean
}

/**
 * Brings the zone of a domain to what is planned: shows the difference, asks, sends it as one message, and
 * looks again.
 *
 * @param planned as `dnsRecords` plans them
 * @throws MailProfileError `dns_update_failed`, `program_missing`
 */
export async function applyRecords(
  planned: readonly DnsRecord[],
  about: Omit<DnsReport, 'comparison'>,
  options: ApplyOptions,
  io: Io,
): Promise<ExitCode> {
  const { domain } = about
  const { json, yes, dryRun, ttl, dropOldDigests } = options
  const target = await findTarget(domain, options, io)
  const { resolver } = target
  const send = (messages: Parameters<typeof sendUpdates>[0]) => sendUpdates(messages, target, io)
  const compare = () => compareRecords(domain, planned, resolver, { elsewhere: addressesBy(io) })
  const before = await compare()
  const difference = await planChanges(before, domain, {
    resolver,
    holds: send,
    dropOldDigests,
  })
  const { changes } = difference
  const asks = changes.length > 0 && !yes && !dryRun
  const text = changesAsText(difference, target.zone)
  // Standard output may be a file; whoever is asked has to see what about.
  if (asks) await write(io.stderr, text)
  else if (!json) await write(io.stdout, text)
  if (asks && !(await askWhether(`Change the zone ${target.zone}?`, io))) {
    await write(io.stderr, 'Nothing was changed.\n')
    return 1
  }
  const applies = changes.length > 0 && !dryRun
  if (applies) {
    const [isDone] = await send([updateMessage(changes, domain, { ttl })])
    if (isDone !== true) throw changedSince(target.zone)
  }
  const comparison = applies ? await compare() : before
  const report = { ...about, comparison }
  await write(
    io.stdout,
    json
      ? dnsAsJson(report, { applied: applies, ...difference })
      : `${outcome(target.zone, { applies, dryRun: dryRun && changes.length > 0 })}${dnsAsText(report)}`,
  )
  return isRight(comparison) && (applies || changes.length === 0) ? 0 : 1
}

function outcome(zone: string, { applies, dryRun }: Record<'applies' | 'dryRun', boolean>): string {
  if (applies) return `The zone ${zone} was changed.\n`
  return dryRun ? 'Nothing was changed: without --dry-run it will be.\n' : ''
}

interface Target extends UpdatedZone {
  readonly resolver: Awaited<ReturnType<typeof createResolver>>
}

async function findTarget(domain: string, options: ApplyOptions, io: Io): Promise<Target> {
  const what = 'The key file'
  const bytes = await readInput(options.keyFile, what, io)
  const key = parseTsigKey(decodeText(bytes, what, { code: 'invalid_request' }))
  const exposed =
    options.keyFile === STANDARD_INPUT
      ? undefined
      : await publicity(resolve(io.cwd, options.keyFile))
  if (exposed !== undefined) await write(io.stderr, `${exposed}\n`)
  const server = await findNameServer(options.server, io)
  const place = placeOfServer(server)
  const resolver = await createResolver(place)
  const zone = await findZone(domain, options.zone, { resolver, place })
  return { ...server, zone, key, resolver }
}

function changedSince(zone: string): MailProfileError {
  return new MailProfileError(
    'dns_update_failed',
    `The zone ${zone} has changed since it was read: nothing was changed.`,
    { hint: 'Run the command again, and look at the difference anew.' },
  )
}
