import { CLI_MAKER } from '../config/cli-maker.js'
import { keyFor, type AnsweringConfig } from '../config/tenants.js'
import type { Delivery, InvitationMessage } from '../delivery/delivery.js'
import type { Recipient } from '../delivery/recipient.js'
import type { SendingReport } from '../delivery/send-invitation.js'
import type { InvitedPerson } from '../invitations/person.js'
import type { Invitations } from '../invitations/invitations.js'
import { MailProfileError } from '../errors.js'
import { looksOf } from '../server/configured-looks.js'
import { withPeople } from './find-person.js'
import type { Io } from './io.js'

/**
 * Does some work with the configured way to send invitations.
 *
 * @throws MailProfileError `invalid_configuration` where there is none
 */
export async function withDelivery<T>(
  config: AnsweringConfig & { readonly baseUrl: string },
  io: Io,
  work: (delivery: Delivery) => Promise<T>,
): Promise<T> {
  const { delivery, baseUrl } = config
  if (delivery === undefined) {
    throw noDelivery(keyFor(config, 'delivery'))
  }
  const way = await io.openDelivery(delivery)
  try {
    return await work(way.for(looksOf(config, baseUrl)))
  } finally {
    await way.close()
  }
}

/** @param field where the configuration has nothing to send with */
export function noDelivery(field: string): MailProfileError {
  return new MailProfileError(
    'invalid_configuration',
    `Nothing can be sent: there is no ${field}.`,
    { hint: 'Set delivery.smtp, or delivery.webhook, in the configuration.', field },
  )
}

/**
 * To whom an invitation is sent.
 *
 * @throws MailProfileError as `parseRecipient`; `directory_unavailable`
 */
export async function readRecipient(
  deliverTo: string,
  { address }: Pick<InvitedPerson, 'address'>,
  config: AnsweringConfig,
  delivery: Delivery,
  io: Io,
): Promise<Recipient> {
  const { parseRecipient } = await import('../delivery/recipient.js')
  const aliases = await withPeople(
    config,
    io,
    async (people) => (await people?.find(address, { signal: io.signal }))?.aliases,
  )
  return parseRecipient(deliverTo, delivery.recipients, { address, aliases })
}

/** Sends an invitation for whoever sits at the terminal. */
export async function sendFor(
  invitations: Invitations,
  delivery: Delivery,
  message: InvitationMessage,
  { again, signal }: { readonly again?: boolean; readonly signal: AbortSignal },
): Promise<SendingReport> {
  const { sendInvitation } = await import('../delivery/send-invitation.js')
  return sendInvitation(invitations, delivery, message, { maker: CLI_MAKER, again, signal })
}

/** What became of it, in a few words. */
export function describeSending({ state, repeated, response }: SendingReport): string {
  switch (state) {
    case 'sent':
      if (repeated) return 'yes, before'
      return response === undefined ? 'yes' : `yes: ${response}`
    case 'failed':
      return 'no'
    case 'uncertain':
      return 'perhaps'
  }
}

/** What to do where it was not sent, without another invitation. */
export function unsentError(
  { state, error }: SendingReport,
  again: string,
): MailProfileError | undefined {
  if (error === undefined) return undefined
  const anyway = state === 'uncertain' ? ' --again' : ''
  return new MailProfileError(error.code, error.message, {
    hint: `${error.hint ?? ''}\nTo send it without a second invitation, give the link on standard input to: ${again}${anyway}`.trim(),
    cause: error,
  })
}
