import { z } from 'zod'
import { parseDomain } from '../account/address.js'
import { isNetwork } from '../account/ip-network.js'
import { hasStrayPlaceholder } from '../account/placeholders.js'
import { isPlainText } from '../account/plain-text.js'
import { MAX_NAME_LENGTH, isPrintable } from '../account/text.js'
import { contrast, MIN_CONTRAST, readable } from '../encoding/color.js'
import { didYouMean } from '../encoding/near-miss.js'
import { isScheme } from '../encoding/uri.js'
import { PACC_REVISIONS } from '../formats/format.js'
import { meantLanguage, unknownTags } from '../texts/by-language.js'
import { LANGUAGES, languageOf, type Tag } from '../texts/languages.js'
import { API_SCOPES } from './api-key.js'
import { CLI_MAKER } from './cli-maker.js'
import { wholeNumber } from './common-values.js'
import { STORE_FORMS, storeProblem } from './store-url.js'
import { webAddressProblem } from './web-address.js'

// The kinds of values that keys have. `keys.ts` says which key has which, without loading this.

export const flag = z.boolean()
export const passphrase = z.string()
export const path = z
  .string()
  .min(1, 'must be a path')
  // A key itself would stand in the error that no such file is there.
  .refine(
    (value) => isPrintable(value) && !value.includes('-----BEGIN'),
    'must be the path of a file, not what is in it',
  )
export const folders = z.union(
  [path.transform((one) => [one]), z.array(path)],
  'must be the path of a folder, or a list of them',
)
export { host, port } from './common-values.js'
export const perMinute = wholeNumber(1, 1_000_000)
export const baseUrl = webAddress('http or https')
export const ispdb = z.union(
  [z.literal(false), webAddress('https')],
  'must be an https address, to which the domain is appended, or false',
)

const DOMAIN = 'must be a domain such as example.com'
const domain = z.string(DOMAIN).transform((value, context) => {
  try {
    return parseDomain(value)
  } catch {
    context.addIssue({ code: 'custom', message: DOMAIN })
    return z.NEVER
  }
})
export const domains = z.array(domain)

// An address, with or without the length of its prefix.
const NETWORK = 'must be an address or a network such as 10.0.0.0/8'
const network = z
  .string(NETWORK)
  .refine(isNetwork, NETWORK)
  .refine((value) => !/\/0+$/.test(value), 'is every client there is: name your proxies')
export const networks = z.union(
  [network.transform((one) => [one]), z.array(network)],
  `${NETWORK}, or a list of them`,
)

export {
  attributes,
  command,
  ldapDirectory,
  listCommand,
  password,
  sqlDirectory,
} from './directory-values.js'
export {
  address,
  patience,
  retries,
  signingSecrets,
  smtpServer,
  webhook,
} from './delivery-values.js'
/** How long a question may take: whoever asks waits. */
export const seconds = wholeNumber(1, 30)
/** How long an answer is good: up to a day. */
export const keptSeconds = wholeNumber(0, 86_400)
export const entries = wholeNumber(1, 1_000_000)
export const connections = wholeNumber(1, 64)

export const storeUrl = z
  .string()
  .superRefine((value, context) => {
    const message = storeProblem(value)
    if (message !== undefined) context.addIssue({ code: 'custom', message })
  })
  // Whoever looks at it, and hides a password in it, goes by its scheme.
  .transform((value) => value.replace(/^[a-z]+:/i, (scheme) => scheme.toLowerCase()))
export const replicas = wholeNumber(0, 9)

/** A store may be its address alone. */
export function storeUrlOr(section: z.ZodType) {
  return z.union(
    [storeUrl.transform((url) => ({ url })), section],
    `must be ${STORE_FORMS}, or a section with url and replicas`,
  )
}

// Schemes that mean something already, to browsers or to everybody.
const TAKEN_SCHEMES = new Set(
  'about android-app blob chrome content data davx5 dclogin file ftp http https intent javascript mailto market sms tel view-source ws wss'.split(
    ' ',
  ),
)
export const androidAction = z
  .string()
  .regex(/^[A-Za-z]\w*(?:\.\w+)*$/, 'must be a name such as com.example.SETUP_MAIL')
export const androidScheme = z
  .string()
  .refine(isScheme, 'must be a scheme in lower case, such as examplemail')
  .refine((scheme) => !TAKEN_SCHEMES.has(scheme), 'is taken: choose a scheme of your own')
export const androidPackage = z
  .string()
  .regex(/^[A-Za-z]\w*(?:\.[A-Za-z]\w*)+$/, 'must be an application id such as com.example.mail')

export const logLevel = z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
export const paccRevision = z.enum(PACC_REVISIONS)
export const issuer = webAddress('https')
// RFC 6749, appendices A.1 and A.4.
export const clientId = z
  .string()
  .regex(/^[ -~]{1,512}$/, 'must be letters, digits and signs, at most 512')
const SCOPES =
  'must be words such as mail offline_access, with spaces between them, or a list of them'
const scope = z.string(SCOPES).regex(/^[!#-[\]-~]+$/, SCOPES)
export const scopes = z.union(
  [
    z
      .string()
      .transform((words) => words.split(' '))
      .pipe(z.array(scope)),
    z.array(scope).min(1),
  ],
  SCOPES,
)
export const signFound = z.enum(['never', 'vouched'])

export const apiScope = z.enum(API_SCOPES)
export const apiKey = z.strictObject({
  name: z
    .string()
    .regex(
      /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
      'must be letters, digits, dots, dashes and underscores, at most 64',
    )
    .refine((name) => name !== CLI_MAKER, 'is taken by the command line'),
  /** `sha256:` and the hexadecimal digest of the key. */
  hash: z
    .string()
    .regex(/^sha256:[0-9a-f]{64}$/, 'must be what `mailprofile keys new` printed: sha256:…'),
  scopes: z.array(apiScope).default(['invitations:write', 'invitations:read', 'accounts:read']),
  /** The only domains it is for, when there are any. */
  domains: z.array(domain).min(1, 'must name a domain, or be left out').optional(),
})
export const apiKeys = z
  .array(apiKey)
  .refine(
    (keys) => new Set(keys.map(({ name }) => name)).size === keys.length,
    'must have each name once',
  )

export const plainWords = wordsUpTo(MAX_NAME_LENGTH)

// As much as somebody reads who came for a button.
const sentence = wordsUpTo(300)
const sentences = z
  .looseObject(Object.fromEntries(LANGUAGES.map(({ tag }) => [tag, sentence.optional()])))
  .superRefine((texts, context) => {
    for (const { message, tag } of unknownTags(texts)) {
      context.addIssue({ code: 'custom', path: tag === undefined ? [] : [tag], message })
    }
  })
  .refine((texts) => Object.keys(texts).length > 0, 'must be in one language at least')
/** In the configured language, or in several. */
export const notice = z.union(
  [sentence, sentences as z.ZodType as z.ZodType<Readonly<Partial<Record<Tag, string>>>>],
  'must be text, or a section of texts by language, such as en and de',
)

/** Where an app is for: what the pages tell apart. */
export const appPlatform = z.enum(['ios', 'macos', 'android', 'windows', 'any'])
export const app = z.strictObject({
  name: wordsUpTo(60),
  url: z.string().superRefine((value, context) => {
    const message = webAddressProblem(value, 'https', { mayHaveQuery: true })
    if (message !== undefined) context.addIssue({ code: 'custom', message })
  }),
  /** An SVG or PNG file. */
  icon: path.optional(),
  platform: appPlatform,
})
export const apps = z
  .array(app)
  .max(10, 'must be a list of ten at most')
  .refine(
    (all) => new Set(all.map(({ name, platform }) => `${platform} ${name}`)).size === all.length,
    'must have each name once for a platform',
  )

const HEX = /^#[0-9a-f]{6}$/i
const LIGHT_PAGE = '#ffffff'
const DARK_PAGE = '#101413'
export const color = readableOn(LIGHT_PAGE, 'white')
export const darkColor = readableOn(DARK_PAGE, 'a dark page')
export const page = webAddress('https')
export const language = z
  .string()
  .superRefine((tag, context) => {
    if (languageOf(tag) !== undefined) return
    const known = LANGUAGES.map((one) => one.tag).join(', ')
    const message = `must be one of ${known}${didYouMean(meantLanguage(tag))}`
    context.addIssue({ code: 'custom', message })
  })
  .transform((tag) => tag as Tag)

// WCAG 2.2, success criterion 1.4.3: links are text.
function readableOn(page: string, name: string) {
  return z
    .string()
    .regex(HEX, 'must be a colour such as #0b6353')
    .superRefine((value, context) => {
      if (!HEX.test(value)) return
      const ratio = contrast(value, page)
      if (ratio >= MIN_CONTRAST) return
      const message = `cannot be read on ${name}: its contrast is ${ratio.toFixed(1)}, and 4.5 is the least. ${readable(value, page)} can be`
      context.addIssue({ code: 'custom', message })
    })
}

const URI = 'must be https:…, mailto:… or tel:…, such as mailto:security@example.com'
export const uri = z.string(URI).refine((value) => /^(?:https|mailto|tel):[!-~]+$/.test(value), URI)
export const uris = z.union(
  [uri.transform((one) => [one]), z.array(uri).min(1)],
  `${URI}, or a list of them`,
)
// RFC 9116, section 2.5.4.
const KEY_URI = 'must be https:…, dns:… or openpgp4fpr:…'
export const keyUri = z
  .string(KEY_URI)
  .refine((value) => /^(?:https|dns|openpgp4fpr):[!-~]+$/.test(value), KEY_URI)
const TIME = 'must be a time such as 2027-01-31T00:00:00Z'
export const instant = z.iso.datetime({ offset: true, error: TIME })
export const languages = z
  .string()
  .regex(/^[A-Za-z0-9-]+(?:, ?[A-Za-z0-9-]+)*$/, 'must be languages such as en, de')

/** @param limit in UTF-16 units */
function wordsUpTo(limit: number) {
  return z
    .string()
    .trim()
    .min(1)
    .max(limit)
    .refine(isPlainText, 'must not hold characters that cannot be seen, or that look like an @')
    .refine(
      (value) => !hasStrayPlaceholder(value),
      'takes no placeholder: it is the same for everybody',
    )
}

function webAddress(scheme: Parameters<typeof webAddressProblem>[1]) {
  return z
    .string()
    .superRefine((value, context) => {
      const message = webAddressProblem(value, scheme)
      if (message !== undefined) context.addIssue({ code: 'custom', message })
    })
    .transform((value) => value.replace(/\/+$/, ''))
}
