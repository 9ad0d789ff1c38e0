import type { z } from 'zod'
import { firstIssue } from '../encoding/first-issue.js'
import { MailProfileError } from '../errors.js'
import type { MakerTerms, Terms } from './terms.js'
import { parseInvitedPerson, type InvitedPerson } from './person.js'
import type { InvitationState } from './record.js'
import { invitationRequestSchema, makerSchema, referenceSchema, stateSchema } from './schemas.js'

/** Whom to invite, and on which terms. */
export interface InvitationRequest {
  readonly person: InvitedPerson
  readonly terms: Terms
  /** To whom it is sent, as somebody typed it; nothing is sent without it. */
  readonly deliverTo?: string | undefined
}

/**
 * What the HTTP interface and the command line take for an invitation: the JSON of docs/api.md.
 *
 * @throws MailProfileError `invalid_request` that names the field, `invalid_address`; never with a value
 *
 * @example
 * ```ts
 * import { parseInvitationRequest } from 'mailprofile'
 *
 * const { person, terms } = parseInvitationRequest({ address: 'ann@example.com', expires: 24 })
 * console.log(person.address, terms.expires, terms.downloads) // ann@example.com 24 5
 * ```
 */
export function parseInvitationRequest(json: unknown): InvitationRequest {
  const result = invitationRequestSchema.safeParse(json)
  if (!result.success) throw refused(result.error.issues)
  const { code, expires, window, downloads, reference, send, deliverTo, ...person } = result.data
  if (send !== (deliverTo !== undefined)) throw unsent(send)
  return {
    person: parseInvitedPerson(person),
    terms: { code, expires, window, downloads, reference },
    ...(deliverTo === undefined ? {} : { deliverTo }),
  }
}

function unsent(send: boolean): MailProfileError {
  return send
    ? new MailProfileError(
        'invalid_request',
        'The value of deliverTo has to be a second address.',
        {
          hint: 'Nothing is sent to the mailbox itself: give a second address.',
          field: 'deliverTo',
        },
      )
    : new MailProfileError(
        'invalid_request',
        'The value of deliverTo has to be left out where nothing is sent.',
        {
          hint: 'Give send, which is true, or leave deliverTo out.',
          field: 'deliverTo',
        },
      )
}

/**
 * Terms that a program may have put together by itself. No store looks at them again, and one that cannot keep
 * them would seem to be out of order.
 *
 * @throws MailProfileError `invalid_request` that names the field
 */
export function parseMakerTerms({ maker, ...terms }: MakerTerms): MakerTerms {
  const { code, expires, window, downloads, reference } = invitationRequestSchema.shape
  return {
    maker: parseField('maker', makerSchema, maker),
    code: parseField('code', code, terms.code),
    expires: parseField('expires', expires, terms.expires),
    window: parseField('window', window, terms.window),
    downloads: parseField('downloads', downloads, terms.downloads),
    reference: parseField('reference', reference, terms.reference),
  }
}

/** @throws MailProfileError `invalid_request` */
export function parseReference(value: string | undefined): string | undefined {
  return parseField('reference', referenceSchema.optional(), value)
}

/** @throws MailProfileError `invalid_request` */
export function parseState(value: string | undefined): InvitationState | undefined {
  return parseField('state', stateSchema.optional(), value)
}

function parseField<T>(field: string, schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw refused(result.error.issues.map((issue) => ({ ...issue, path: [field] })))
}

function refused(issues: readonly z.core.$ZodIssue[]): MailProfileError {
  const issue = firstIssue(issues)
  if (issue?.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys
    // The key is input too: it is shown only when it looks like one.
    const shown = /^[A-Za-z]\w{0,30}$/.test(key) ? `“${key}”` : 'a key'
    return new MailProfileError('invalid_request', `The request has ${shown}, which is unknown.`, {
      hint: `Known are ${Object.keys(invitationRequestSchema.shape).join(', ')}.`,
    })
  }
  const field = issue?.path.map(String).join('.')
  if (issue === undefined || field === undefined || field === '') {
    return new MailProfileError('invalid_request', 'The request has to be a JSON object.')
  }
  return new MailProfileError('invalid_request', `The value of ${field} ${issue.message}.`, {
    field,
  })
}
