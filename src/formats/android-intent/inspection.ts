import type { Inspection } from '../format.js'
import {
  HIDDEN,
  accountSections,
  accountWarnings,
  optional,
  type InspectionRow,
} from '../inspection-parts.js'
import { parseIntentUri, type Intent } from '../intent-uri.js'
import { refusedBy } from '../read-account.js'
import { parseAndroidIntent } from './reader.js'

/**
 * A link with a version is held to the contract of docs/android-intent.md; of any other, what Android
 * reads from it is shown.
 *
 * @throws MailProfileError `invalid_profile` when the app, or Android itself, would refuse the link
 */
export function inspectAndroidIntent(text: string): Inspection {
  const link = text.trim()
  if (!/^[a-z][a-z0-9+.-]*:/i.test(link)) throw refusedBy('Android', 'It is no link.')
  const intent = parseIntentUri(link)
  if (!intent.extras.has('version')) return inspectIntent(intent)
  const account = parseAndroidIntent(link)
  const { calendarUrl, contactsUrl, fallbackUrl } = account
  const more: InspectionRow[] = [
    ...(calendarUrl === undefined ? [] : [['Calendar', calendarUrl] as const]),
    ...(contactsUrl === undefined ? [] : [['Contacts', contactsUrl] as const]),
    ['Without the app', fallbackUrl],
  ]
  return {
    sections: [...accountSections(account), { title: 'More', rows: more }],
    warnings: accountWarnings(account),
  }
}

function inspectIntent({ action, data, package: app, component, extras }: Intent): Inspection {
  const rows: InspectionRow[] = [
    ['Action', action],
    ...optional('Data', data?.replace(/([?&](?:p|ipw|spw)=)[^&]+/g, `$1${HIDDEN}`)),
    ...optional('Package', app ?? undefined),
    ...optional('Component', component ?? undefined),
  ]
  return {
    sections: [
      { title: 'Intent', rows },
      {
        title: 'Extras',
        rows: [...extras].map(([name, { value }]) => [
          name,
          /password/i.test(name) ? HIDDEN : value,
        ]),
      },
    ],
    warnings: ['It does not follow docs/android-intent.md: no version.'],
  }
}
