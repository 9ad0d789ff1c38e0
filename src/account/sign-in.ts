/**
 * Who lets people in on a page of their own (OAuth), in ways that phones and computers know by a name in
 * a list: `microsoft` is work or school (Exchange Online), `outlook` Outlook.com.
 */
export const SIGN_INS = ['microsoft', 'outlook', 'google', 'yahoo', 'aol'] as const
export type SignIn = (typeof SIGN_INS)[number]

const HOLDERS: Readonly<Record<SignIn, string>> = {
  microsoft: 'Microsoft',
  outlook: 'Microsoft',
  google: 'Google',
  yahoo: 'Yahoo',
  aol: 'AOL',
}

/** Whose page it is, as people know it. */
export function signInHolder(signIn: SignIn): string {
  return HOLDERS[signIn]
}
