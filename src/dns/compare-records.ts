import type { Resolver } from 'node:dns/promises'
import { answerOrNone } from './answer-or-none.js'
import { dataOf, type DnsRecord } from './record.js'

/** What of a name server's answers is looked at. */
export type RecordResolver = Pick<
  Resolver,
  'resolveSrv' | 'resolveCname' | 'resolveTxt' | 'resolve4' | 'resolve6'
>

export interface ComparedRecord {
  readonly record: DnsRecord
  /** `unknown`: the name server did not answer. */
  readonly state: 'ok' | 'missing' | 'different' | 'unknown'
  /** What is there instead, as a zone file has it. */
  readonly found: readonly string[]
}

/** A record that is there, is none of ours, and leads mail programs elsewhere. */
export interface ExtraRecord {
  readonly owner: string
  readonly type: DnsRecord['type']
  readonly data: string
}

export interface Comparison {
  readonly records: readonly ComparedRecord[]
  readonly extra: readonly ExtraRecord[]
}

/** One record that is there. */
interface Found {
  /** Absent for a kind that is never planned. */
  readonly record?: DnsRecord
  readonly data: string
}

// Resolvers give up after about as many.
const MAX_HOPS = 10

/**
 * Compares what the zone of a mail domain should have with what the DNS says of it. Priorities and
 * weights are the operator's choice; target, port and text count.
 *
 * @param records as `dnsRecords` plans them
 */
export async function compareRecords(
  domain: string,
  records: readonly DnsRecord[],
  resolver: RecordResolver,
): Promise<Comparison> {
  const groups = new Map<string, DnsRecord[]>()
  for (const record of records) {
    const key = `${record.owner} ${record.type}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [record])
    else group.push(record)
  }
  const compared = await Promise.all(
    [...groups.values()].map(async (group) => {
      try {
        return await compareGroup(group, domain, resolver)
      } catch (error) {
        // Whatever a name server's silence is called, it has the name of the question.
        if ((error as NodeJS.ErrnoException).syscall === undefined) throw error
        const unknown = (record: DnsRecord) => ({ record, state: 'unknown', found: [] }) as const
        return { records: group.map(unknown), extra: [] }
      }
    }),
  )
  return {
    records: compared.flatMap((group) => group.records),
    extra: compared.flatMap((group) => group.extra),
  }
}

// All records of one name and type.
async function compareGroup(
  group: readonly DnsRecord[],
  domain: string,
  resolver: RecordResolver,
): Promise<Comparison> {
  const [first] = group
  if (first === undefined) return { records: [], extra: [] }
  const { owner, type } = first
  const there = await lookUp(first, `${owner}.${domain}`, resolver)
  const isThere = (planned: DnsRecord) => there.some(({ record }) => isSame(record, planned))
  const found = there
    .filter(({ record }) => !group.some((planned) => isSame(record, planned)))
    .map(({ data }) => data)
  return {
    records: group.map((record) =>
      isThere(record)
        ? { record, state: 'ok', found: [] }
        : { record, state: found.length === 0 ? 'missing' : 'different', found },
    ),
    extra: group.every(isThere) ? found.map((data) => ({ owner, type, data })) : [],
  }
}

async function lookUp(
  expected: DnsRecord,
  name: string,
  resolver: RecordResolver,
): Promise<Found[]> {
  const { owner } = expected
  switch (expected.type) {
    case 'SRV': {
      const answers = await answerOrNone(resolver.resolveSrv(name))
      return answers.map(({ priority, weight, port, name: host }) => {
        // The root comes as an empty name.
        const target = folded(host) || '.'
        return found({ owner, type: 'SRV', priority, weight, port, target })
      })
    }
    case 'TXT': {
      const texts = (await answerOrNone(resolver.resolveTxt(name))).map((pieces) => pieces.join(''))
      // Other records of the same name are other people's affair.
      const kind = /^[^=]+=/.exec(expected.text)?.[0] ?? ''
      const ofKind = texts.filter((text) => text.startsWith(kind))
      // Old and new digests may stand side by side while a document changes.
      if (ofKind.some((text) => hasTags(text, expected.text))) return [found(expected)]
      return ofKind.map((text) => found({ owner, type: 'TXT', text }))
    }
    case 'CNAME': {
      const aliases = await aliasesOf(name, resolver)
      if (aliases.includes(expected.target)) return [found(expected)]
      // Addresses of the same server do what a CNAME does; some zones cannot have one.
      const [own, wanted] = await Promise.all(
        [name, expected.target].map((host) => addressesOf(host, resolver)),
      )
      const leadsThere = own?.length !== 0 && own?.every((address) => wanted?.includes(address))
      if (leadsThere) return [found(expected)]
      const [target] = aliases
      if (target !== undefined) return [found({ owner, type: 'CNAME', target })]
      return (own ?? []).map((data) => ({ data }))
    }
  }
}

// What an alias leads to, hop by hop: an alias may lead to another (RFC 1034, section 3.6.2).
async function aliasesOf(name: string, resolver: RecordResolver): Promise<string[]> {
  const aliases: string[] = []
  for (let at = name; aliases.length < MAX_HOPS;) {
    const [target] = await answerOrNone(resolver.resolveCname(at))
    if (target === undefined || aliases.includes(folded(target))) break
    at = folded(target)
    aliases.push(at)
  }
  return aliases
}

function found(record: DnsRecord): Found {
  return { record, data: dataOf(record) }
}

async function addressesOf(host: string, resolver: RecordResolver): Promise<string[]> {
  const answers = await Promise.all([
    answerOrNone(resolver.resolve4(host)),
    answerOrNone(resolver.resolve6(host)),
  ])
  return answers.flat()
}

function isSame(a: DnsRecord | undefined, b: DnsRecord): boolean {
  if (a?.type === 'SRV' && b.type === 'SRV') return a.target === b.target && a.port === b.port
  if (a?.type === 'TXT' && b.type === 'TXT') return a.text === b.text
  return a?.type === 'CNAME' && b.type === 'CNAME' && a.target === b.target
}

// The order of tags does not count, nor do tags that nobody knows.
function hasTags(text: string, expected: string): boolean {
  const tags = new Set(text.split(';').map((tag) => tag.trim()))
  return expected.split(';').every((tag) => tags.has(tag.trim()))
}

function folded(name: string): string {
  return name.toLowerCase().replace(/\.$/, '')
}
