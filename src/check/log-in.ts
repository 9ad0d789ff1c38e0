import { Failure, unlessClosed } from './failure.js'
import type { Mechanism } from './mechanism.js'
import { meansAnotherWay, refusesOutright } from './refusal.js'
import { plainMessage, tryWay, type Way } from './sasl.js'
import type {
  LogInAttempt,
  Capabilities,
  Credentials,
  Protocol,
  SaslHabits,
  Session,
} from './session.js'

export interface LoggedIn extends LogInAttempt {
  /** The way that worked, or about which the answer is. */
  readonly mechanism: Mechanism
  /** Those that the server refused before. */
  readonly refused: readonly Mechanism[]
}

/**
 * Logs in as mail apps do, the best way first. Another way is only tried where the server says that
 * it does not take this one: wrong passwords are counted, and accounts get locked.
 *
 * @param mechanisms at least one
 * @throws Failure as the session does
 */
export async function logIn(
  session: Session,
  mechanisms: readonly Mechanism[],
  credentials: Credentials,
  { sasl }: Protocol,
  capabilities: Capabilities,
): Promise<LoggedIn> {
  const { length } = plainMessage(credentials)
  let ways: readonly Way[] = mechanisms.flatMap((mechanism) =>
    mechanism === 'PLAIN' ? plainWays(length, sasl, capabilities) : [{ mechanism }],
  )
  const refused: Mechanism[] = []
  let best: LoggedIn | undefined
  for (let [way] = ways; way !== undefined; [way] = ways) {
    const now = way
    const { mechanism } = now
    const attempting = () => tryWay(session, now, credentials)
    const attempt = await (best === undefined ? attempting() : unlessClosed(attempting))
    if (attempt === undefined) break
    const found = { ...attempt, mechanism, refused: [...new Set(refused)] }
    if (attempt.reply.status === 'ok') return found
    // What was said about the password tells more than that a command is not known.
    if (best === undefined || !meansAnotherWay(attempt)) best = found
    refused.push(mechanism)
    ways = waysAfter(now, attempt, ways.slice(1), sasl)
  }
  if (best === undefined) throw new Failure('no_authentication')
  return best
}

/** Those that are left to try after a refusal. */
function waysAfter(
  { mechanism }: Way,
  attempt: LogInAttempt,
  ways: readonly Way[],
  { vagueRefusals }: SaslHabits,
): readonly Way[] {
  if (meansAnotherWay(attempt)) return ways
  // Exchange says "NO AUTHENTICATE failed." to a wrong password and to PLAIN, whichever it is.
  // Thunderbird for Android 24 (RealImapConnection.saslAuthPlainWithLoginFallback) sends LOGIN then.
  const vague = vagueRefusals && mechanism === 'PLAIN' && !refusesOutright(attempt.reply)
  return vague ? ways.filter((way) => way.mechanism === 'command').slice(0, 1) : []
}

/**
 * PLAIN with its message in the command, in a line of its own, or both in the order of apps.
 * Thunderbird for Android 24 always sends it with SMTP (SmtpTransport.saslAuthPlain), and never with
 * POP3 (Pop3Connection.authPlain).
 */
function plainWays(
  length: number,
  { initialFirst, maxInitial }: SaslHabits,
  { initialResponse }: Capabilities,
): Way[] {
  const inTwo: Way = { mechanism: 'PLAIN' }
  const atOnce: Way = { mechanism: 'PLAIN', initial: true }
  if (!initialResponse) return [inTwo]
  return initialFirst && length <= maxInitial ? [atOnce, inTwo] : [inTwo, atOnce]
}
