import type { Account } from './account.js'
import type { MailServer } from './server.js'

/** The JSON of `parseAccount`, without passwords: what `lookup --json` and the API show. */
export function accountToJson(account: Account): Record<string, unknown> {
  return {
    identity: { ...account.identity },
    ...(account.accountName === undefined ? {} : { accountName: account.accountName }),
    incoming: serverToJson(account.incoming),
    outgoing: serverToJson(account.outgoing),
    ...(account.calendar === undefined ? {} : { calendar: { url: account.calendar.url } }),
    ...(account.contacts === undefined ? {} : { contacts: { url: account.contacts.url } }),
    ...(account.signIn === undefined ? {} : { signIn: account.signIn }),
  }
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
