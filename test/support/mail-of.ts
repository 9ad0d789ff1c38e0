import type { Account, MailAccount } from '../../src/account/account.js'

/** An account that has to have mail. */
export function mailOf(account: Account): MailAccount {
  if (account.incoming === undefined) throw new Error('This account has no mail.')
  return account
}
