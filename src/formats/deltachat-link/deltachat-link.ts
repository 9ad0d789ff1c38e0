import type { MailAccount } from '../../account/account.js'
import type { MailServer, Security } from '../../account/server.js'
import { addressPart, intentUri, queryString } from '../../encoding/uri.js'
import { say } from '../../messages/text.js'
import { safeFileName, type Format, type RenderContext, type Support } from '../format.js'
import { mailFormat } from '../mail-format.js'
import { onlyAuthentication, refuse, supportOfServers } from '../support.js'

const APP = 'Delta Chat'
/** Android compares schemes in this letter case. */
export const DELTACHAT_SCHEME = 'dclogin'
const SECURITY: Readonly<Record<Security, string>> = {
  tls: 'ssl',
  starttls: 'starttls',
  none: 'plain',
}
// Certificates are checked. `ic` counts for both servers, `sc` is what older versions read.
const STRICT = '1'

const mayAuthenticate = onlyAuthentication(APP, ['password-cleartext'])

/**
 * A link that Delta Chat opens (`dclogin_scheme.rs` of chatmail/core at 48888898): chat over IMAP and
 * SMTP, with both servers complete, because one value switches the search for the others off.
 */
export const deltachatLink: Format = mailFormat({
  id: 'deltachat-link',
  title: 'Link for Delta Chat',
  platform: 'android',
  kind: 'uri',
  mediaType: 'text/plain; charset=utf-8',
  carries: ['imap', 'smtp', 'passwords'],
  readers: 'Delta Chat opens it. It holds the password, so it is made on the phone.',
  signed: false,
  needsPublicUrl: false,
  page: {
    app: APP,
    withoutPassword: {
      support: supportWithoutPassword,
      link(account, context) {
        const [before = '', after = ''] = deltachatIntent(account, context).split(/(?=#)/)
        return { before, after }
      },
    },
  },
  fileName: (account) => safeFileName(`${account.identity.address}-deltachat`, 'txt'),
  support(account) {
    const others = supportWithoutPassword(account)
    if (!others.supported || account.incoming.password !== undefined) return others
    return refuse('incoming.password', say('support.needsPassword', { app: APP }))
  },
  render,
  recognises: (text) => /^(?:dclogin:|intent:[^#]*#Intent;scheme=dclogin;)/i.test(text),
  async inspect(text) {
    const { inspectDeltachatLink } = await import('./inspection.js')
    return inspectDeltachatLink(text)
  },
})

function render(account: MailAccount): string {
  return `${DELTACHAT_SCHEME}:${deltachatData(account)}`
}

/**
 * The same link as an `intent:` URI: where Delta Chat is missing, the browser goes to
 * `context.publicUrl`, which never holds the password.
 */
export function deltachatIntent(account: MailAccount, { publicUrl }: RenderContext): string {
  return intentUri({
    scheme: DELTACHAT_SCHEME,
    rest: deltachatData(account),
    extras: [['browser_fallback_url', publicUrl]],
  })
}

// What follows "dclogin:". Every value is decoded as a form's, so a plus has to be %2B.
function deltachatData({ identity, incoming, outgoing }: MailAccount): string {
  const password = incoming.password?.reveal()
  const outgoingPassword = outgoing.password?.reveal()
  const query = queryString([
    ['p', password],
    ['v', '1'],
    ...serverPairs('i', incoming),
    ['ic', STRICT],
    ...serverPairs('s', outgoing),
    // Sending uses the password for receiving unless it has its own.
    ['spw', outgoingPassword === password ? undefined : outgoingPassword],
    ['sc', STRICT],
  ])
  return `//${addressPart(identity.address)}${query}`
}

function serverPairs(
  prefix: 'i' | 's',
  { host, port, security, username }: MailServer,
): [string, string | undefined][] {
  return [
    [`${prefix}h`, host],
    [`${prefix}p`, String(port)],
    [`${prefix}u`, username],
    [`${prefix}s`, SECURITY[security]],
  ]
}

function supportWithoutPassword(account: MailAccount): Support {
  if (account.incoming.protocol !== 'imap') {
    return refuse('incoming.protocol', say('support.needsImap', { app: APP }))
  }
  return supportOfServers(account, mayAuthenticate)
}
