import { MailProfileError } from '../errors.js'
import type { Invitations } from '../invitations/invitations.js'
import type { Sending, SendingOutcome } from '../invitations/record.js'
import type { Delivery, InvitationMessage, Receipt, SendOptions } from './delivery.js'

/** What became of sending an invitation. */
export interface SendingReport {
  readonly state: SendingOutcome
  /** Whether nothing was done now, because it was sent, or may have been, before. */
  readonly repeated: boolean
  /** What the next hop said. */
  readonly response?: string | undefined
  /** Why it was not sent, or may not have been. */
  readonly error?: MailProfileError | undefined
}

export interface SendInvitationOptions extends SendOptions {
  /** Who has it sent: the name of an API key, or `cli`. */
  readonly maker: string
  /** Whether it is sent whatever has become of that before; no by default. */
  readonly again?: boolean | undefined
}

const OUTCOMES = new Map<string, SendingOutcome>([
  ['delivery_failed', 'failed'],
  ['delivery_unavailable', 'failed'],
  ['delivery_uncertain', 'uncertain'],
])

/**
 * Sends an invitation, at most once: that it is begun is written down before, in one step of the store, and
 * whoever comes later, in this process or another, finds that. What was begun and has no end, because a
 * program ended, may have been sent and is not sent again; what has certainly failed is.
 *
 * @throws MailProfileError `not_found` for one that is not known; `store_unavailable`
 */
export async function sendInvitation(
  invitations: Pick<Invitations, 'beginSending' | 'endSending'>,
  delivery: Delivery,
  message: InvitationMessage,
  { maker, again = false, signal }: SendInvitationOptions,
): Promise<SendingReport> {
  const { id } = message
  const begun = await invitations.beginSending(id, again)
  if (begun === undefined) {
    throw new MailProfileError('not_found', 'There is no such invitation.', {
      hint: 'It may have ended more than 7 days ago.',
    })
  }
  if (!begun.changed) return reportOf(begun.record.sending)
  const report = await attempt(delivery, message, signal)
  try {
    await invitations.endSending(id, report.state, maker)
  } catch {
    // It is known as begun, so nobody sends it again; what has become of it is told here.
  }
  return report
}

async function attempt(
  delivery: Delivery,
  message: InvitationMessage,
  signal: AbortSignal | undefined,
): Promise<SendingReport> {
  let receipt: Receipt
  try {
    receipt = await delivery.send(message, { signal })
  } catch (error) {
    const outcome = error instanceof MailProfileError ? OUTCOMES.get(error.code) : undefined
    if (error instanceof MailProfileError && outcome !== undefined) {
      return { state: outcome, repeated: false, error }
    }
    return { state: 'uncertain', repeated: false, error: mistake(error) }
  }
  return { state: 'sent', repeated: false, response: receipt.response }
}

function reportOf(sending: Sending | undefined): SendingReport {
  switch (sending?.state) {
    case 'sent':
      return { state: 'sent', repeated: true }
    case 'sending':
    case 'uncertain':
      return { state: 'uncertain', repeated: true, error: uncertain(sending.state) }
    default:
      return { state: 'failed', repeated: true, error: ended() }
  }
}

function uncertain(state: 'sending' | 'uncertain'): MailProfileError {
  const message =
    state === 'sending'
      ? 'It is being sent, or was when a program ended.'
      : 'It may have been sent before: the connection was lost before there was an answer.'
  return new MailProfileError('delivery_uncertain', message, {
    hint: 'So it is not sent again by itself. Ask the person first.',
  })
}

function ended(): MailProfileError {
  return new MailProfileError('delivery_failed', 'The invitation has ended: nothing was sent.', {
    hint: 'Make a new one.',
  })
}

// Its own words may hold anything.
function mistake(cause: unknown): MailProfileError {
  return new MailProfileError('delivery_uncertain', 'Something went wrong while it was sent.', {
    hint: 'It may have been sent, and so it is not sent again by itself. Ask the person first.',
    cause,
  })
}
