import type { MailAccount } from '../account/account.js'
import type { Authentication } from '../account/server.js'
import { say } from '../messages/text.js'
import type { Support } from './format.js'
import { onlyAuthentication, refuse, supportOfServers } from './support.js'

const APP = 'Thunderbird for Android'
const KNOWN: readonly Authentication[] = [
  'password-cleartext',
  'password-encrypted',
  'oauth2',
  'none',
]

/**
 * What Thunderbird for Android and K-9 take (`QrCodePayloadValidator.kt` and `SettingsImporter.kt`,
 * 24.0): no NTLM, no GSSAPI. They would take incoming mail without signing in, but cannot fetch it.
 */
export function thunderbirdSupport(account: MailAccount): Support {
  return supportOfServers(account, onlyAuthentication(APP, KNOWN), (server, path) =>
    server.protocol !== 'smtp' && server.authentication === 'none'
      ? refuse(`${path}.authentication`, say('support.noSignIn', { app: APP }))
      : undefined,
  )
}
