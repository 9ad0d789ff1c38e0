import { hash } from 'node:crypto'
import { hasPassword, rootsOf, type Account, type RootCertificate } from '../../account/account.js'
import { securityOfPort } from '../../account/usual-port.js'
import { say } from '../../messages/text.js'
import { textsFor } from '../../texts/texts.js'
import { accountPayloads, emailAuthentication, rootPayload } from './payloads.js'
import { looksLikeProfile, partOf, PROFILE_FILE, writeProfile } from './file.js'
import { SUPPORTED, type Format, type RenderContext, type Support } from '../format.js'
import { refuse, supportOfServers } from '../support.js'

/**
 * An Apple configuration profile: iOS and iPadOS 4 and later, macOS 10.7 and later, visionOS.
 * Keys: Apple's device-management schema, `com.apple.mail.managed` and the others in
 * `payloads.ts`.
 */
export const appleProfile: Format = {
  id: 'apple-profile',
  title: 'Apple configuration profile',
  ...PROFILE_FILE,
  carries: [
    'imap',
    'pop3',
    'smtp',
    'name',
    'passwords',
    'calendar',
    'contacts',
    'root certificate',
  ],
  readers: 'iPhone, iPad, Mac and Apple Vision Pro install it in their Settings.',
  page: { leads: true },
  containsSecret: hasPassword,
  support,
  render: (account, context) => renderProfile([account], context),
  recognises: looksLikeProfile,
}

/**
 * One profile with several accounts: iOS holds only one waiting profile at a time.
 *
 * @throws MailProfileError `invalid_account` without accounts or with one address twice
 */
export function renderProfile(accounts: readonly Account[], context: RenderContext): string {
  const texts = textsFor(context.language)
  const roots = [...distinctRoots(accounts)].map(([fingerprint, root]) => ({
    payload: rootPayload(root, texts),
    name: fingerprint,
  }))
  const ofAccounts = accounts.flatMap((account) =>
    accountPayloads(account, texts).map((payload) => partOf(account, payload)),
  )
  return writeProfile(accounts, [...roots, ...ofAccounts], context, texts)
}

// By content: two authorities may have one name.
function distinctRoots(accounts: readonly Account[]): ReadonlyMap<string, RootCertificate> {
  const roots = new Map<string, RootCertificate>()
  for (const root of accounts.flatMap(rootsOf)) roots.set(hash('sha256', root.der), root)
  return roots
}

function support(account: Account): Support {
  if (account.incoming === undefined) return SUPPORTED
  return supportOfServers(account, ({ authentication, security, port }, path) => {
    if (authentication === 'oauth2') {
      return refuse(`${path}.authentication`, say('support.oauthApple'), 'oauth_only')
    }
    if (emailAuthentication(authentication) === undefined) {
      return refuse(
        `${path}.authentication`,
        say('support.appleAuthentication', { authentication }),
      )
    }
    return security === 'none' && securityOfPort(port) === 'tls'
      ? refuse(`${path}.security`, say('support.encryptedPort', { port: String(port) }))
      : undefined
  })
}
