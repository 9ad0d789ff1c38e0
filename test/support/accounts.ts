import type { AccountJson, ServerJson } from './arbitraries.js'

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

/** The same account of somebody else. */
export function accountOf(address: string): AccountJson {
  return annJson({ identity: { address } })
}
