import { answerOrNone } from '../../dns/answer-or-none.js'
import {
  compareRecords,
  type ComparedRecord,
  type RecordResolver,
} from '../../dns/compare-records.js'
import { dataOf, type DnsRecord } from '../../dns/record.js'
import { printable } from '../server-text.js'
import { orAborted } from '../../waiting.js'
import type { ProbeCode } from './diagnoses.js'
import type { Problem } from './problem.js'

export interface RecordProblem extends Problem {
  /** Ids of programs that go by the record. */
  readonly clients: readonly string[]
}

const BY_SRV = ['fairemail', 'evolution', 'aerc']
const BY_AUTOCONFIG = [
  ...['thunderbird', 'thunderbird-android', 'fairemail', 'evolution'],
  ...['kmail', 'delta-chat', 'aerc'],
]
const BY_AUTODISCOVER = ['outlook', 'em-client', 'fairemail', 'delta-chat']

const CLIENTS_OF: Readonly<Record<string, readonly string[]>> = {
  autoconfig: BY_AUTOCONFIG,
  autodiscover: BY_AUTODISCOVER,
  '_autodiscover._tcp': ['outlook'],
  'ua-auto-config': ['pacc'],
  '_ua-auto-config': ['pacc'],
  '_caldav._tcp': ['dav'],
  '_caldavs._tcp': ['dav'],
  '_carddav._tcp': ['dav'],
  '_carddavs._tcp': ['dav'],
}

/**
 * What of the zone of a mail domain leads programs astray. A name that is not there at all is no matter of
 * its record: whoever asks it finds out.
 *
 * @param records as they are planned
 */
export async function recordProblems(
  domain: string,
  records: readonly DnsRecord[],
  resolver: RecordResolver,
  stop: AbortSignal,
): Promise<RecordProblem[]> {
  const { records: compared, extra } = await orAborted(
    compareRecords(domain, records, resolver),
    stop,
  )
  return [
    ...compared.flatMap((one) => problemsOf(one, domain)),
    ...extra.map(({ owner, type, data }) => ({
      code: 'record_extra' as const,
      place: `${owner}.${domain}`,
      detail: printable(`${owner} ${type} ${data}`),
      record: printable(`${owner} ${type} ${data}`),
      clients: clientsOf(owner),
    })),
  ]
}

function problemsOf({ record, state, found }: ComparedRecord, domain: string): RecordProblem[] {
  const { owner, type } = record
  const code = codeOf(record, state)
  if (code === undefined) return []
  const line = `${owner} ${type} ${dataOf(record)}`
  const instead = found.length === 0 ? 'there is none' : `there is ${found.join(' and ')}`
  return [
    {
      code,
      place: `${owner}.${domain}`,
      detail: printable(state === 'unknown' ? 'no answer' : `${type}: ${instead}`),
      record: line,
      clients: clientsOf(owner),
    },
  ]
}

function codeOf({ owner, type }: DnsRecord, state: ComparedRecord['state']): ProbeCode | undefined {
  if (state === 'ok') return undefined
  if (state === 'unknown') return 'name_lookup_failed'
  if (type === 'CNAME') return state === 'different' ? 'name_elsewhere' : undefined
  if (state === 'missing') return 'record_missing'
  return owner === '_ua-auto-config' ? 'pacc_digest' : 'record_different'
}

function clientsOf(owner: string): readonly string[] {
  return CLIENTS_OF[owner] ?? BY_SRV
}

/** Whether a program that goes by SRV records finds servers for both directions. */
export async function hasMailRecords(
  domain: string,
  resolver: Pick<RecordResolver, 'resolveSrv'>,
): Promise<boolean> {
  const offers = async (owner: string) => {
    const found = await answerOrNone(resolver.resolveSrv(`${owner}._tcp.${domain}`)).catch(() => [])
    // The root, which says that there is none, comes as an empty name.
    return found.some(({ name }) => name !== '' && name !== '.')
  }
  const [imaps, imap, submissions, submission] = await Promise.all(
    ['_imaps', '_imap', '_submissions', '_submission'].map(offers),
  )
  return (imaps === true || imap === true) && (submissions === true || submission === true)
}
