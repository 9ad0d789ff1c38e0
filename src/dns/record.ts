import { quoteTxt } from '../encoding/quote-txt.js'

interface Owned {
  /** Relative to the mail domain: `_imaps._tcp`. */
  readonly owner: string
}

export interface SrvRecord extends Owned {
  readonly type: 'SRV'
  readonly priority: number
  readonly weight: number
  readonly port: number
  /** Without a trailing dot; `.` says that the service is not offered (RFC 2782). */
  readonly target: string
}

export interface CnameRecord extends Owned {
  readonly type: 'CNAME'
  /** Without a trailing dot. */
  readonly target: string
}

export interface TxtRecord extends Owned {
  readonly type: 'TXT'
  readonly text: string
}

export type DnsRecord = SrvRecord | CnameRecord | TxtRecord

/** The data of a record as a zone file has it. */
export function dataOf(record: DnsRecord): string {
  switch (record.type) {
    case 'SRV': {
      const { priority, weight, port, target } = record
      return `${priority} ${weight} ${port} ${target === '.' ? '.' : `${target}.`}`
    }
    case 'CNAME':
      return `${record.target}.`
    case 'TXT':
      return quoteTxt(record.text)
  }
}

/** A name as answers have it, in the form of a target. */
export function foldedName(name: string): string {
  return name.toLowerCase().replace(/\.$/, '')
}

/** The text of a TXT record from the pieces of an answer, each octet of which Node has as one character. */
export function txtOf(pieces: readonly string[]): string {
  return Buffer.from(pieces.join(''), 'latin1').toString('utf8')
}
