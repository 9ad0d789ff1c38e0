import { isIP } from 'node:net'
import type { TlsCertificate } from './tls-certificate.js'

// More tell nobody more.
const MOST_NAMED = 10

/** What is wrong between a certificate and the host by which people reach the server. */
export interface NameProblem {
  /** For everybody: no names. */
  readonly sentence: string
  /** Which names, for the operator. */
  readonly details: string
}

/**
 * Whether a listener's certificate is for a host, as browsers see it: by its subject alternative names
 * alone (RFC 9525), of which a wildcard stands for one whole label.
 *
 * @param host a DNS name of A-labels, or an IP address, which may be in brackets
 */
export function nameProblem(
  { chain: [certificate] }: Pick<TlsCertificate, 'chain'>,
  host: string,
): NameProblem | undefined {
  const name = host.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '')
  const found =
    isIP(name) === 0
      ? certificate.checkHost(name, { subject: 'never', partialWildcards: false })
      : certificate.checkIP(name)
  if (found !== undefined) return undefined
  const names = [...(certificate.subjectAltName ?? '').matchAll(/(?:DNS|IP Address):([^,\s]+)/g)]
    .map(([, one = '']) => one)
    .slice(0, MOST_NAMED)
  return {
    sentence:
      'The TLS certificate is not for the host of baseUrl: browsers and phones refuse the server.',
    details:
      names.length === 0
        ? `It names no host at all, and baseUrl ${name}.`
        : `It is for ${names.join(', ')}, and baseUrl names ${name}.`,
  }
}
