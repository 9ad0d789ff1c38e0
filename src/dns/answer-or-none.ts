// The name is not there, or has no such record (RFC 2308): both are answers.
const NONE = new Set(['ENOTFOUND', 'ENODATA'])

/** What the DNS says of a name, which may be nothing. */
export async function answerOrNone<T>(answer: Promise<T[]>): Promise<T[]> {
  try {
    return await answer
  } catch (error) {
    if (isNoRecord(error)) return []
    throw error
  }
}

/** Whether an error of a resolver says that there is no such name or record. */
export function isNoRecord(error: unknown): boolean {
  return NONE.has((error as NodeJS.ErrnoException).code ?? '')
}
