import { z } from 'zod'
import { parseAddress } from '../account/address.js'
import { isLoopback } from '../account/loopback.js'
import { Secret } from '../account/secret.js'
import { MAX_CREDENTIAL_LENGTH, isPrintable } from '../account/text.js'
import { bareHost, parseUrl } from '../account/web-url.js'
import { MailProfileError } from '../errors.js'
import { host, wholeNumber } from './common-values.js'
import { webAddressProblem } from './web-address.js'

// The kinds of values of `delivery`, by which invitations get to their people.

/** Seconds that an answer may take. */
export const patience = wholeNumber(1, 600)
export const retries = wholeNumber(0, 10)

export const address = z.string().transform((value, context) => {
  try {
    return parseAddress(value)
  } catch (error) {
    const why = error instanceof MailProfileError ? `: ${error.message}` : ''
    const message = `must be a mail address alone, such as setup@example.com${why}`
    context.addIssue({ code: 'custom', message: message.replace(/\.$/, '') })
    return z.NEVER
  }
})

export const smtpServer = z.strictObject({
  host,
  port: wholeNumber(1, 65535).optional(),
  security: z.enum(['tls', 'starttls', 'none']).optional(),
  username: z
    .string()
    .min(1)
    .max(MAX_CREDENTIAL_LENGTH)
    .refine(isPrintable, 'must not hold control characters')
    .optional(),
})

export const webhook = z.strictObject({
  url: z.string().superRefine((value, context) => {
    const message =
      webAddressProblem(value, 'http or https', { mayHaveQuery: true }) ??
      (isPrivate(value) ? undefined : 'must begin with https:// (http:// is for loopback)')
    if (message !== undefined) context.addIssue({ code: 'custom', message })
  }),
  /** Whether the codes of invitations are sent too, in a second call. */
  passcodes: z.boolean().optional(),
  /** By what people are named in `deliverTo`. */
  recipients: z.enum(['addresses', 'telephones']).optional(),
})

const SECRET = 'must be 24 to 512 printable ASCII characters that nobody can guess'
const signingSecret = z
  .string(SECRET)
  .regex(/^[!-~]{24,512}$/, SECRET)
  .transform((value) => new Secret(value))
export const signingSecrets = z.union(
  [signingSecret.transform((one) => [one]), z.array(signingSecret).min(1).max(2)],
  `${SECRET}, or a list of two of them`,
)

function isPrivate(value: string): boolean {
  const url = parseUrl(value)
  return url?.protocol === 'https:' || (url !== undefined && isLoopback(bareHost(url)))
}
