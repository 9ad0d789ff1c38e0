import { MailProfileError } from '../../errors.js'

/** What a device that refuses a profile would say, as our error. */
export function refused(why: string, cause?: unknown): MailProfileError {
  return new MailProfileError('invalid_profile', `A device would refuse this profile. ${why}`, {
    cause,
  })
}
