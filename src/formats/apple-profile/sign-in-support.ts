import type { Account } from '../../account/account.js'
import { signInHolder, type SignIn } from '../../account/sign-in.js'
import { say } from '../../messages/text.js'
import { SUPPORTED, type RenderContext, type Support } from '../format.js'
import { refuse } from '../support.js'

/** Whether people sign in to an account on one of the pages that a profile leads to, and the operator offers it. */
export function signInSupport(
  { signIn }: Pick<Account, 'signIn'>,
  known: readonly [SignIn, ...SignIn[]],
  context: RenderContext = {},
): Support {
  if (context.signInProfiles === false) return refuse('format', say('support.signInOff'))
  return signIn !== undefined && known.includes(signIn)
    ? SUPPORTED
    : refuse('signIn', say('support.signIn', { holder: signInHolder(known[0]) }))
}
