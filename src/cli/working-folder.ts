import { MailProfileError } from '../errors.js'

/** @throws MailProfileError `invalid_request` where the folder has been removed meanwhile */
export function workingFolder(): string {
  try {
    return process.cwd()
  } catch (cause) {
    throw new MailProfileError('invalid_request', 'The working folder is not there any more.', {
      hint: 'Change to another one (cd).',
      cause,
    })
  }
}
