import { hasMailPassword, type MailAccount } from '../../account/account.js'
import type { MailServer } from '../../account/server.js'
import { intentUri, isScheme } from '../../encoding/uri.js'
import { MailProfileError } from '../../errors.js'
import { say } from '../../messages/text.js'
import {
  DELTACHAT_SCHEME,
  deltachatIntent,
  deltachatLink,
} from '../deltachat-link/deltachat-link.js'
import { SUPPORTED, safeFileName, type Format, type RenderContext } from '../format.js'
import { mailFormat } from '../mail-format.js'
import { requireSupport } from '../support.js'

/** The version of the contract in `docs/android-intent.md`. */
const INTENT_VERSION = 1
const DEFAULT_SCHEME = 'mailprofile'

/**
 * An `intent:` link with the settings as extras, for any app with a matching intent filter: the
 * contract is `docs/android-intent.md`. It never holds a password: whichever app answers the scheme
 * gets the link.
 *
 * With Delta Chat's scheme it is Delta Chat's link, password and all.
 */
export const androidIntent: Format = mailFormat({
  id: 'android-intent',
  title: 'Link for an Android app of your own',
  platform: 'android',
  kind: 'uri',
  mediaType: 'text/plain; charset=utf-8',
  carries: ['imap', 'pop3', 'smtp', 'name', 'calendar', 'contacts'],
  readers: "An Android app with an intent filter for it, such as the operator's own.",
  signed: false,
  needsPublicUrl: true,
  page: {
    own: true,
    // Without an operator's app there is nothing that would open it.
    offered: (_account, { androidIntent: target }) => target !== undefined,
    links: (account, context) => [{ what: say('android.mail'), href: render(account, context) }],
  },
  fileName: (account) => safeFileName(`${account.identity.address}-android`, 'txt'),
  containsSecret: (account, context) =>
    context?.androidIntent?.scheme === DELTACHAT_SCHEME && hasMailPassword(account),
  support: () => SUPPORTED,
  render,
  recognises: (text) => text.startsWith('intent://account#Intent;'),
  async inspect(text) {
    const { inspectAndroidIntent } = await import('./inspection.js')
    return inspectAndroidIntent(text)
  },
})

function render(account: MailAccount, context: RenderContext): string {
  const { scheme = DEFAULT_SCHEME, action, package: app } = context.androidIntent ?? {}
  if (scheme === DELTACHAT_SCHEME) {
    requireSupport(deltachatLink.support(account))
    return deltachatIntent(account, context)
  }
  if (!isScheme(scheme)) {
    throw new MailProfileError(
      'invalid_request',
      'The scheme of androidIntent has to be a scheme in lower case, such as examplemail.',
      { field: 'androidIntent.scheme' },
    )
  }
  const { identity, accountName, incoming, outgoing, calendar, contacts } = account
  return intentUri({
    scheme,
    rest: '//account',
    action,
    package: app,
    extras: [
      ['version', INTENT_VERSION],
      ['address', identity.address],
      ['name', identity.name],
      ['accountName', accountName],
      ...serverExtras('incoming', incoming),
      ...serverExtras('outgoing', outgoing),
      ['calendar.url', calendar?.url],
      ['contacts.url', contacts?.url],
      ['browser_fallback_url', context.publicUrl],
    ],
  })
}

function serverExtras(
  path: 'incoming' | 'outgoing',
  server: MailServer & { readonly protocol: string },
): [string, string | number | undefined][] {
  const { protocol, host, port, security, authentication, username } = server
  return [
    [`${path}.protocol`, protocol],
    [`${path}.host`, host],
    [`${path}.port`, port],
    [`${path}.security`, security],
    [`${path}.authentication`, authentication],
    [`${path}.username`, username],
  ]
}
