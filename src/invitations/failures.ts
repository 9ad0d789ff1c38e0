import { MailProfileError } from '../errors.js'
import { say } from '../messages/text.js'

/**
 * The store cannot be used now.
 *
 * @param cause for the log: people are told no more than that
 */
export function storeUnavailable(cause?: unknown, retryAfter = 5): MailProfileError {
  return new MailProfileError('store_unavailable', say('errors.invitations.unavailable'), {
    hint: say('errors.invitations.tryAgain'),
    retryAfter,
    cause,
  })
}

/** An id comes from 128 random bits: two that are equal are a mistake, and neither may replace the other. */
export function knownId(): MailProfileError {
  return new MailProfileError('internal', 'There is an invitation with this id already.')
}
