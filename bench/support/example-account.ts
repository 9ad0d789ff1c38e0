/** An account as JSON, as most are. */
export const ACCOUNT = {
  identity: { address: 'ann@btinternet.com', name: 'Ann Example' },
  accountName: 'BT Mail',
  incoming: {
    protocol: 'imap',
    host: 'mail.btinternet.com',
    port: 993,
    security: 'tls',
    authentication: 'password-cleartext',
    username: 'ann@btinternet.com',
  },
  outgoing: {
    protocol: 'smtp',
    host: 'mail.btinternet.com',
    port: 465,
    security: 'tls',
    authentication: 'password-cleartext',
    username: 'ann@btinternet.com',
  },
} as const
