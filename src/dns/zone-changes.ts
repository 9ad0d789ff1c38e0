import type { Resolver } from 'node:dns/promises'
import { quoteOctets } from '../encoding/quote-txt.js'
import { answerOrNone } from './answer-or-none.js'
import type { ComparedRecord, Comparison } from './compare-records.js'
import type { UpdateMessage } from './nsupdate.js'
import { dataOf, foldedName, txtOf, type DnsRecord } from './record.js'
import { hasTags, isSameRecord, kindOfText } from './same-record.js'

/** What is to become of the records of one name and type. All data as a zone file has it. */
export interface ZoneChange {
  /** Relative to the mail domain. */
  readonly owner: string
  readonly type: DnsRecord['type']
  /** All that is there, which has to be there still when the change is made. */
  readonly there: readonly string[]
  readonly remove: readonly string[]
  readonly add: readonly string[]
}

/** Records that only a person can put right. */
export interface Obstacle {
  readonly owner: string
  readonly type: DnsRecord['type']
  readonly reason: string
}

export interface ZoneChanges {
  readonly changes: readonly ZoneChange[]
  readonly obstacles: readonly Obstacle[]
}

export type ZoneReader = Pick<Resolver, 'resolveSrv' | 'resolveTxt' | 'resolveCname'>

export interface PlanOptions {
  readonly resolver: ZoneReader
  /** Asks the server itself whether what a message requires holds in the zone. */
  readonly holds: (messages: readonly UpdateMessage[]) => Promise<readonly boolean[]>
  /** Whether digests of old PACC documents are removed too. */
  readonly dropOldDigests?: boolean
}

interface Group {
  readonly owner: string
  readonly type: DnsRecord['type']
  readonly compared: readonly ComparedRecord[]
}

/** A record as it is there. */
interface Present {
  readonly record: DnsRecord
  readonly data: string
}

const DIGEST = 'v=UAAC1'
const SILENT = 'the name server did not say what is there'

/**
 * What has to change in a zone so that it has what is planned. Right records stay as they are, and so does
 * whatever else the zone has: only records of a planned name, type and purpose are removed.
 */
export async function planChanges(
  { records, extra }: Comparison,
  domain: string,
  { resolver, holds, dropOldDigests = false }: PlanOptions,
): Promise<ZoneChanges> {
  const groups = groupsOf(records)
  // The server itself is asked about a CNAME below, where what it would lead to is not known.
  const silent = groups.filter(
    ({ type, compared }) => type !== 'CNAME' && compared.some(({ state }) => state === 'unknown'),
  )
  const wrong = groups.filter(
    (group) =>
      !silent.includes(group) &&
      (group.compared.some(({ state }) => state !== 'ok') ||
        extra.some(({ owner, type }) => owner === group.owner && type === group.type) ||
        (dropOldDigests && isDigest(group.compared[0]?.record))),
  )
  // What the resolver hears may come from a wildcard (RFC 4592), and nothing of that can be removed.
  const probes = await holds(
    wrong.flatMap(({ owner, type }) => [
      { prerequisites: [`yxrrset ${owner}.${domain}. ${type}`] },
      {
        prerequisites: [
          type === 'CNAME' ? `yxdomain ${owner}.${domain}.` : `yxrrset ${owner}.${domain}. CNAME`,
        ],
      },
    ]),
  )
  const outcomes = await Promise.all(
    wrong.map(async (group, i) => {
      const [isThere, isInTheWay] = [probes[2 * i] === true, probes[2 * i + 1] === true]
      if (!isThere && isInTheWay) return obstacle(group, inTheWay(group))
      const present = isThere ? await presentRecords(group, domain, resolver) : []
      return typeof present === 'string'
        ? obstacle(group, present)
        : changeOf(group, present, dropOldDigests)
    }),
  )
  return {
    changes: outcomes.filter((outcome) => 'add' in outcome).filter(changesSomething),
    obstacles: [
      ...silent.map((group) => obstacle(group, SILENT)),
      ...outcomes.filter((outcome) => 'reason' in outcome),
    ],
  }
}

function groupsOf(records: readonly ComparedRecord[]): Group[] {
  const groups = new Map<string, ComparedRecord[]>()
  for (const one of records) {
    const key = `${one.record.owner} ${one.record.type}`
    groups.set(key, [...(groups.get(key) ?? []), one])
  }
  return [...groups.values()].flatMap((compared) => {
    const [first] = compared
    return first === undefined
      ? []
      : [{ owner: first.record.owner, type: first.record.type, compared }]
  })
}

function isDigest(record: DnsRecord | undefined): boolean {
  return record?.type === 'TXT' && kindOfText(record.text) === DIGEST
}

function obstacle({ owner, type }: Group, reason: string): Obstacle {
  return { owner, type, reason }
}

// RFC 1034 section 3.6.2; a server ignores in silence what would break it (RFC 2136 section 3.4.2.2).
function inTheWay({ type, compared }: Group): string {
  if (type !== 'CNAME') return 'the name has a CNAME, beside which nothing can stand'
  const found = compared.flatMap((one) => one.found)
  const what = found.length === 0 ? '' : ` (${found.join(', ')})`
  return `the name has other records${what}, beside which no CNAME can stand`
}

function changeOf(
  { owner, type, compared }: Group,
  present: readonly Present[],
  dropOldDigests: boolean,
): ZoneChange {
  const planned = compared.map(({ record }) => record)
  const isPlanned = ({ record }: Present) => planned.some((one) => does(record, one))
  const leave = ({ record }: Present) =>
    record.type === 'TXT' &&
    (!planned.some(
      (one) => one.type === 'TXT' && kindOfText(one.text) === kindOfText(record.text),
    ) ||
      // Whoever has the old document in a cache needs the old digest.
      (isDigest(record) && !dropOldDigests))
  return {
    owner,
    type,
    there: present.map(({ data }) => data),
    remove: present.filter((one) => !isPlanned(one) && !leave(one)).map(({ data }) => data),
    add: planned
      .filter((one) => !present.some(({ record }) => does(record, one)))
      .map((one) => dataOf(one)),
  }
}

function does(record: DnsRecord, planned: DnsRecord): boolean {
  return record.type === 'TXT' && planned.type === 'TXT'
    ? hasTags(record.text, planned.text)
    : isSameRecord(record, planned)
}

function changesSomething({ add, remove }: ZoneChange): boolean {
  return add.length > 0 || remove.length > 0
}

/** What is there, or why that cannot be said here. */
async function presentRecords(
  { owner, type }: Group,
  domain: string,
  resolver: ZoneReader,
): Promise<Present[] | string> {
  try {
    const present = await readRecords(owner, type, `${owner}.${domain}`, resolver)
    const isPlain = ({ record }: Present) => record.type === 'TXT' || isPlainName(record.target)
    return present.every(isPlain) ? present : 'what is there cannot be written here'
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error
    return SILENT
  }
}

async function readRecords(
  owner: string,
  type: DnsRecord['type'],
  name: string,
  resolver: ZoneReader,
): Promise<Present[]> {
  switch (type) {
    case 'SRV': {
      const answers = await answerOrNone(resolver.resolveSrv(name))
      return answers.map(({ priority, weight, port, name: host }) =>
        present({ owner, type, priority, weight, port, target: foldedName(host) || '.' }),
      )
    }
    case 'CNAME': {
      const answers = await answerOrNone(resolver.resolveCname(name))
      return answers.map((target) => present({ owner, type, target: foldedName(target) }))
    }
    case 'TXT': {
      const answers = await answerOrNone(resolver.resolveTxt(name))
      // Cut as it is there: to a server the same text in other pieces is another record.
      return answers.map((pieces) => ({
        record: { owner, type, text: txtOf(pieces) },
        data: pieces.map((piece) => quoteOctets(Buffer.from(piece, 'latin1'))).join(' '),
      }))
    }
  }
}

function present(record: DnsRecord): Present {
  return { record, data: dataOf(record) }
}

// A name may hold any octet (RFC 2181 section 11), and nsupdate reads some of them as its own.
function isPlainName(name: string): boolean {
  return name === '.' || /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/.test(name)
}
