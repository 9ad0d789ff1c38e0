import type { Account } from '../account/account.js'
import { nearMisses } from '../encoding/near-miss.js'
import { MailProfileError } from '../errors.js'
import { say } from '../messages/text.js'
import { androidIntent } from './android-intent/android-intent.js'
import { appleExchange } from './apple-exchange/apple-exchange.js'
import { appleGoogle } from './apple-google/apple-google.js'
import { appleProfile } from './apple-profile/apple-profile.js'
import { davx5Link } from './davx5-link/davx5-link.js'
import { deltachatLink } from './deltachat-link/deltachat-link.js'
import { dnsRecordsFormat } from './dns-records/dns-records.js'
import { fairemailProfile } from './fairemail-profile/fairemail-profile.js'
import type { Format, RenderContext } from './format.js'
import { k9Settings } from './k9-settings/k9-settings.js'
import { mozillaAutoconfig } from './mozilla-autoconfig/mozilla-autoconfig.js'
import { outlookAutodiscover } from './outlook-autodiscover/outlook-autodiscover.js'
import { pacc } from './pacc/pacc.js'
import { settingsSheet } from './settings-sheet/settings-sheet.js'
import { thunderbirdQr } from './thunderbird-qr/thunderbird-qr.js'

/** Every format, in the order in which pages and the command line show them. */
export const formats: readonly Format[] = [
  appleProfile,
  appleExchange,
  appleGoogle,
  androidIntent,
  k9Settings,
  thunderbirdQr,
  fairemailProfile,
  deltachatLink,
  davx5Link,
  mozillaAutoconfig,
  outlookAutodiscover,
  pacc,
  dnsRecordsFormat,
  settingsSheet,
]

const byId = new Map(formats.map((format) => [format.id, format]))

/**
 * The format with this id.
 *
 * @param offered the formats that an error names; all by default
 * @throws MailProfileError `unknown_format` that lists their ids, the one first that was probably meant
 *
 * @example
 * ```ts
 * import { getFormat, loadCatalogue } from 'mailprofile'
 *
 * const catalogue = await loadCatalogue()
 * const format = getFormat('thunderbird-qr')
 * console.log(format.support(catalogue.account('ann@btinternet.com')).supported) // true
 * ```
 */
export function getFormat(id: string, offered: readonly Format[] = formats): Format {
  const format = byId.get(id)
  if (format === undefined) {
    const ids = offered.map((known) => known.id)
    // A program in JavaScript may give anything, or nothing.
    const [suggestion] = typeof (id as unknown) === 'string' ? nearMisses(id, ids) : []
    const list = say('errors.http.formats', { formats: ids.join(', ') })
    throw new MailProfileError('unknown_format', say('errors.http.noFormat'), {
      hint:
        suggestion === undefined
          ? list
          : say('errors.both', {
              first: say('errors.domain.meant', { domain: suggestion }),
              second: list,
            }),
      field: 'format',
      suggestion,
    })
  }
  return format
}

/** What leads the people of an account to the sign-in page of their provider, where the operator offers it. */
export function signInFormat(account: Account, context: RenderContext): Format | undefined {
  return formats.find(
    (format) => format.page?.signIn !== undefined && format.support(account, context).supported,
  )
}
