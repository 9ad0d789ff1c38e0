import { parseClientConfig } from '../../autoconfig/client-config.js'
import { decodeXml } from '../../encoding/decode-xml.js'
import { dataOf } from '../../dns/dns-record.js'
import type { Inspection } from '../format.js'
import { parseAutodiscover } from '../outlook-autodiscover/reader.js'
import { parseZone } from '../dns-records/reader.js'
import { parsePacc } from '../pacc/reader.js'
import { refusedBy } from '../read-account.js'
import { readAsThunderbird } from '../mozilla-autoconfig/reader.js'

const ANY_DOMAIN = '%EMAILDOMAIN%, whatever domain is asked for'

type Row = readonly [label: string, value: string]

/** @throws MailProfileError `invalid_profile` when no mail program would find settings in it */
export function inspectAutoconfig(bytes: Uint8Array): Inspection {
  const document = decoded(bytes, 'Thunderbird')
  let config
  try {
    config = parseClientConfig(document)
  } catch (cause) {
    throw refusedBy('Thunderbird', cause instanceof Error ? cause.message : '', cause)
  }
  const {
    id,
    anyDomain,
    domains,
    displayName,
    incoming,
    outgoing,
    documentation,
    skipped,
    warnings,
  } = config
  if (domains.length === 0 && !anyDomain) throw refusedBy('Thunderbird', 'It names no domain.')
  if (incoming.length === 0 || outgoing.length === 0) {
    throw refusedBy('Thunderbird', 'It has no usable server for one of the directions.')
  }
  const { refusal, passedOver } = readAsThunderbird(document)
  if (refusal !== undefined) throw refusedBy('Thunderbird', refusal)
  return {
    sections: [
      {
        title: 'Provider',
        rows: [
          ...optional('Id', id),
          ...optional('Name', displayName),
          ['Domains', [...domains, ...(anyDomain ? [ANY_DOMAIN] : [])].join(', ')],
          ...documentation.map(({ url }): Row => ['Help', url ?? '']),
        ],
      },
      ...[...incoming, ...outgoing].map((server) => ({
        title: server.protocol.toUpperCase(),
        rows: [
          ['Server', server.host],
          ['Port', String(server.port)],
          ['Security', server.security],
          ['Authentication', server.authentications.join(', ')],
          ...optional('User name', server.username),
        ] as const,
      })),
    ],
    warnings: [
      ...skipped.map(({ what, reason }) => `${what}: ${reason}`),
      ...warnings,
      ...passedOver
        .filter(({ server }) => !skipped.some(({ what }) => what.startsWith(`${server} `)))
        .map(({ server, reason }) => `Thunderbird does not take the ${server}. ${reason}`),
    ],
  }
}

/** @throws MailProfileError `invalid_profile` when Outlook would refuse the answer */
export function inspectAutodiscover(document: Uint8Array): Inspection {
  const { address, protocols, redirect } = parseAutodiscover(decoded(document, 'Outlook'))
  if (redirect !== undefined) {
    const { kind, target } = redirect
    return {
      sections: [{ title: 'Redirect', rows: [[kind === 'url' ? 'Asks at' : 'Asks as', target]] }],
      warnings: [
        'It holds no settings: programs go on to where it leads, and ask the person first.',
      ],
    }
  }
  return {
    sections: [
      ...(address === undefined
        ? []
        : [{ title: 'Account', rows: [['Address', address]] as const }]),
      ...protocols.map(({ type, host, port, security, username, signsIn }) => ({
        title: type,
        rows: [
          ['Server', host],
          ['Port', String(port)],
          ['Security', security],
          ...optional('User name', username),
          ['Sign-in required', signsIn ? 'yes' : 'no'],
        ] as const,
      })),
    ],
    warnings: protocols.some(({ security }) => security === 'none')
      ? ['A server is used without encryption: others can read password and mail.']
      : [],
  }
}

/** @throws MailProfileError `invalid_profile` when a client of the draft would refuse the document */
export function inspectPacc(text: string): Inspection {
  const { provider, servers, urls, password, documentation } = parsePacc(text)
  return {
    sections: [
      {
        title: 'Provider',
        rows: [['Name', provider], ...optional('Help', documentation)],
      },
      {
        title: 'Servers',
        rows: [
          ...servers.map(({ protocol, host, port }): Row => [protocol, `${host}, port ${port}`]),
          ...urls.map(({ protocol, url }): Row => [protocol, url]),
        ],
      },
    ],
    warnings: password ? [] : ['It takes no passwords.'],
  }
}

/** @throws MailProfileError `invalid_profile` when a name server would refuse the records */
export function inspectZone(text: string): Inspection {
  const { origin, records } = parseZone(text)
  return {
    sections: [
      {
        title: origin,
        rows: records.map((record) => [`${record.owner} ${record.type}`, dataOf(record)]),
      },
    ],
    warnings: [],
  }
}

function decoded(document: Uint8Array, app: string): string {
  try {
    return decodeXml(document)
  } catch (cause) {
    throw refusedBy(app, 'Its text is not of the encoding that it names.', cause)
  }
}

function optional(label: string, value: string | undefined): Row[] {
  return value === undefined || value === '' ? [] : [[label, value]]
}
