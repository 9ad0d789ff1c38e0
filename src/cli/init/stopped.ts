import { MailProfileError } from '../../errors.js'

/** The refusal to go on when the person has given up. */
export function initStopped(): MailProfileError {
  return new MailProfileError('invalid_request', 'Stopped: nothing was written.')
}
