import { displayName, type Account } from '../../account/account.js'
import type { SignIn } from '../../account/sign-in.js'
import { textsFor } from '../../texts/texts.js'
import { looksLikeProfile, partOf, PROFILE_FILE, writeProfile } from '../apple-profile/file.js'
import type { Payload } from '../apple-profile/payloads.js'
import { signInSupport } from '../apple-profile/sign-in-support.js'
import type { Format, RenderContext } from '../format.js'

const TYPE = 'com.apple.google-oauth'
const SIGN_INS: readonly [SignIn, ...SignIn[]] = ['google']

/**
 * An Apple configuration profile with a Google account, into which the person signs in on Google's own
 * page: iOS and iPadOS 9.3 and later, visionOS 1.1 and later. Apple's schema has no such payload for
 * macOS. Keys: `com.apple.google-oauth` in Apple's device-management schema, which lets people install it;
 * the text beside it speaks of managed devices only.
 */
export const appleGoogle: Format = {
  id: 'apple-google',
  title: 'Apple profile for Google accounts',
  ...PROFILE_FILE,
  carries: ['name', 'calendar', 'contacts'],
  readers:
    'iPhone, iPad and Apple Vision Pro; the person signs in on Google’s own page. A Mac does not take it.',
  page: { signIn: 'second' },
  containsSecret: () => false,
  support: (account, context) => signInSupport(account, SIGN_INS, context),
  render: renderGoogle,
  recognises: (text) => looksLikeProfile(text) && text.includes(TYPE),
}

function renderGoogle(account: Account, context: RenderContext): string {
  const texts = textsFor(context.language)
  const { address, name } = account.identity
  const payload: Payload = {
    kind: 'google',
    type: TYPE,
    title: texts.bare('profile.mail', { account: displayName(account) }),
    keys: {
      AccountDescription: displayName(account),
      AccountName: name,
      EmailAddress: address,
    },
  }
  // Not that it manages nothing: what the account lets its provider do is not the profile's to promise.
  return writeProfile([account], [partOf(account, payload)], context, texts, payload.title)
}
