import type { Delivery } from '../../delivery/delivery.js'
import { parseRecipient } from '../../delivery/recipient.js'
import { sendInvitation } from '../../delivery/send-invitation.js'
import { sendingAnswer } from '../../delivery/sending-answer.js'
import type { PeopleDirectory } from '../../directory/people-directory.js'
import { MailProfileError } from '../../errors.js'
import type { Invitations } from '../../invitations/invitations.js'
import type { MadeInvitation } from '../../invitations/made-invitation.js'
import type { InvitedPerson } from '../../invitations/person.js'
import type { InvitationRequest } from '../../invitations/request.js'
import { requireScope, type ApiAccess, type Caller } from './authorize.js'

export interface SendingOptions extends Pick<ApiAccess, 'limits'> {
  readonly delivery: Delivery | undefined
  readonly people: Pick<PeopleDirectory, 'find'> | undefined
}

/** Sends what was made. */
export type SendMade = (
  invitations: Invitations,
  made: InvitedPerson &
    Pick<MadeInvitation, 'id' | 'code' | 'expiresAt'> & { readonly url: string },
) => Promise<ReturnType<typeof sendingAnswer>>

// Less than proxies wait for an answer: nginx 60 seconds.
const LONGEST_SENDING = 45_000

/**
 * All that can be wrong with sending an invitation, before there is one.
 *
 * @returns what sends it; undefined where it is not to be sent
 * @throws MailProfileError `forbidden`, `invalid_request`, `too_many_requests`, `directory_unavailable`
 */
export async function prepareSending(
  { delivery, people, limits }: SendingOptions,
  caller: Caller,
  { person: { address }, deliverTo }: InvitationRequest,
  signal: AbortSignal,
): Promise<SendMade | undefined> {
  if (deliverTo === undefined) return undefined
  requireScope(caller, 'invitations:send')
  const maker = caller.key.name
  await limits.send?.(maker)
  if (delivery === undefined) {
    throw new MailProfileError('invalid_request', 'This server sends nothing.', {
      hint: 'Its operator can set delivery, a mail server or a webhook, in the configuration.',
      field: 'send',
    })
  }
  const owner = { address, aliases: (await people?.find(address, { signal }))?.aliases }
  const recipient = parseRecipient(deliverTo, delivery.recipients, owner)
  return async (invitations, { id, url, code, name, language, expiresAt }) =>
    sendingAnswer(
      await sendInvitation(
        invitations,
        delivery,
        { id, url, deliverTo: recipient, address, name, language, expiresAt, passcode: code },
        // Also where the caller has gone: the same call would find it done.
        { maker, signal: AbortSignal.timeout(LONGEST_SENDING) },
      ),
    )
}
