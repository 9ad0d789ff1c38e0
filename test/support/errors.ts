import { MailProfileError, type ErrorCode } from '../../src/errors.js'

/** The MailProfileError that a call throws or rejects with; anything else fails the test. */
export async function refusal(call: () => unknown): Promise<MailProfileError> {
  try {
    await call()
  } catch (error) {
    if (error instanceof MailProfileError) return error
    throw error
  }
  throw new Error('It was not refused.')
}

/** The code of that error. */
export async function refusalCode(call: () => unknown): Promise<ErrorCode> {
  return (await refusal(call)).code
}
