import type { Dialogue } from './dialogue.js'
import { Failure } from './failure.js'

// A refusal of POP3, IMAP or SMTP: what a server says before it hangs up without an answer.
const REFUSAL = /^(?:-ERR|\S+ (?:NO|BAD|BYE)|[45]\d\d)\b/i

/**
 * A failure with the server's own words, where it has none yet: people find out more with them than
 * with any code.
 *
 * @param clean what a server said, as it may be shown
 */
export function withServerWords(
  failure: Failure,
  dialogue: Dialogue,
  clean: (text: string) => string,
): Failure {
  const { code, detail, also } = failure
  const said = failure.said ?? lastWords(failure, dialogue)
  if (said === undefined) return failure
  const words = clean(said)
  if (detail === undefined) return new Failure(code, words, { also })
  return code === 'no_reply' ? new Failure(code, `${detail}, after “${words}”`, { also }) : failure
}

function lastWords({ code }: Failure, { lastLine }: Dialogue): string | undefined {
  if (lastLine === undefined) return undefined
  if (code === 'unexpected_reply') return lastLine
  const ended = code === 'closed' || code === 'no_reply'
  return ended && REFUSAL.test(lastLine) ? lastLine : undefined
}
