import { hasMailPassword, type Account, type MailAccount } from '../account/account.js'
import { MailProfileError } from '../errors.js'
import { say } from '../messages/text.js'
import type { Format, FormatPage, RenderContext, Support } from './format.js'
import { refuse } from './support.js'

/** A format of mail: what it says of accounts that have mail. */
export interface MailFormat extends Omit<Format, 'support' | 'render' | 'containsSecret' | 'page'> {
  readonly page?: FormatPage<MailAccount>
  /** Whether the rendering holds a password; by default where a server of mail has one. */
  containsSecret?(account: MailAccount, context?: RenderContext): boolean
  support(account: MailAccount, context?: RenderContext): Support
  render(account: MailAccount, context: RenderContext): string
}

/** Why a format of mail carries no account of calendars and contacts alone. */
export const NO_MAIL = refuse('incoming', say('support.noMail'))

/** A format for accounts with mail: of all others it says why not, and never gets to see them. */
export function mailFormat(format: MailFormat): Format {
  const { page, ...rest } = format
  return {
    ...rest,
    ...(page === undefined ? {} : { page: pageOf(page) }),
    containsSecret: (account, context) =>
      account.incoming !== undefined &&
      (format.containsSecret?.(account, context) ?? hasMailPassword(account)),
    support: (account, context) => withMail(account, (mail) => format.support(mail, context)),
    render: (account, context) => format.render(requireMail(account), context),
  }
}

function pageOf({ offered, links, withoutPassword, ...page }: FormatPage<MailAccount>): FormatPage {
  return {
    ...page,
    ...(offered && {
      offered: (account, context) => account.incoming !== undefined && offered(account, context),
    }),
    ...(links && { links: (account, context) => links(requireMail(account), context) }),
    ...(withoutPassword && {
      withoutPassword: {
        support: (account) => withMail(account, withoutPassword.support),
        link: (account, context) => withoutPassword.link(requireMail(account), context),
      },
    }),
  }
}

function withMail(account: Account, support: (account: MailAccount) => Support): Support {
  return account.incoming === undefined ? NO_MAIL : support(account)
}

function requireMail(account: Account): MailAccount {
  if (account.incoming !== undefined) return account
  throw new MailProfileError(NO_MAIL.code, NO_MAIL.text, { field: NO_MAIL.field })
}
