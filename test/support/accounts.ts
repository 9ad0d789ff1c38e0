import type { AccountJson, DavAccountJson, ServerJson } from './arbitraries.js'

export const INCOMING: ServerJson = {
  protocol: 'imap',
  host: 'imap.example.com',
  port: 993,
  security: 'tls',
  authentication: 'password-cleartext',
  username: 'ann@example.com',
}

export const OUTGOING: ServerJson = {
  protocol: 'smtp',
  host: 'smtp.example.com',
  port: 465,
  security: 'tls',
  authentication: 'password-cleartext',
  username: 'ann@example.com',
}

/** The account of ann@example.com as JSON, with parts replaced. */
export function annJson(
  changes: Partial<Omit<AccountJson, 'incoming' | 'outgoing'>> & {
    readonly incoming?: Partial<ServerJson>
    readonly outgoing?: Partial<ServerJson>
  } = {},
): AccountJson {
  return {
    identity: { address: 'ann@example.com', name: 'Ann Example' },
    ...changes,
    incoming: { ...INCOMING, ...changes.incoming },
    outgoing: { ...OUTGOING, ...changes.outgoing },
  }
}

/** An account of ann@example.com with calendars and contacts alone. */
export const DAV_JSON: DavAccountJson = {
  identity: { address: 'ann@example.com', name: 'Ann Example' },
  accountName: 'Example Cloud',
  calendar: { url: 'https://cloud.example.com/remote.php/dav/', username: 'ann' },
  contacts: { url: 'https://cloud.example.com/remote.php/dav/', username: 'ann' },
}

/** The same account of somebody else. */
export function accountOf(address: string): AccountJson {
  return annJson({ identity: { address } })
}
