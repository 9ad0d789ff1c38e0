import { z } from 'zod'
import { parseDomain } from '../account/address.js'
import { parseDavServer } from '../account/dav.js'
import { isDomainName, parseHostName } from '../account/host-name.js'
import { isNetwork } from '../account/ip-network.js'
import { expandPlaceholders, hasStrayPlaceholder } from '../account/placeholders.js'
import { isPlainText } from '../account/plain-text.js'
import { MAX_CREDENTIAL_LENGTH, MAX_NAME_LENGTH } from '../account/text.js'
import { parseUrl } from '../account/web-url.js'
import { MailProfileError } from '../errors.js'
import type { Translated } from '../messages/translated.js'
import { unknownTags } from '../texts/by-language.js'
import { LANGUAGES } from '../texts/languages.js'
import { placeholderMistake } from './placeholder-mistake.js'

// What the values of a provider file may be; each message follows the name of the value.

const HTTPS = /^https:\/\//i
const BEGIN = 'must begin with https://'
const NO_PLACEHOLDER = 'takes no placeholder: it is the same for everybody'

/** @param limit in UTF-16 units */
export const plainText = (limit: number) =>
  z
    .string()
    .min(1)
    .max(limit)
    .refine(isPlainText, 'must not hold characters that cannot be seen, or that look like an @')

/**
 * A text, in English or by the tags of the languages it is in.
 *
 * @param limit of each, in UTF-16 units
 */
export const translated = (limit: number): z.ZodType<Translated> => {
  const text = plainText(limit)
  const others = LANGUAGES.filter(({ tag }) => tag !== 'en')
  const byTag = z
    .looseObject({
      en: text,
      ...Object.fromEntries(others.map(({ tag }) => [tag, text.optional()])),
    })
    .superRefine((texts, context) => {
      for (const { message, tag } of unknownTags(texts)) {
        context.addIssue({ code: 'custom', path: tag === undefined ? [] : [tag], message })
      }
    })
  return z.union([text, byTag as unknown as z.ZodType<Translated>], {
    error: 'must be text, or a section of texts by language: en, and others such as de',
  })
}

/** What the account is called on the device: for one name and many domains it may hold theirs. */
export const ownName = plainText(MAX_NAME_LENGTH).refine(
  (name) => holdsNone(name.replaceAll('%EMAILDOMAIN%', '')),
  'takes no placeholder but %EMAILDOMAIN%',
)

/** A page for people. */
export const httpsUrl = plainText(1000)
  .refine((value) => HTTPS.test(value), BEGIN)
  .refine(holdsNone, NO_PLACEHOLDER)
  .refine((value) => parseUrl(value) !== undefined, 'must be an https address')

/** Programs ask one host for everybody; its path may be another one for each. */
export const davUrl = plainText(1000)
  .refine((value) => HTTPS.test(value), BEGIN)
  .superRefine((url, context) => {
    const [, host = '', path = ''] = /^https:\/\/([^/]*)(.*)$/i.exec(url) ?? []
    if (host.includes('%') || placeholderMistake(host, 'host') !== undefined) {
      refuse(context, 'takes placeholders in its path only')
      return
    }
    const wanted = 'must be an https address without user name, query and fragment'
    const mistake = placeholderMistake(path, 'url')
    if (mistake !== undefined) refuse(context, mistake)
    else attempt(context, wanted, () => parseDavServer({ url: forSomebody(url) }, 'url'))
  })

/** A server's, the same for everybody or not. */
export const hostTemplate = plainText(253).superRefine((host, context) => {
  const mistake = placeholderMistake(host, 'host')
  const wanted = 'must be a host name such as mail.example.com'
  if (mistake !== undefined) refuse(context, mistake)
  else attempt(context, wanted, () => parseHostName(forSomebody(host)))
})

export const usernameTemplate = plainText(MAX_CREDENTIAL_LENGTH).superRefine(
  (username, context) => {
    const mistake = placeholderMistake(username, 'username')
    if (mistake !== undefined) refuse(context, mistake)
  },
)

/** Beside the provider's own file, where a change of it is noticed. */
export const fileName = plainText(250).refine(
  (name) => !/[/\\]/.test(name) && name !== '..' && name !== '.',
  'must be the name of a file in the same folder',
)

/** A mail exchanger, or all below a name. */
export const exchanger = plainText(255)
  .transform((name) => name.toLowerCase().replace(/\.$/, ''))
  .refine(
    (name) => isDomainName(name.replace(/^\*\./, '')) && name.includes('.'),
    'must be a host name such as mx1.example.com, or *.example.com',
  )

/** Where the provider's own servers are. */
export const network = plainText(60)
  .refine(isNetwork, 'must be an address or a network such as 192.0.2.0/24')
  .refine((value) => !/\/0+$/.test(value), 'is everybody: name your own servers')

/** A mail domain, to lower-case A-labels. */
export const domain = plainText(253).transform((value, context) => {
  try {
    return parseDomain(value)
  } catch {
    refuse(context, 'must be a domain such as example.com')
    return z.NEVER
  }
})

function holdsNone(value: string): boolean {
  return !hasStrayPlaceholder(value)
}

function forSomebody(template: string): string {
  return expandPlaceholders(template, 'local@domain.example')
}

function attempt(context: z.RefinementCtx, message: string, parse: () => unknown): void {
  try {
    parse()
  } catch (error) {
    if (!(error instanceof MailProfileError)) throw error
    refuse(context, message)
  }
}

function refuse(context: z.RefinementCtx, message: string): void {
  context.addIssue({ code: 'custom', message })
}
