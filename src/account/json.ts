import type { Account } from './account.js'
import type { DavServer } from './dav.js'
import type { MailServer } from './server.js'

/** The JSON of `parseAccount`, without passwords: what `lookup --json` and the API show. */
export function accountToJson(account: Account): Record<string, unknown> {
  return {
    identity: { ...account.identity },
    ...(account.accountName === undefined ? {} : { accountName: account.accountName }),
    ...(account.incoming === undefined
      ? {}
      : { incoming: serverToJson(account.incoming), outgoing: serverToJson(account.outgoing) }),
    ...(account.calendar === undefined ? {} : { calendar: davToJson(account.calendar) }),
    ...(account.contacts === undefined ? {} : { contacts: davToJson(account.contacts) }),
    ...(account.signIn === undefined ? {} : { signIn: account.signIn }),
  }
}

function davToJson({ url, username }: DavServer): Record<string, unknown> {
  return { url, ...(username === undefined ? {} : { username }) }
}

function serverToJson(server: MailServer & { readonly protocol: string }): Record<string, unknown> {
  const { protocol, host, port, security, authentication, username } = server
  return {
    protocol,
    host,
    port,
    security,
    authentication,
    ...(username === undefined ? {} : { username }),
  }
}
