import { hasPassword, needsSignIn, type Account } from '../../account/account.js'
import { signInHolder, type SignIn } from '../../account/sign-in.js'
import type { Format, RenderContext } from '../../formats/format.js'
import { signInFormat } from '../../formats/index.js'
import type { SignInView } from '../pages/views.js'

/** What the lists of providers call it, in every language. */
interface Labels {
  /** iOS, and most apps. */
  readonly label: string
  readonly mac: string
  /** A part of what Gmail for Android says; it knows by the address what it does not list. */
  readonly gmail?: string
  /** Samsung Email. */
  readonly samsung: string
}

// Of Apple’s and Gmail’s lists as their help pages have them; Samsung’s by what people tell of it.
const LABELS: Readonly<Record<SignIn, Labels>> = {
  microsoft: {
    label: 'Microsoft Exchange',
    mac: 'Microsoft Exchange',
    gmail: 'Office 365',
    samsung: 'Office 365',
  },
  outlook: {
    label: 'Outlook.com',
    mac: 'Microsoft Exchange',
    gmail: 'Outlook',
    samsung: 'Outlook',
  },
  google: { label: 'Google', mac: 'Google', gmail: 'Google', samsung: 'Gmail' },
  yahoo: { label: 'Yahoo', mac: 'Yahoo', gmail: 'Yahoo', samsung: 'Yahoo' },
  aol: { label: 'AOL', mac: 'AOL', samsung: 'AOL' },
}

/** What a page has to know of the account that people sign in to. */
export interface SignInSubject {
  readonly account: Account
  readonly render: RenderContext
  /** Whether this person wants to set it up with a password. */
  readonly byPassword: boolean
  /** The same page for those who sign in, or for those who have a password. */
  readonly otherWay: string
}

/**
 * How people sign in to an account on a page of its provider; undefined where a password is what they have
 * or want.
 *
 * @param download what is told of a profile that can be downloaded
 */
export function signInView<T>(
  { account, render, byPassword, otherWay }: SignInSubject,
  download: (format: Format) => T | undefined,
): SignInView<T> | undefined {
  const { signIn } = account
  if (signIn === undefined || !leadsToSignIn(account, byPassword)) return undefined
  const format = signInFormat(account, render)
  return {
    ...LABELS[signIn],
    holder: signInHolder(signIn),
    profile: format && download(format),
    leadsByProfile: format?.page?.signIn === 'first',
    mayErase: signIn === 'microsoft',
    passwordHref: needsSignIn(account) ? undefined : otherWay,
  }
}

/** Whether signing in is what most people do: not those whose password is here, or who want POP3. */
export function leadsToSignIn(account: Account, byPassword: boolean): boolean {
  if (account.signIn === undefined) return false
  if (needsSignIn(account)) return true
  return !byPassword && !hasPassword(account) && account.incoming?.protocol === 'imap'
}
