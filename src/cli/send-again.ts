import { domainOf, foldAddress, parseAddress } from '../account/address.js'
import { parseLanguage } from '../account/language.js'
import { parsePlainText } from '../account/plain-text.js'
import { MAX_NAME_LENGTH } from '../account/text.js'
import { MailProfileError } from '../errors.js'
import { hasEnded } from '../invitations/record.js'
import { sendingAnswer } from '../delivery/sending-answer.js'
import { tenantOfDomain } from '../server/tenant-of-domain.js'
import { baseUrlRequired } from './base-url-required.js'
import type { Io } from './io.js'
import { readConfig } from './options.js'
import { rows, write } from './output.js'
import { readLink } from './read-password.js'
import {
  describeSending,
  readRecipient,
  sendFor,
  unsentError,
  withDelivery,
} from './with-delivery.js'
import { withInvitations } from './with-invitations.js'

export interface SendAgainOptions {
  readonly deliverTo: string
  readonly name?: string
  readonly language?: string
  readonly again?: true
  readonly config?: string
  readonly json?: true
}

/**
 * `mailprofile invite send`: an invitation that was made before, whose link stands nowhere but with whoever
 * made it.
 *
 * @throws MailProfileError `not_found` for a link that leads to none; as `sendInvitation`
 */
export async function sendAgain(typed: string, options: SendAgainOptions, io: Io): Promise<void> {
  const { deliverTo, again = false, json } = options
  const address = parseAddress(typed.trim())
  const given = {
    name: options.name && parsePlainText(options.name, 'name', MAX_NAME_LENGTH, 'invalid_request'),
    language: options.language && parseLanguage(options.language),
  }
  const config = await tenantOfDomain(await readConfig(options.config, io), domainOf(address))
  const { baseUrl, name: tenant } = config
  if (baseUrl === undefined) throw baseUrlRequired('link', domainOf(address), config)
  const report = await withDelivery({ ...config, baseUrl }, io, async (delivery) => {
    const recipient = await readRecipient(deliverTo, { address }, config, delivery, io)
    const url = await readLink(io)
    return withInvitations(config, io, async (all) => {
      const invitations = all.forTenant(tenant)
      const held = await invitations.open(tokenOf(url, baseUrl))
      // Whom one with a code is for stays sealed until it is typed.
      const isTheirs =
        held?.person === undefined || foldAddress(held.person.address) === foldAddress(address)
      if (held === undefined || hasEnded(held.state) || !isTheirs) throw noLink()
      const { record, person } = held
      return sendFor(
        invitations,
        delivery,
        {
          id: record.id,
          url,
          deliverTo: recipient,
          address,
          name: given.name ?? person?.name,
          language: given.language ?? person?.language,
          expiresAt: new Date(record.expiresAt),
          asksForCode: record.passcode !== undefined,
        },
        { again, signal: io.signal },
      )
    })
  })
  const shown = json
    ? `${JSON.stringify({ delivery: sendingAnswer(report) }, null, 2)}\n`
    : rows([['Sent', describeSending(report)]], '')
  await write(io.stdout, shown)
  const error = unsentError(report, `mailprofile invite send ${address} --deliver-to …`)
  if (error !== undefined) throw error
}

function tokenOf(url: string, baseUrl: string): string {
  const begin = `${baseUrl}/i/`
  return url.startsWith(begin) ? url.slice(begin.length) : ''
}

function noLink(): MailProfileError {
  return new MailProfileError('not_found', 'That is no link of an invitation for this address.', {
    hint: 'Give the whole link, as “mailprofile invite” printed it. One that has ended is not sent.',
  })
}
