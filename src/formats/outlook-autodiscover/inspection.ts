import { decodeXml } from '../../encoding/decode-xml.js'
import type { Inspection } from '../format.js'
import { NOT_ENCRYPTED, optional } from '../inspection-parts.js'
import { refusedBy } from '../read-account.js'
import { parseAutodiscover } from './reader.js'

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
    warnings: protocols.some(({ security }) => security === 'none') ? [NOT_ENCRYPTED] : [],
  }
}

function decoded(document: Uint8Array, app: string): string {
  try {
    return decodeXml(document)
  } catch (cause) {
    throw refusedBy(app, 'Its text is not of the encoding that it names.', cause)
  }
}
