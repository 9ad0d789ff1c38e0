import { parseClientConfig } from '../../autoconfig/client-config.js'
import type { Inspection } from '../format.js'
import { optional, type InspectionRow } from '../inspection-parts.js'
import { refusedBy } from '../read-account.js'
import { readAsThunderbird } from './reader.js'

const ANY_DOMAIN = '%EMAILDOMAIN%, whatever domain is asked for'

/** @throws MailProfileError `invalid_profile` when no mail program would find settings in it */
export function inspectAutoconfig(document: string): Inspection {
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
          ...documentation.map(({ url }): InspectionRow => ['Help', url ?? '']),
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
