import type { Inspection } from '../format.js'
import { optional, type InspectionRow } from '../inspection-parts.js'
import { parsePacc } from './reader.js'

/** @throws MailProfileError `invalid_profile` when a client of the draft would refuse the document */
export function inspectPacc(text: string): Inspection {
  const { provider, servers, urls, password, issuer, documentation } = parsePacc(text)
  return {
    sections: [
      {
        title: 'Provider',
        rows: [
          ['Name', provider],
          ...optional('Sign-in', issuer),
          ...optional('Help', documentation),
        ],
      },
      {
        title: 'Servers',
        rows: [
          ...servers.map(({ protocol, host, port }): InspectionRow => [
            protocol,
            `${host}, port ${port}`,
          ]),
          ...urls.map(({ protocol, url }): InspectionRow => [protocol, url]),
        ],
      },
    ],
    warnings: password || issuer !== undefined ? [] : ['It takes no passwords.'],
  }
}
