import { MailProfileError } from '../errors.js'

const CODE = /^[A-Za-z0-9_]{2,64}$/

/** Why a directory gives no answer. The message is for the log: it holds nothing that was asked or answered. */
export class DirectoryTrouble extends Error {
  override readonly name = 'DirectoryTrouble'
  /** What the directory said itself, for the operator's terminal: it may quote what was asked. */
  readonly detail: string | undefined
  /** What to do, where that is known. */
  readonly hint: string | undefined

  constructor(
    message: string,
    options: { readonly detail?: string; readonly hint?: string; readonly cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause })
    this.detail = options.detail
    this.hint = options.hint
  }
}

export const CLOSED = new DirectoryTrouble('It is not asked any more.')
export const TOO_LATE = new DirectoryTrouble('It did not answer in time.')

/** What was thrown, in words for the log: drivers' own messages quote values. */
export function troubleOf(error: unknown): DirectoryTrouble {
  if (error instanceof DirectoryTrouble) return error
  if (!(error instanceof Error)) return new DirectoryTrouble('It failed.')
  const { code } = error as { readonly code?: unknown }
  const detail = error.message
  if (typeof code === 'number') {
    return new DirectoryTrouble(`It refused with LDAP result ${code}.`, { detail, cause: error })
  }
  if (typeof code === 'string' && CODE.test(code)) {
    return new DirectoryTrouble(`It failed with ${code}.`, { detail, cause: error })
  }
  return new DirectoryTrouble('It failed.', { detail, cause: error })
}

/** What whoever asked is told: that it is the directory, and nothing of it. */
export function directoryUnavailable(error: unknown): MailProfileError {
  return new MailProfileError('directory_unavailable', 'The directory of people gives no answer.', {
    hint: 'Try again in a minute. Where name, username and language are all given, it is not asked.',
    retryAfter: 60,
    cause: troubleOf(error),
  })
}

/** What the operator is told of a list that did not come to its end. */
export function listUnavailable(error: unknown): MailProfileError {
  const trouble = troubleOf(error)
  return new MailProfileError(
    'directory_unavailable',
    `The directory of people could not be read to its end. ${trouble.message}`,
    {
      hint: trouble.hint ?? '“mailprofile config check” tries the directory, and says more.',
      cause: trouble,
    },
  )
}
