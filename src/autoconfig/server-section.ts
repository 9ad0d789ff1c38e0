import type { Authentication, IncomingProtocol, Security } from '../account/server.js'
import { childrenOf, textOf, type XmlNode } from '../encoding/read-xml.js'
import { legible, shown, type Findings } from './findings.js'
import { isForOwnNetwork, readAuthentications, readPort, readSecurity } from './server-values.js'
import { parseHost, parseUsername } from './templates.js'
import { isUsualPort } from '../account/usual-port.js'

/** One server of a document; host and user name may hold placeholders. */
export interface ConfigServer<P extends IncomingProtocol | 'smtp' = IncomingProtocol | 'smtp'> {
  readonly protocol: P
  /** Lower case, an international name as A-labels. */
  readonly host: string
  readonly port: number
  readonly security: Security
  /** In the order of preference, at least one, each once. */
  readonly authentications: readonly Authentication[]
  /** Absent only where `none` is the one authentication. */
  readonly username?: string | undefined
  /** It takes mail only from the provider's own network (`client-IP-address`). */
  readonly ownNetworkOnly: boolean
}

export interface ReadServersOptions<P> {
  /** The types that are used. */
  readonly protocols: readonly P[]
  /** For a server that has no user name of its own. */
  readonly username?: string | undefined
}

const SECURITY_WORDS: Readonly<Record<Security, string>> = {
  tls: 'TLS',
  starttls: 'STARTTLS',
  none: 'no encryption',
}

/**
 * The servers of `incomingServer` or `outgoingServer` elements that can be used, in their order;
 * the others are skipped with the reason, and none spoils the rest
 * (draft-ietf-mailmaint-autoconfig-06, "XML validation").
 *
 * @param title "incoming" or "outgoing", for findings
 */
export function readServers<P extends IncomingProtocol | 'smtp'>(
  sections: readonly XmlNode[],
  title: string,
  { protocols, username }: ReadServersOptions<P>,
  findings: Findings,
): ConfigServer<P>[] {
  return sections.flatMap((section, index) => {
    const type = section.attributes['type']?.trim() ?? ''
    const what = `${title} server ${index + 1} (${legible(type) ?? 'no known type'})`
    const protocol = protocols.find((known) => known === type.toLowerCase())
    const server =
      protocol === undefined
        ? `Only ${protocols.join(' and ')} servers are used.`
        : readServer(section, protocol, what, username, findings)
    if (typeof server !== 'string') return [server]
    findings.skipped.push({ what, reason: server })
    return []
  })
}

// A server, or why it is not used.
function readServer<P extends IncomingProtocol | 'smtp'>(
  section: XmlNode,
  protocol: P,
  what: string,
  otherUsername: string | undefined,
  findings: Findings,
): ConfigServer<P> | string {
  const hostText = textOf(section, 'hostname')?.trim() ?? ''
  if (hostText === '') return 'It has no host name.'
  const host = parseHost(hostText)
  if (host === undefined) return `What it gives as its host name, ${shown(hostText)}, is none.`
  const port = readPort(textOf(section, 'port'))
  if (port === undefined) return 'Its port is not a number from 1 to 65535.'
  const security = readSecurity(section)
  if (security === undefined) return 'Its socketType is not SSL, STARTTLS or plain.'
  const authentications = readAuthentications(section, protocol, what, findings)
  if (authentications.length === 0) return 'It has no authentication that can be used.'
  const [usernameText = '', ...moreUsernames] = childrenOf(section, 'username')
    .map(({ text }) => text.trim())
    .filter((text) => text !== '')
  const own = usernameText === '' ? undefined : parseUsername(usernameText)
  if (own === undefined && usernameText !== '') return 'Its user name cannot be used.'
  const needsUsername = authentications.some((authentication) => authentication !== 'none')
  // Thunderbird 140 would send "undefined", Thunderbird for Android refuses the document.
  const username = own?.text ?? (needsUsername ? otherUsername : undefined)
  if (needsUsername && username === undefined) return 'It has no user name.'
  const { warnings, skipped } = findings
  if (own === undefined && username !== undefined) {
    warnings.push(`The ${what} has no user name: that of the first incoming server is used.`)
  }
  if (moreUsernames.length > 0) {
    const reason = 'Only the first user name of a server is used.'
    skipped.push({ what: `another user name of the ${what}`, reason })
  }
  if (host.repaired || own?.repaired === true) {
    warnings.push(`A placeholder of the ${what} is misspelt: it is read as it was meant.`)
  }
  if (!isUsualPort(protocol, port, security)) {
    warnings.push(`Port ${port} with ${SECURITY_WORDS[security]} is unusual for the ${what}.`)
  }
  const ownNetworkOnly = isForOwnNetwork(section)
  const server = { protocol, host: host.text, port, security, authentications, ownNetworkOnly }
  return username === undefined ? server : { ...server, username }
}
