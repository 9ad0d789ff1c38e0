import { parseUrl } from '../account/web-url.js'
import type { XmlNode } from '../encoding/read-xml.js'
import { readClientConfig, type ClientConfig } from './client-config.js'
import { configNode } from './config-node.js'
import type { Skipped } from './findings.js'
import { readEnvironments, type Variables } from './environments.js'

// autodiscover-email-settings 1.4.0, settings.js: all that it reads, but for PORT.
const NAMES: ReadonlySet<string> = new Set([
  ...['COMPANY_NAME', 'SUPPORT_URL', 'DOMAIN', 'MOBILESYNC_URL', 'MOBILESYNC_NAME'],
  ...['IMAP', 'POP', 'SMTP', 'LDAP'].flatMap((of) => [`${of}_HOST`, `${of}_PORT`, `${of}_SOCKET`]),
  ...['LDAP_BASE', 'LDAP_USER_FIELD', 'LDAP_USER_BASE', 'LDAP_SEARCH'],
  ...['PROFILE_IDENTIFIER', 'PROFILE_UUID', 'MAIL_UUID', 'LDAP_UUID'],
])
const LIKE_ITS_NAMES = /^(?:IMAP|POP3?|SMTP|LDAP|MOBILESYNC|PROFILE|MAIL)_[A-Z0-9_]+$/

const LEFT: readonly (readonly [what: string, name: RegExp, reason: string])[] = [
  [
    'Exchange ActiveSync (MOBILESYNC_…)',
    /^MOBILESYNC_URL$/,
    'Only mail, calendars and contacts are set up.',
  ],
  [
    'LDAP address book (LDAP_…)',
    /^LDAP_HOST$/,
    'Contacts are set up by CardDAV only: write “contacts” into the file, where there is such a server.',
  ],
  [
    'identifiers of its profile (PROFILE_…, MAIL_UUID, LDAP_UUID)',
    /^(?:PROFILE_IDENTIFIER|\w+_UUID)$/,
    'Each account has identifiers of its own, so a new profile does not replace the old one.',
  ],
]

/**
 * The environment variables of Monogramm's autodiscover-email-settings, as what it answers with: an
 * env file, a compose file or its `environment` alone, or a unit of systemd.
 *
 * @returns undefined where none of its servers is there
 * @throws MailProfileError `invalid_autoconfig` for YAML with a mistake
 */
export function readMonogrammVariables(text: string): ClientConfig | undefined {
  const [first, ...others] = readEnvironments(text).filter(({ variables }) => hasServers(variables))
  if (first === undefined) return undefined
  const { variables } = first
  const domain = variables.get('DOMAIN')
  const config = readClientConfig(
    configNode('clientConfig', [
      configNode('emailProvider', [
        ...(domain === undefined ? [] : [configNode('domain', domain)]),
        configNode('displayName', variables.get('COMPANY_NAME') ?? ''),
        ...serverNodes('incomingServer', 'imap', 'IMAP', variables),
        ...serverNodes('incomingServer', 'pop3', 'POP', variables),
        ...serverNodes('outgoingServer', 'smtp', 'SMTP', variables),
        ...helpNodes(variables),
      ]),
    ]),
  )
  return {
    ...config,
    skipped: [
      ...config.skipped,
      ...leftOf(variables),
      ...others.map(({ name }) => ({
        what: `service ${name}`,
        reason: 'Only the first of a file is used: import this one from a file of its own.',
      })),
    ],
  }
}

function hasServers(variables: Variables): boolean {
  return ['IMAP_HOST', 'POP_HOST', 'SMTP_HOST'].some((name) => variables.has(name))
}

function serverNodes(
  element: string,
  type: string,
  prefix: string,
  variables: Variables,
): XmlNode[] {
  const host = variables.get(`${prefix}_HOST`)
  if (host === undefined) return []
  return [
    configNode(
      element,
      [
        configNode('hostname', host),
        configNode('port', variables.get(`${prefix}_PORT`) ?? ''),
        configNode('socketType', variables.get(`${prefix}_SOCKET`) ?? ''),
        // Both as its views/autoconfig.xml has them for everybody.
        configNode('authentication', 'password-cleartext'),
        configNode('username', '%EMAILADDRESS%'),
      ],
      { type },
    ),
  ]
}

function helpNodes(variables: Variables): XmlNode[] {
  const url = variables.get('SUPPORT_URL')
  return url === undefined || isOwnPage(url, variables)
    ? []
    : [configNode('documentation', '', { url })]
}

function leftOf(variables: Variables): Skipped[] {
  const names = [...variables.keys()]
  const left = LEFT.filter(([, pattern]) => names.some((name) => pattern.test(name)))
  const own = isOwnPage(variables.get('SUPPORT_URL') ?? '', variables)
  const unknown = names.filter((name) => LIKE_ITS_NAMES.test(name) && !NAMES.has(name))
  return [
    ...left.map(([what, , reason]) => ({ what, reason })),
    ...(own
      ? [{ what: 'SUPPORT_URL', reason: 'It is the page of the program that is replaced.' }]
      : []),
    ...unknown.map((name) => ({
      what: `variable ${name}`,
      reason: 'autodiscover-email-settings has no such variable.',
    })),
  ]
}

// It shows a page about itself at the names that mail programs ask.
function isOwnPage(url: string, variables: Variables): boolean {
  const domain = (variables.get('DOMAIN') ?? '').toLowerCase()
  const host = parseUrl(url)?.hostname
  return host === `autodiscover.${domain}` || host === `autoconfig.${domain}`
}
