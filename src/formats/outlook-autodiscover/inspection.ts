import type { Inspection } from '../format.js'
import { NOT_ENCRYPTED, optional } from '../inspection-parts.js'
import { parseAutodiscover } from './reader.js'

/** @throws MailProfileError `invalid_profile` when Outlook would refuse the answer */
export function inspectAutodiscover(document: string): Inspection {
  const { address, protocols, collections, others, redirect } = parseAutodiscover(document)
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
      ...collections.map(({ type, url, username }) => ({
        title: type,
        rows: [['Server', url], ...optional('User name', username)] as const,
      })),
    ],
    warnings: [
      ...(protocols.some(({ security }) => security === 'none') ? [NOT_ENCRYPTED] : []),
      ...[...new Set(others)].map(
        (type) => `Nothing is made of what it says of ${type || 'a server without a type'}.`,
      ),
    ],
  }
}
