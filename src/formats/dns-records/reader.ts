import { isDomainName } from '../../account/host-name.js'
import type { DnsRecord } from '../../dns/record.js'
import { refusedBy } from '../read-account.js'

const APP = 'A name server'

/** A piece of a zone: the records below one name. */
export interface ZonePiece {
  readonly origin: string
  readonly records: readonly DnsRecord[]
}

/**
 * A piece of a zone file (RFC 1035 section 5) of the kind that we write: one record a line, names
 * relative to `$ORIGIN`, SRV, CNAME and TXT only.
 *
 * @throws MailProfileError `invalid_profile`
 */
export function parseZone(text: string): ZonePiece {
  let origin: string | undefined
  const records: DnsRecord[] = []
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    if (/^\s*(?:;.*)?$/.test(line)) continue
    const where = `Line ${i + 1}`
    const directive = /^\$ORIGIN\s+(\S+)\.\s*$/.exec(line)
    if (directive !== null) {
      const [, name = ''] = directive
      if (origin !== undefined || !isDomainName(name))
        throw refusedBy(APP, `${where} is no origin.`)
      origin = name
      continue
    }
    const record = readRecord(line)
    if (origin === undefined) throw refusedBy(APP, `${where} comes before $ORIGIN.`)
    if (record === undefined) throw refusedBy(APP, `${where} is no record.`)
    records.push(record)
  }
  if (origin === undefined) throw refusedBy(APP, 'It has no $ORIGIN.')
  const owners = new Map<string, number>()
  for (const { owner } of records) owners.set(owner, (owners.get(owner) ?? 0) + 1)
  // RFC 1034 section 3.6.2
  if (records.some(({ type, owner }) => type === 'CNAME' && owners.get(owner) !== 1)) {
    throw refusedBy(APP, 'A name with a CNAME has other records.')
  }
  return { origin, records }
}

function readRecord(line: string): DnsRecord | undefined {
  const match = /^([A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*)\s+IN\s+([A-Z]+)\s+(.*\S)\s*$/.exec(line)
  const [, owner = '', type, data = ''] = match ?? []
  if (type === 'CNAME') {
    const target = nameOf(data)
    return target === undefined ? undefined : { owner, type, target }
  }
  if (type === 'TXT') {
    const text = textOf(data)
    return text === undefined ? undefined : { owner, type, text }
  }
  if (type !== 'SRV') return undefined
  const [, priority, weight, port, end = ''] = /^(\d+) (\d+) (\d+) (\S+)$/.exec(data) ?? []
  const target = end === '.' ? '.' : nameOf(end)
  const numbers = [priority, weight, port].map(Number)
  if (target === undefined || !numbers.every((number) => number <= 65_535)) return undefined
  const [first = 0, second = 0, third = 0] = numbers
  return { owner, type, priority: first, weight: second, port: third, target }
}

function nameOf(text: string): string | undefined {
  const name = text.replace(/\.$/, '').toLowerCase()
  return text.endsWith('.') && isDomainName(name) ? name : undefined
}

function textOf(data: string): string | undefined {
  const quoted = /"((?:[^"\\]|\\\d{3}|\\[^\d])*)"/g
  if (data.replace(quoted, '""').replaceAll('" "', '') !== '""') return undefined
  const pieces = [...data.matchAll(quoted)].map(([, piece = '']) => octetsOf(piece))
  if (pieces.some(({ length }) => length > 255)) return undefined
  return Buffer.concat(pieces).toString('utf8')
}

function octetsOf(piece: string): Buffer {
  const text = piece.replace(/\\(\d{3}|[^])/g, (_, escaped: string) =>
    escaped.length === 3 ? String.fromCharCode(Number(escaped)) : escaped,
  )
  return Buffer.from(text, 'latin1')
}
