import type { Resolver } from 'node:dns/promises'
import { answerOrNone } from './answer-or-none.js'
import { dataOf, foldedName, txtOf, type DnsRecord } from './record.js'
import { hasTags, isSameRecord, kindOfText } from './same-record.js'

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

export interface CompareOptions {
  readonly elsewhere?: ((host: string) => Promise<readonly string[]>) | undefined
}

// Resolvers give up after about as many.
const MAX_HOPS = 10

/**
 * Compares what the zone of a mail domain should have with what the DNS says of it. Priorities and
 * weights are the operator's choice; target, port and text count.
 *
 * @param records as `dnsRecords` plans them
 * @param options.elsewhere the addresses of a host, where the name server refuses to say them because its
 *   zones are others
 */
export async function compareRecords(
  domain: string,
  records: readonly DnsRecord[],
  resolver: RecordResolver,
  options: CompareOptions = {},
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
        return await compareGroup(group, domain, { resolver, ...options })
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

interface Asked extends CompareOptions {
  readonly resolver: RecordResolver
}

// All records of one name and type.
async function compareGroup(
  group: readonly DnsRecord[],
  domain: string,
  asked: Asked,
): Promise<Comparison> {
  const [first] = group
  if (first === undefined) return { records: [], extra: [] }
  const { owner, type } = first
  const there = await lookUp(first, `${owner}.${domain}`, asked)
  const isThere = (planned: DnsRecord) => there.some(({ record }) => isSameRecord(record, planned))
  const found = there
    .filter(({ record }) => !group.some((planned) => isSameRecord(record, planned)))
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
  { resolver, elsewhere }: Asked,
): Promise<Found[]> {
  const { owner } = expected
  switch (expected.type) {
    case 'SRV': {
      const answers = await answerOrNone(resolver.resolveSrv(name))
      return answers.map(({ priority, weight, port, name: host }) => {
        // The root comes as an empty name.
        const target = foldedName(host) || '.'
        return found({ owner, type: 'SRV', priority, weight, port, target })
      })
    }
    case 'TXT': {
      const texts = (await answerOrNone(resolver.resolveTxt(name))).map(txtOf)
      const kind = kindOfText(expected.text)
      const ofKind = texts.filter((text) => kindOfText(text) === kind)
      // Old and new digests may stand side by side while a document changes.
      if (ofKind.some((text) => hasTags(text, expected.text))) return [found(expected)]
      return ofKind.map((text) => found({ owner, type: 'TXT', text }))
    }
    case 'CNAME': {
      const aliases = await aliasesOf(name, resolver)
      if (aliases.includes(expected.target)) return [found(expected)]
      // Addresses of the same server do what a CNAME does; some zones cannot have one.
      const own = await addressesOf(name, resolver)
      const [target] = aliases
      const wanted =
        own.length === 0
          ? []
          : await addressesOutside(expected.target, { resolver, elsewhere }).catch(
              // Of an alias it is known where it leads.
              (error: unknown) =>
                target === undefined ? Promise.reject(error as Error) : refused(error),
            )
      const leadsThere = own.length > 0 && own.every((address) => wanted.includes(address))
      if (leadsThere) return [found(expected)]
      if (target !== undefined) return [found({ owner, type: 'CNAME', target })]
      return own.map((data) => ({ data }))
    }
  }
}

// What an alias leads to, hop by hop: an alias may lead to another (RFC 1034, section 3.6.2).
async function aliasesOf(name: string, resolver: RecordResolver): Promise<string[]> {
  const aliases: string[] = []
  for (let at = name; aliases.length < MAX_HOPS;) {
    const asked = answerOrNone(resolver.resolveCname(at))
    const [target] = await (aliases.length === 0 ? asked : asked.catch(refused))
    if (target === undefined || aliases.includes(foldedName(target))) break
    at = foldedName(target)
    aliases.push(at)
  }
  return aliases
}

// The name server of a zone refuses questions about others (RFC 8499, authoritative-only server).
function refused(error: unknown): [] {
  if ((error as NodeJS.ErrnoException).code !== 'EREFUSED') throw error
  return []
}

function found(record: DnsRecord): Found {
  return { record, data: dataOf(record) }
}

async function addressesOutside(
  host: string,
  { resolver, elsewhere }: Asked,
): Promise<readonly string[]> {
  try {
    return await addressesOf(host, resolver)
  } catch (error) {
    refused(error)
    if (elsewhere === undefined) throw error
    return elsewhere(host).catch(() => Promise.reject(error as Error))
  }
}

async function addressesOf(host: string, resolver: RecordResolver): Promise<string[]> {
  const answers = await Promise.all([
    answerOrNone(resolver.resolve4(host)),
    answerOrNone(resolver.resolve6(host)),
  ])
  return answers.flat()
}
