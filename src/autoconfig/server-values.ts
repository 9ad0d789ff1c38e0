import type { Authentication, IncomingProtocol, Security } from '../account/server.js'
import { childrenOf, type XmlNode } from '../encoding/read-xml.js'
import { shown, type Findings } from './findings.js'

const SECURITY: ReadonlyMap<string, Security> = new Map([
  ['ssl', 'tls'],
  ['tls', 'tls'],
  ['starttls', 'starttls'],
  ['plain', 'none'],
])

const OWN_NETWORK = 'client-ip-address'

// `plain` and `secure` are of version 1.0, and Thunderbird 140 reads them still.
const AUTHENTICATION: ReadonlyMap<string, Authentication> = new Map([
  ['password-cleartext', 'password-cleartext'],
  ['plain', 'password-cleartext'],
  ['password-encrypted', 'password-encrypted'],
  ['secure', 'password-encrypted'],
  ['ntlm', 'ntlm'],
  ['gssapi', 'gssapi'],
  ['oauth2', 'oauth2'],
  ['oauth', 'oauth2'],
  ['none', 'none'],
  [OWN_NETWORK, 'none'],
  ['smtp-after-pop', 'none'],
])

/** A port from 1 to 65535. */
export function readPort(text = ''): number | undefined {
  const port = /^\d{1,9}$/.test(text.trim()) ? Number(text) : 0
  return port >= 1 && port <= 65_535 ? port : undefined
}

/** Of several alternatives the first that is known, as Thunderbird 140 does. */
export function readSecurity(server: XmlNode): Security | undefined {
  return childrenOf(server, 'socketType')
    .map(({ text }) => SECURITY.get(word(text)))
    .find((security) => security !== undefined)
}

/**
 * The authentications of a server that can be used, in its order and each once.
 *
 * @param what the server's name in findings, where the others go
 */
export function readAuthentications(
  server: XmlNode,
  protocol: IncomingProtocol | 'smtp',
  what: string,
  findings: Findings,
): Authentication[] {
  const found = childrenOf(server, 'authentication').flatMap(({ text, attributes }) => {
    // Version 1.2 says so of Basic and Digest, which are nothing for a mail protocol.
    const isHttp = word(attributes['system'] ?? '') === 'http'
    const known = isHttp ? undefined : AUTHENTICATION.get(word(text))
    // Nobody reads mail without saying who they are; Thunderbird 140 takes it for SMTP only.
    if (known !== undefined && (known !== 'none' || protocol === 'smtp')) return [known]
    const reason =
      known === undefined
        ? 'It is unknown, or nothing that a password or OAuth can do.'
        : 'A server that mail is read from has to know whose mail it is.'
    findings.skipped.push({ what: `authentication ${shown(text)} of the ${what}`, reason })
    return []
  })
  return [...new Set(found)]
}

/** Whether a server takes mail only from its own network, and a password does not help. */
export function isForOwnNetwork(server: XmlNode): boolean {
  const says = (name: string) =>
    childrenOf(server, name).some(({ text }) => word(text) === OWN_NETWORK)
  const needsNothing = childrenOf(server, 'authentication').every(
    ({ text }) => (AUTHENTICATION.get(word(text)) ?? 'none') === 'none',
  )
  return says('restriction') || (says('authentication') && needsNothing)
}

function word(text: string): string {
  return text.trim().toLowerCase()
}
