import { z } from 'zod'
import { hasStrayPlaceholder } from '../account/placeholders.js'
import { INCOMING_PROTOCOLS } from '../account/server.js'
import { isPlainText } from '../account/plain-text.js'
import { MAX_CREDENTIAL_LENGTH, MAX_NAME_LENGTH } from '../account/text.js'
import { DEFAULT_TERMS, TERM_LIMITS } from './terms.js'
import { INVITATION_STATES, SENDING_OUTCOMES } from './record.js'

// What a message says follows "The value of FIELD". Lengths are in code points, which zod does not
// count: they are checked where the values are parsed, and told here.

const isText = (issue: { readonly input?: unknown }) =>
  issue.input === undefined ? 'is missing: it has to be text' : 'has to be text'

function text(description: string, maxLength: number) {
  return z.string({ error: isText }).meta({ description, minLength: 1, maxLength })
}

function wholeNumber(description: string, limit: number) {
  const error = `has to be a whole number from 1 to ${limit}`
  return z.number({ error }).int({ error }).min(1, { error }).max(limit, { error }).meta({
    description,
  })
}

const REFERENCE = `has to be 1 to ${TERM_LIMITS.reference} printable characters without @`

/** The maker's own word for an invitation. No `@`: addresses are not kept in clear. */
export const referenceSchema = z
  .string({ error: REFERENCE })
  .refine(isReference, { error: REFERENCE })
  .meta({
    description:
      "The caller's own word for it, kept in clear and shown in lists: a ticket, a number",
    minLength: 1,
    maxLength: TERM_LIMITS.reference,
    pattern: '^[^@]*$',
  })

const MAKER = 'has to be text: the name of who makes it'
/** Whose an invitation is, in lists and in the audit log. */
export const makerSchema = z.string({ error: MAKER }).min(1, { error: MAKER })

const STATE = `has to be one of ${INVITATION_STATES.join(', ')}`
export const stateSchema = z.enum(INVITATION_STATES, { error: STATE }).meta({
  description:
    'pending until the first download, then opened; spent by the last download or the end of the ' +
    'window; expired; revoked',
})

const protocol = z
  .enum(INCOMING_PROTOCOLS, { error: `has to be ${INCOMING_PROTOCOLS.join(' or ')}` })
  .meta({ description: "How mail is received; the provider's first choice by default" })

/** What `POST /api/v1/invitations` takes. */
export const invitationRequestSchema = z
  .strictObject({
    address: text('The mail address, in a domain of the catalogue', 254),
    name: text("The person's name, as others see it", MAX_NAME_LENGTH).optional(),
    protocol: protocol.optional(),
    username: text(
      'Instead of the user name that follows from the address, for both servers',
      MAX_CREDENTIAL_LENGTH,
    )
      .refine((username) => !hasStrayPlaceholder(username), {
        error: 'has to be the user name itself: placeholders are for provider files',
      })
      .optional(),
    password: text('The (app) password, sealed into the invitation', MAX_CREDENTIAL_LENGTH)
      .meta({ format: 'password' })
      .optional(),
    outgoingPassword: text('For sending, where it is another one', MAX_CREDENTIAL_LENGTH)
      .meta({ format: 'password' })
      .optional(),
    language: text(
      'BCP 47: of the pages and files, where the browser asks for nothing else',
      35,
    ).optional(),
    reference: referenceSchema.optional(),
    code: z
      .boolean({ error: 'has to be true or false' })
      .default(DEFAULT_TERMS.code)
      .meta({ description: 'Whether a six-digit code has to be typed, which travels another way' }),
    expires: wholeNumber('Hours until it expires', TERM_LIMITS.expires).default(
      DEFAULT_TERMS.expires,
    ),
    window: wholeNumber(
      'Minutes that it stays open after the first download',
      TERM_LIMITS.window,
    ).default(DEFAULT_TERMS.window),
    downloads: wholeNumber('How many downloads it gives at most', TERM_LIMITS.downloads).default(
      DEFAULT_TERMS.downloads,
    ),
    send: z.boolean({ error: 'has to be true or false' }).default(false).meta({
      description: 'Whether the server sends it (scope invitations:send): see deliverTo',
    }),
    deliverTo: text(
      'Where it is sent: a second address, which the person reads already, or a telephone number',
      254,
    ).optional(),
  })
  .meta({
    description: 'Whom to invite, and for how long',
    examples: [
      { address: 'ann@btinternet.com' },
      {
        address: 'ann@btinternet.com',
        name: 'Ann Example',
        password: 'an app password',
        reference: 'ticket 4711',
        code: true,
        expires: 24,
      },
    ],
  })

const time = (description: string) => z.string().meta({ description, format: 'date-time' })
const id = z.string().meta({
  description: '22 characters of base64url; it opens nothing',
  pattern: '^[A-Za-z0-9_-]{22}$',
})
const uri = (description: string) => z.string().meta({ description, format: 'uri' })
const count = (description: string) => z.number().int().min(0).meta({ description })

const EXAMPLE_ID = 'Vb1hPWTz3cQk0m7yXr2LfA'
const EXAMPLE_LINK = 'https://setup.example.com/i/0aXkq3cTn5Zr8wQyLm2VdA'

const deliveryError = z
  .object({ code: z.string(), message: z.string(), hint: z.string().optional() })
  .meta({ description: 'Why it was not sent, or may not have been' })
const SENDING_STATES =
  'sent: the next server took it; failed: it was certainly not sent, and the same call (with its ' +
  'Idempotency-Key) tries again; uncertain: it may have been sent, and is not sent again'

/** An invitation as it is told once, to whoever made it. */
export const madeInvitationSchema = z
  .object({
    id,
    url: uri('The link for the person. Whoever has it can use it; it is told only now'),
    qr: uri('A picture of its QR code, SVG'),
    expiresAt: time('When it expires'),
    state: stateSchema,
    code: z
      .string()
      .meta({ description: 'What the person has to type; told only now', pattern: '^[0-9]{6}$' })
      .optional(),
    delivery: z
      .object({
        state: z.enum(SENDING_OUTCOMES).meta({ description: SENDING_STATES }),
        repeated: z.boolean().meta({
          description: 'Whether an earlier call sent it, or may have, and nothing was done now',
        }),
        response: z.string().meta({ description: 'What the next server said' }).optional(),
        error: deliveryError.optional(),
      })
      .meta({ description: 'What became of sending it, where it was to be sent' })
      .optional(),
  })
  .meta({
    description: 'An invitation that was made',
    examples: [
      {
        id: EXAMPLE_ID,
        url: EXAMPLE_LINK,
        qr: `${EXAMPLE_LINK}/qr.svg`,
        expiresAt: '2026-12-01T09:30:00.000Z',
        state: 'pending',
        code: '073912',
      },
    ],
  })

/** An invitation as it is told later. */
export const invitationSchema = z
  .object({
    id,
    state: stateSchema,
    maker: z.string().meta({ description: 'The name of the key that made it, or cli' }),
    reference: referenceSchema.optional(),
    createdAt: time('When it was made'),
    expiresAt: time('When it expires, unless it ends before'),
    window: count('Minutes that it stays open after the first download'),
    downloads: count('How many downloads it gives at most'),
    used: count('How many it has given'),
    openedAt: time('The first download').optional(),
    endedAt: time('When it was spent, expired or was revoked').optional(),
    delivery: z
      .object({
        state: z.enum(['sending', ...SENDING_OUTCOMES]),
        at: time('Since when'),
      })
      .meta({
        description: 'There once it was to be sent; sending without an end may have been sent',
      })
      .optional(),
    code: z
      .object({ triesLeft: count('0: locked, until it is unlocked') })
      .meta({ description: 'There while the code has not been typed' })
      .optional(),
  })
  .meta({
    description: 'What is known of an invitation; whom it is for is sealed',
    examples: [
      {
        id: EXAMPLE_ID,
        state: 'opened',
        maker: 'helpdesk',
        reference: 'ticket 4711',
        createdAt: '2026-11-28T09:30:00.000Z',
        expiresAt: '2026-12-01T09:30:00.000Z',
        window: 10,
        downloads: 5,
        used: 1,
        openedAt: '2026-11-28T10:02:17.311Z',
      },
    ],
  })

export const invitationListSchema = z
  .object({
    invitations: z.array(invitationSchema),
    cursor: z.string().meta({ description: 'For the next page; absent on the last' }).optional(),
  })
  .meta({ description: 'Invitations, newest first' })

function isReference(value: string): boolean {
  return (
    value !== '' &&
    Array.from(value).length <= TERM_LIMITS.reference &&
    isPlainText(value) &&
    !value.includes('@')
  )
}
