import type { Inspection } from '../format.js'
import {
  HIDDEN,
  HOLDS_PASSWORD,
  NOT_ENCRYPTED,
  optional,
  type InspectionRow,
} from '../inspection-parts.js'
import { parseIntentUri } from '../intent-uri.js'
import { parseDcLogin, type DcLoginServer } from './reader.js'

/** @throws MailProfileError `invalid_profile` when Delta Chat would refuse the link */
export function inspectDeltachatLink(link: string): Inspection {
  const text = link.trim()
  const dclogin = text.startsWith('intent:') ? (parseIntentUri(text).data ?? '') : text
  const { address, certificateChecks, imap, smtp } = parseDcLogin(dclogin)
  return {
    sections: [
      {
        title: 'Account',
        rows: [
          ['Address', address],
          ['Certificates', certificateChecks],
        ],
      },
      { title: 'Incoming mail (IMAP)', rows: dcLoginRows(imap) },
      { title: 'Outgoing mail (SMTP)', rows: dcLoginRows(smtp) },
    ],
    warnings: [
      imap.password === ''
        ? 'Its password is empty: Delta Chat opens the link, but cannot log in.'
        : HOLDS_PASSWORD,
      ...(certificateChecks === 'Strict' ? [] : ['Certificates are not checked strictly.']),
      ...([imap, smtp].some(({ security }) => security === 'Plain') ? [NOT_ENCRYPTED] : []),
    ],
  }
}

function dcLoginRows({ server, port, security, user, password }: DcLoginServer): InspectionRow[] {
  return [
    ...optional('Server', server),
    ...(port === 0 ? [] : [['Port', String(port)] as const]),
    ['Security', security],
    ...optional('User name', user),
    ...optional('Password', password && HIDDEN),
  ]
}
