import type { IncomingMessage } from 'node:http'
import { parseDomain } from '../../account/address.js'

const ASCII = /^[ -~]*$/
// The names under which clients ask for what a mail domain offers.
const SERVICE_NAME = /^(?:autoconfig|autodiscover|ua-auto-config)\./

/** The host that a request is for. Never X-Forwarded-Host, which anybody can send. */
export function hostOf({ headers }: Pick<IncomingMessage, 'headers'>): string {
  return foldHost(headers.host ?? '')
}

/** A host without port and trailing dot, in lower-case A-labels; empty for what is none. */
export function foldHost(given: string): string {
  const name = decoded(given).replace(/:\d*$/, '').replace(/\.$/, '').toLowerCase()
  // In ASCII it is as all else has it, or nowhere.
  return ASCII.test(name) ? name : foldDomain(name)
}

/** The domains that a host may stand for, by itself and as the name of a service: what counts first. */
export function domainsOfHost(host: string): readonly string[] {
  return [host, host.replace(SERVICE_NAME, '')]
}

// Node gives the bytes of a header as Latin-1, whatever they are.
function decoded(header: string): string {
  return ASCII.test(header) ? header : Buffer.from(header, 'latin1').toString('utf8')
}

function foldDomain(name: string): string {
  try {
    return parseDomain(name)
  } catch {
    return ''
  }
}
