import { MailProfileError, type ErrorCode, type MailProfileErrorOptions } from '../errors.js'

/**
 * That the command line itself is wrong, whatever the world is like: an unknown format, a number out of
 * bounds, two options that do not go together. The exit status is 2.
 */
export class UsageError extends MailProfileError {
  constructor(
    message: string,
    options: MailProfileErrorOptions = {},
    errorCode: ErrorCode = 'invalid_request',
  ) {
    super(errorCode, message, options)
  }
}

/**
 * What a parser makes of an argument.
 *
 * @param isUsage which of its refusals are about the command line; all by default
 * @throws UsageError for these
 */
export function parseArgument<T>(
  parse: () => T,
  isUsage: (error: MailProfileError) => boolean = () => true,
): T {
  try {
    return parse()
  } catch (error) {
    if (!(error instanceof MailProfileError) || !isUsage(error)) throw error
    const { code, message, hint, field, cause } = error
    throw new UsageError(message, { hint, field, cause }, code)
  }
}
