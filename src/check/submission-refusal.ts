import type { CheckCode } from './causes.js'
import type { Reply } from './session.js'

// "Helo command rejected: need fully-qualified hostname" (Postfix), "HELO/EHLO argument … invalid".
const HELLO = /\b(?:helo|ehlo)\b/i
// "Client host rejected: cannot find your hostname", "blocked using zen.spamhaus.org".
const CLIENT =
  /\bclient host\b|\b(?:blocked|listed|blacklisted|blocklisted)\b.{0,20}\b(?:using|by|in|at|on)\b|\bspamhaus\b/i
// "Relay access denied" (Postfix), "relay not permitted" (Exim), "Authentication required".
const LOG_IN =
  /\brelay(?:ing)?\b|\bauthenticat(?:ion|e)\b.{0,30}\b(?:required|first|needed)\b|\bmust (?:authenticate|log ?in)\b/i

/** Why a server takes no mail from an address, or to it, as far as its codes and words tell. */
export function whyNotTaken({ codes, text }: Reply, asked: 'sender' | 'recipient'): CheckCode {
  if (HELLO.test(text) || CLIENT.test(text)) return 'client_refused'
  if (codes.includes('530') || LOG_IN.test(text)) return 'login_required'
  // Postfix keeps what it has against the sender until the recipient (smtpd_delay_reject).
  return asked === 'sender' || /\bsender\b/i.test(text) ? 'sender_refused' : 'recipient_refused'
}

/** Whether a server does not like what EHLO said. */
export function isAboutHello({ text }: Reply): boolean {
  return HELLO.test(text)
}
