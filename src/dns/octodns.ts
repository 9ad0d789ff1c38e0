import { stringify } from 'yaml'
import type { DnsRecord } from './record.js'

export interface OctodnsOptions {
  /** The zone that the domain is in, if it is not one itself. */
  readonly zone?: string
  /** Seconds. */
  readonly ttl: number
}

/**
 * The records as octoDNS's YamlProvider reads them from `config/ZONE.yaml` (docs of octoDNS 1.22, `provider/yaml.py`):
 * keys in order, which it insists on, names relative to the zone, targets with a dot.
 */
export function renderOctodns(
  records: readonly DnsRecord[],
  domain: string,
  { zone = domain, ttl }: OctodnsOptions,
): string {
  const below = domain === zone ? '' : `.${domain.slice(0, -zone.length - 1)}`
  const sets = new Map<string, DnsRecord[]>()
  for (const record of records) {
    const key = `${record.owner}${below} ${record.type}`
    sets.set(key, [...(sets.get(key) ?? []), record])
  }
  const names = new Map<string, object[]>()
  for (const [key, set] of sets) {
    const [name = '', type] = key.split(' ')
    const values = set.map(valueOf)
    const entry = { ttl, type, ...(values.length === 1 ? { value: values[0] } : { values }) }
    names.set(name, [...(names.get(name) ?? []), entry])
  }
  const sorted = [...names].sort(([a], [b]) => (a < b ? -1 : 1))
  const zoneData = Object.fromEntries(
    sorted.map(([name, entries]) => [name, entries.length === 1 ? entries[0] : entries]),
  )
  return [
    `# Settings of mail programs, for ${zone}.yaml of octoDNS's YamlProvider.`,
    '# Add these to what the file has: octoDNS removes from the zone whatever its file does not name.',
    '# Semicolons are escaped, as with escaped_semicolons: true.',
    '---',
    stringify(zoneData, { lineWidth: 0 }),
  ].join('\n')
}

function valueOf(record: DnsRecord): object | string {
  switch (record.type) {
    case 'SRV': {
      const { port, priority, target, weight } = record
      return { port, priority, target: absolute(target), weight }
    }
    case 'CNAME':
      return absolute(record.target)
    case 'TXT':
      return record.text.replaceAll(';', '\\;')
  }
}

function absolute(target: string): string {
  return target === '.' ? '.' : `${target}.`
}
