/**
 * The payloads of mail, calendars, contacts and certificates, by their types in Apple's schema of profiles.
 * What fetches a certificate (`com.apple.security.scep`, `com.apple.security.acme`) is not among them: it
 * makes the device somebody's.
 */
const OF_ACCOUNTS: ReadonlySet<string> = new Set([
  'com.apple.mail.managed',
  'com.apple.eas.account',
  'com.apple.ews.account',
  'com.apple.google-oauth',
  'com.apple.caldav.account',
  'com.apple.subscribedcalendar.account',
  'com.apple.carddav.account',
  'com.apple.ldap.account',
  'com.apple.security.root',
  'com.apple.security.pkcs1',
  'com.apple.security.pem',
  'com.apple.security.pkcs12',
])

/** What of a profile is neither mail, nor a calendar, contacts or a certificate: types and keys. */
export function beyondAccounts(profile: Readonly<Record<string, unknown>>): string[] {
  const payloads = profile['PayloadContent'] as readonly { readonly PayloadType?: unknown }[]
  const types = payloads.map(({ PayloadType }) => String(PayloadType))
  return [
    ...new Set(types.filter((type) => !OF_ACCOUNTS.has(type))),
    // Where it is there, a device may install it instead of what can be read.
    ...Object.keys(profile).filter((key) => key === 'EncryptedPayloadContent'),
  ]
}
