import { refusedBy, type ReadAccount, type ReadServer } from '../read-account.js'
import { parseIntentUri, type Intent } from '../intent-uri.js'

const VERSION = '1'

/** What an app gets from the link of `docs/android-intent.md`. */
export interface AndroidIntentAccount extends ReadAccount {
  readonly calendarUrl?: string | undefined
  readonly contactsUrl?: string | undefined
  readonly fallbackUrl: string
}

/**
 * The link as an app reads it that keeps to the contract of `docs/android-intent.md`.
 *
 * @throws MailProfileError `invalid_profile`
 */
export function parseAndroidIntent(link: string): AndroidIntentAccount {
  const intent = parseIntentUri(link)
  if (extra(intent, 'version', 'Integer') !== VERSION) throw refused('Its version is not 1.')
  const address = required(intent, 'address')
  const fallbackUrl = required(intent, 'browser_fallback_url')
  if (!/^https?:/.test(fallbackUrl)) throw refused('Its fallback is no web page.')
  return {
    accountName: extra(intent, 'accountName') ?? address,
    identities: [{ address, name: extra(intent, 'name') ?? '' }],
    incoming: server(intent, 'incoming'),
    outgoing: server(intent, 'outgoing'),
    calendarUrl: extra(intent, 'calendar.url'),
    contactsUrl: extra(intent, 'contacts.url'),
    fallbackUrl,
  }
}

function server(intent: Intent, path: 'incoming' | 'outgoing'): ReadServer {
  return {
    protocol: required(intent, `${path}.protocol`),
    host: required(intent, `${path}.host`),
    port: Number(required(intent, `${path}.port`, 'Integer')),
    security: required(intent, `${path}.security`),
    authentication: required(intent, `${path}.authentication`),
    username: extra(intent, `${path}.username`),
  }
}

function required(intent: Intent, name: string, type?: 'Integer'): string {
  const value = extra(intent, name, type)
  if (value === undefined) throw refused(`${name} is missing.`)
  return value
}

function extra(
  { extras }: Intent,
  name: string,
  type: 'String' | 'Integer' = 'String',
): string | undefined {
  const found = extras.get(name)
  // Android's getStringExtra and getIntExtra give nothing for a value of another type.
  return found?.type === type ? found.value : undefined
}

function refused(why: string): Error {
  return refusedBy('An app that keeps to the contract', why)
}
