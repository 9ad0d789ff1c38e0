import type { Comparison } from '../dns/compare-records.js'
import type { ZoneChanges } from '../dns/zone-changes.js'
import { rows } from './output.js'

/** What a command found out about the zone of a domain. */
export interface DnsReport {
  readonly domain: string
  /** The records as a piece of a zone file. */
  readonly zone: string
  readonly comparison: Comparison
  readonly warnings: readonly string[]
}

/** What a command did about it, or would have done. */
export interface AppliedChanges extends ZoneChanges {
  readonly applied: boolean
}

/** Whether nothing is left to do. */
export function isRight({ records, extra }: Comparison): boolean {
  return extra.length === 0 && records.every(({ state }) => state === 'ok')
}

export function dnsAsJson(
  { domain, zone, comparison: { records, extra }, warnings }: DnsReport,
  changes?: AppliedChanges,
): string {
  const list = records.map(({ record, state, found }) => ({ ...record, state, found }))
  const whole = { domain, zone, records: list, extra, warnings, ...changes }
  return `${JSON.stringify(whole, null, 2)}\n`
}

export function dnsAsText({ domain, comparison, warnings }: DnsReport): string {
  const { records, extra } = comparison
  const lines: (readonly [string, string])[] = [
    ...records.map(({ record, state, found }) => {
      const instead = found.length === 0 ? '' : `, but there is ${found.join(' and ')}`
      return [state, `${record.owner} ${record.type}${instead}`] as const
    }),
    ...extra.map(({ owner, type, data }) => ['extra', `${owner} ${type} ${data}`] as const),
    ...warnings.map((sentence) => ['warning', sentence] as const),
  ]
  return `The DNS of today:\n${rows(lines)}\n${advice(domain, comparison).join('\n')}\n`
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

/** The difference between a zone and the plan: what goes, what comes, and what is left to a person. */
export function changesAsText({ changes, obstacles }: ZoneChanges, zone: string): string {
  const lines = [
    ...changes.flatMap(({ owner, type, remove, add }) => [
      ...remove.map((data) => ['-', `${owner} ${type} ${data}`] as const),
      ...add.map((data) => ['+', `${owner} ${type} ${data}`] as const),
    ]),
    ...obstacles.map(({ owner, type, reason }) => ['!', `${owner} ${type}: ${reason}`] as const),
  ]
  if (lines.length === 0) return `The zone ${zone} has all that it should have.\n`
  return [
    changes.length === 0
      ? `Nothing can be changed in the zone ${zone}:\n`
      : `The changes to the zone ${zone}, - what goes and + what comes:\n`,
    rows(lines),
    obstacles.length === 0 ? '' : 'What has a ! before it stays: put that right by hand.\n',
    '\n',
  ].join('')
}
