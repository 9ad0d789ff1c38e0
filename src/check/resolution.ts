import { lookup } from 'node:dns/promises'
import { isIP, isIPv4 } from 'node:net'
import { isNoRecord } from '../dns/answer-or-none.js'
import { orAborted } from '../waiting.js'
import { Failure } from './failure.js'
import type { StepFindings } from './report.js'

/** A host name to its IP addresses, in the order in which they are tried; rejects as `dns` does. */
export type Resolve = (host: string) => Promise<readonly string[]>

/** As every program on this computer resolves names, its hosts file included. */
export const resolveBySystem: Resolve = async (host) =>
  (await lookup(host, { all: true, verbatim: true })).map(({ address }) => address)

const MAX_ADDRESSES = 8

export interface Resolution extends StepFindings {
  readonly addresses: readonly string[]
}

/** @throws Failure `name_not_found`, `name_lookup_failed` */
export async function resolveHost(
  host: string,
  resolve: Resolve,
  signal: AbortSignal,
): Promise<Resolution> {
  if (isIP(host) !== 0) return { addresses: [host], detail: 'an address, so there is no name' }
  let all: readonly string[]
  try {
    all = await orAborted(resolve(host), signal)
  } catch (error) {
    if (error instanceof Failure) throw error
    throw new Failure(isNoRecord(error) ? 'name_not_found' : 'name_lookup_failed')
  }
  const addresses = [...new Set(all)].filter((address) => isIP(address) !== 0)
  if (addresses.length === 0) throw new Failure('name_not_found')
  const families = [
    list('IPv4', addresses.filter(isIPv4)),
    list(
      'IPv6',
      addresses.filter((address) => !isIPv4(address)),
    ),
  ]
  return {
    addresses: addresses.slice(0, MAX_ADDRESSES),
    detail: families.filter((text) => text !== undefined).join('; '),
  }
}

function list(family: string, addresses: readonly string[]): string | undefined {
  if (addresses.length === 0) return undefined
  const more = addresses.length > 4 ? ` and ${addresses.length - 4} more` : ''
  return `${family} ${addresses.slice(0, 4).join(', ')}${more}`
}
