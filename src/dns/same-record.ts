import { dataOf, type DnsRecord } from './record.js'

/** Whether two records do the same: priorities and weights are the operator's choice. */
export function isSameRecord(a: DnsRecord | undefined, b: DnsRecord): boolean {
  if (a?.type !== b.type) return false
  if (a.type === 'SRV' && b.type === 'SRV') return a.target === b.target && a.port === b.port
  return dataOf(a) === dataOf(b)
}

/**
 * What the texts of one purpose begin with, `path=` or `v=UAAC1`: others of the same name, such as
 * `v=spf1`, are other people's affair.
 */
export function kindOfText(text: string): string {
  return /^(?:v=[^;\s]*|[^=]+=)/.exec(text)?.[0] ?? ''
}

/** Whether a text has all the tags of another. The order does not count, nor do tags that nobody knows. */
export function hasTags(text: string, expected: string): boolean {
  const tags = new Set(text.split(';').map((tag) => tag.trim()))
  return expected.split(';').every((tag) => tags.has(tag.trim()))
}
