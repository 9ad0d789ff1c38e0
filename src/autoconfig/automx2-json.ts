import type { Fields } from '../account/fields.js'
import type { XmlNode } from '../encoding/read-xml.js'
import { MailProfileError } from '../errors.js'
import { readClientConfig, type ClientConfig } from './client-config.js'
import { configNode } from './config-node.js'
import { fieldsOf, fieldText } from './fields-of.js'
import { shown, type Skipped } from './findings.js'

// automx2 2026.2, src/automx2/database.py: what it fills in where the JSON says nothing.
const USUAL_PORTS: ReadonlyMap<string, string> = new Map([
  ['imap', '993'],
  ['pop', '995'],
  ['smtp', '465'],
])
const TLS_PORTS = ['465', '993', '995']
const USUAL_PRIORITY = 10
const ADDRESS = '%EMAILADDRESS%'
const DAV: ReadonlyMap<string, string> = new Map([
  ['caldav', 'calendar'],
  ['carddav', 'addressbook'],
])

/**
 * The JSON with which automx2 is filled (`POST /initdb/`), in version 2 (automx2 2026.1) and the one
 * before it, as what automx2 answers with then. Columns of its database that this JSON has no
 * place for (`socket_type`, `user_name`, `authentication`) count where they stand.
 *
 * @throws MailProfileError `invalid_autoconfig` where it is something else
 */
export function readAutomx2Json(text: string): ClientConfig {
  const seed = fieldsOf(parseJson(text))
  const { version = 1 } = seed
  if (!Array.isArray(seed['domains']) || !Array.isArray(seed['servers'])) {
    throw invalid('It is JSON, but has no lists of domains and servers.')
  }
  if (version !== 1 && version !== 2) throw invalid('Only its versions 1 and 2 are known.')
  const domains = seed['domains'].map((domain) =>
    typeof domain === 'string' ? { name: domain } : fieldsOf(domain),
  )
  const servers = byPriority(seed['servers'].map(fieldsOf))
  const mail = servers.filter(({ type }) => !DAV.has(fieldText(type)))
  const dav = servers.filter(({ type }) => DAV.has(fieldText(type)))
  const config = readClientConfig(
    configNode('clientConfig', [
      configNode('emailProvider', [
        ...domains.map(({ name }) => configNode('domain', fieldText(name))),
        configNode('displayName', fieldText(seed['provider'])),
        ...mail.map(mailNode),
        ...dav.map(({ type, url, user_name: username }) =>
          configNode(DAV.get(fieldText(type)) ?? '', [
            configNode('url', fieldText(url)),
            configNode('username', fieldText(username)),
          ]),
        ),
      ]),
    ]),
  )
  return {
    ...config,
    skipped: [...config.skipped, ...ldapServers(seed)],
    warnings: [
      ...config.warnings,
      ...domains.flatMap((domain) => ldapWarning(domain, seed)),
      ...dav.flatMap(davWarnings),
    ],
  }
}

function mailNode({ type, name, port, ...more }: Fields): XmlNode {
  const kind = fieldText(type)
  const number = port === undefined ? (USUAL_PORTS.get(kind) ?? '') : fieldText(port)
  const { socket_type, user_name, authentication } = more
  const socketType = TLS_PORTS.includes(number) ? 'SSL' : 'STARTTLS'
  return configNode(
    kind === 'smtp' ? 'outgoingServer' : 'incomingServer',
    [
      configNode('hostname', fieldText(name)),
      configNode('port', number),
      configNode('socketType', socket_type === undefined ? socketType : fieldText(socket_type)),
      configNode('username', user_name === undefined ? ADDRESS : fieldText(user_name)),
      configNode(
        'authentication',
        authentication === undefined ? 'plain' : fieldText(authentication),
      ),
    ],
    { type: kind === 'pop' ? 'pop3' : kind },
  )
}

// Its lower numbers come first; of the same, the order in the file counts.
function byPriority(servers: readonly Fields[]): Fields[] {
  const priorityOf = ({ prio }: Fields) => (typeof prio === 'number' ? prio : USUAL_PRIORITY)
  return [...servers].sort((a, b) => priorityOf(a) - priorityOf(b))
}

function ldapServers({ ldapservers }: Fields): Skipped[] {
  const servers: unknown[] = Array.isArray(ldapservers) ? ldapservers : []
  return servers.map((_, index) => ({
    what: `LDAP server ${index + 1}`,
    reason: 'People are looked up by “directory” of mailprofile.yaml, not by a provider file.',
  }))
}

function ldapWarning({ name, ldapserver_id: id }: Fields, { ldapservers }: Fields): string[] {
  if (id === undefined || id === null) return []
  const servers: unknown[] = Array.isArray(ldapservers) ? ldapservers : []
  const server = servers.map(fieldsOf).find((fields) => fields['id'] === id)
  // Then its log-ins are the addresses all the same.
  if (server?.['attr_uid'] === 'mail') return []
  return [
    `Log-ins of the domain ${shown(fieldText(name))} came from LDAP: here they are what the user names say.`,
  ]
}

function davWarnings({ type, url, port }: Fields): string[] {
  const number = fieldText(port)
  const own = /^https:\/\/[^/]*?(?::(\d+))?(?:\/|$)/.exec(fieldText(url))
  return own !== null && number !== '' && number !== '0' && number !== (own[1] ?? '443')
    ? [`The ${fieldText(type)} server has another port than its address: the address counts.`]
    : []
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    // The parser's own words quote the text.
    throw invalid('It is no JSON.', cause)
  }
}

function invalid(why: string, cause?: unknown): MailProfileError {
  return new MailProfileError('invalid_autoconfig', `This is no JSON of automx2. ${why}`, {
    cause,
  })
}
