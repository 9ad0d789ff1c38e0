import { MailProfileError } from '../errors.js'

/** The largest file that is read as something an operator wrote by hand. */
export const MAX_FILE_BYTES = 1024 * 1024

/** That a file is larger than that. */
export function tooLarge(file: string): MailProfileError {
  return new MailProfileError('invalid_configuration', `The file ${file} is larger than 1 MB.`, {
    hint: 'No configuration is: check the path.',
  })
}
