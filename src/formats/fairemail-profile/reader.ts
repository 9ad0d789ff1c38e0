import { readXml, type XmlNode } from '../../encoding/read-xml.js'
import { refusedBy } from '../read-account.js'

/** A server as FairEmail stores it; it finds out by itself how to authenticate. */
export interface FairemailServer {
  readonly host?: string | undefined
  readonly port: number
  readonly security: 'tls' | 'starttls'
  readonly username?: string | undefined
  /** Absent: the text that was typed when the import asked for a password. */
  readonly password?: string | undefined
}

/** What FairEmail makes of a profile. */
export interface FairemailImport {
  readonly protocol: 'imap' | 'pop3'
  readonly accountName?: string | undefined
  readonly address?: string | undefined
  readonly name?: string | undefined
  readonly incoming: FairemailServer
  readonly outgoing: FairemailServer
  /** Keys that it needs and did not find: the import fails. */
  readonly missing: readonly string[]
}

const REQUIRED = [
  'EmailAccountName',
  'EmailAddress',
  'IncomingMailServerHostName',
  'IncomingMailServerUsername',
  'OutgoingMailServerHostName',
  'OutgoingMailServerUsername',
]
const DEFAULT_PORTS = { Incoming: 993, Outgoing: 587 } as const

/**
 * A profile as FairEmail reads it (`FragmentOptionsBackup.handleAppleImport`, 1.2331): keys wherever
 * they stand, with the next text or integer; booleans mean nothing.
 *
 * @throws MailProfileError `invalid_profile` for what is not XML, such as a signed profile
 */
export function parseFairemailProfile(document: string): FairemailImport {
  const values = new Map<string, string>()
  collect(readDocument(document), values)
  const address = values.get('EmailAddress')
  return {
    protocol: values.get('EmailAccountType') === 'EmailTypePOP' ? 'pop3' : 'imap',
    accountName: values.get('EmailAccountDescription'),
    address: address?.split(',')[0],
    name: values.get('EmailAccountName'),
    incoming: server('Incoming', values),
    outgoing: server('Outgoing', values),
    missing: REQUIRED.filter((key) => !values.has(key)),
  }
}

// In the order of the document, whatever is nested in what.
function collect(root: XmlNode, values: Map<string, string>): void {
  let key: string | undefined
  const visit = (node: XmlNode): void => {
    if (node.name === 'key') key = node.text
    else if ((node.name === 'string' || node.name === 'integer') && key !== undefined) {
      values.set(key, node.text)
      key = undefined
    }
    node.elements.forEach(visit)
  }
  visit(root)
}

function server(
  direction: 'Incoming' | 'Outgoing',
  values: ReadonlyMap<string, string>,
): FairemailServer {
  const port = values.get(`${direction}MailServerPortNumber`)
  return {
    host: values.get(`${direction}MailServerHostName`),
    port: port === undefined ? DEFAULT_PORTS[direction] : Number(port),
    // Whatever the text says: "false" too.
    security: values.has(`${direction}MailServerUseSSL`) ? 'tls' : 'starttls',
    username: values.get(`${direction}MailServerUsername`),
    password: values.get(`${direction}Password`),
  }
}

function readDocument(document: string): XmlNode {
  try {
    return readXml(document)
  } catch (cause) {
    throw refusedBy('FairEmail', 'It is not XML; a signed profile is none.', cause)
  }
}
