import { displayName, type Account } from '../../account/account.js'
import type { SignIn } from '../../account/sign-in.js'
import { textsFor } from '../../texts/texts.js'
import { looksLikeProfile, partOf, PROFILE_FILE, writeProfile } from '../apple-profile/file.js'
import type { Payload } from '../apple-profile/payloads.js'
import { signInSupport } from '../apple-profile/sign-in-support.js'
import type { Format, RenderContext } from '../format.js'

const TYPE = 'com.apple.eas.account'
const SIGN_INS: readonly [SignIn, ...SignIn[]] = ['microsoft', 'outlook']

// Where Exchange Online is. With OAuth and no sign-in URL a device looks by itself (Apple's note on Host), and
// shows what stands here.
const HOST = 'outlook.office365.com'

/**
 * An Apple configuration profile with an Exchange account at Microsoft, into which the person signs in on
 * Microsoft's own page: iOS and iPadOS 12 and later, visionOS 1.1 and later. Apple's schema has no such
 * payload for macOS. Keys: `com.apple.eas.account` in Apple's device-management schema.
 */
export const appleExchange: Format = {
  id: 'apple-exchange',
  title: 'Apple profile for Microsoft accounts',
  ...PROFILE_FILE,
  carries: ['calendar', 'contacts'],
  readers:
    'iPhone, iPad and Apple Vision Pro; the person signs in on Microsoft’s own page. A Mac does not take it.',
  page: { signIn: 'first' },
  containsSecret: () => false,
  support: (account, context) => signInSupport(account, SIGN_INS, context),
  render: renderExchange,
  recognises: (text) => looksLikeProfile(text) && text.includes(TYPE),
}

function renderExchange(account: Account, context: RenderContext): string {
  const texts = textsFor(context.language)
  const { address } = account.identity
  const payload: Payload = {
    kind: 'exchange',
    type: TYPE,
    title: texts.bare('profile.mail', { account: displayName(account) }),
    // No OAuth URL: with OAuthSignInURL the device would look nothing up by itself (Apple, iOS 13).
    keys: {
      EmailAddress: address,
      Host: HOST,
      OAuth: true,
      SSL: true,
      // At an organisation people may sign in by another name than their mailbox has.
      UserName: account.incoming?.username ?? address,
    },
  }
  // Not that it manages nothing: what the account lets its provider do is not the profile's to promise.
  return writeProfile([account], [partOf(account, payload)], context, texts, payload.title)
}
