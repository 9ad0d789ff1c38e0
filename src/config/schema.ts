import { isIP } from 'node:net'
import { z } from 'zod'
import { parseDomain } from '../account/address.js'
import { isNetwork } from '../account/ip-network.js'
import { hasStrayPlaceholder } from '../account/placeholders.js'
import { isPlainText } from '../account/plain-text.js'
import { MAX_NAME_LENGTH, isPrintable } from '../account/text.js'
import { isScheme } from '../encoding/uri.js'
import { CLI_MAKER } from './cli-maker.js'
import { STORE_FORMS, storeProblem } from './store-url.js'
import { webAddressProblem } from './web-address.js'

const path = z
  .string()
  .min(1, 'must be a path')
  // A key itself would stand in the error that no such file is there.
  .refine(
    (value) => isPrintable(value) && !value.includes('-----BEGIN'),
    'must be the path of a file, not what is in it',
  )
const port = wholeNumber(0, 65535)
const baseUrl = webAddress('http or https')
const DOMAIN = 'must be a domain such as example.com'
const domain = z.string(DOMAIN).transform((value, context) => {
  try {
    return parseDomain(value)
  } catch {
    context.addIssue({ code: 'custom', message: DOMAIN })
    return z.NEVER
  }
})
const host = z
  .string()
  .refine(isHost, 'must be a host name or an address without port, such as 127.0.0.1 or ::')

// An address, with or without the length of its prefix.
const NETWORK = 'must be an address or a network such as 10.0.0.0/8'
const network = z
  .string(NETWORK)
  .refine(isNetwork, NETWORK)
  .refine((value) => !/\/0+$/.test(value), 'is every client there is: name your proxies')
const storeUrl = z
  .string()
  .superRefine((value, context) => {
    const message = storeProblem(value)
    if (message !== undefined) context.addIssue({ code: 'custom', message })
  })
  // Whoever looks at it, and hides a password in it, goes by its scheme.
  .transform((value) => value.replace(/^[a-z]+:/i, (scheme) => scheme.toLowerCase()))
const store = z.union(
  [
    storeUrl.transform((url): { url: string; replicas?: number | undefined } => ({ url })),
    z.strictObject({ url: storeUrl.optional(), replicas: wholeNumber(0, 9).optional() }),
  ],
  `must be ${STORE_FORMS}, or a section with url and replicas`,
)

// Schemes that mean something already, to browsers or to everybody.
const TAKEN_SCHEMES = new Set(
  'about android-app blob chrome content data davx5 dclogin file ftp http https intent javascript mailto market sms tel view-source ws wss'.split(
    ' ',
  ),
)
const androidIntent = z.strictObject({
  action: z
    .string()
    .regex(/^[A-Za-z]\w*(?:\.\w+)*$/, 'must be a name such as com.example.SETUP_MAIL')
    .optional(),
  scheme: z
    .string()
    .refine(isScheme, 'must be a scheme in lower case, such as examplemail')
    .refine((scheme) => !TAKEN_SCHEMES.has(scheme), 'is taken: choose a scheme of your own')
    .optional(),
  package: z
    .string()
    .regex(/^[A-Za-z]\w*(?:\.[A-Za-z]\w*)+$/, 'must be an application id such as com.example.mail')
    .optional(),
})

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
const SCOPES = [
  'invitations:write',
  'invitations:read',
  'invitations:all',
  'accounts:read',
] as const
const apiKey = z.strictObject({
  name: z
    .string()
    .regex(
      /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
      'must be letters, digits, dots, dashes and underscores, at most 64',
    )
    .refine((name) => name !== CLI_MAKER, 'is taken by the command line'),
  hash: z
    .string()
    .regex(/^sha256:[0-9a-f]{64}$/, 'must be what `mailprofile keys new` printed: sha256:…'),
  scopes: z
    .array(z.enum(SCOPES))
    .default(['invitations:write', 'invitations:read', 'accounts:read']),
  domains: z.array(domain).min(1, 'must name a domain, or be left out').optional(),
})
const apiKeys = z
  .array(apiKey)
  .refine(
    (keys) => new Set(keys.map(({ name }) => name)).size === keys.length,
    'must have each name once',
  )
const perMinute = wholeNumber(1, 1_000_000)
const text = z
  .string()
  .min(1)
  .max(MAX_NAME_LENGTH)
  .refine(isPlainText, 'must not hold characters that cannot be seen, or that look like an @')
  .refine(
    (value) => !hasStrayPlaceholder(value),
    'takes no placeholder: it is the same for everybody',
  )
const URI = 'must be https:…, mailto:… or tel:…, such as mailto:security@example.com'
const uri = z.string(URI).refine((value) => /^(?:https|mailto|tel):[!-~]+$/.test(value), URI)
// RFC 9116, section 2.5.4.
const KEY_URI = 'must be https:…, dns:… or openpgp4fpr:…'
const keyUri = z
  .string(KEY_URI)
  .refine((value) => /^(?:https|dns|openpgp4fpr):[!-~]+$/.test(value), KEY_URI)
const TIME = 'must be a time such as 2027-01-31T00:00:00Z'

const configShape = {
  baseUrl: baseUrl.optional(),
  listen: z.strictObject({ host: host.optional(), port: port.optional() }).optional(),
  signing: z
    .strictObject({
      certificate: path.optional(),
      key: path.optional(),
      pkcs12: path.optional(),
      passphrase: z.string().optional(),
    })
    .optional(),
  providers: z
    .union(
      [path.transform((one) => [one]), z.array(path)],
      'must be the path of a folder, or a list of them',
    )
    .optional(),
  serve: z
    .strictObject({
      domains: z.array(domain).optional(),
      domainsFile: path.optional(),
      catalogue: z.boolean().optional(),
    })
    .optional(),
  discovery: z
    .strictObject({
      enabled: z.boolean().optional(),
      ispdb: z
        .union(
          [z.literal(false), webAddress('https')],
          'must be an https address, to which the domain is appended, or false',
        )
        .optional(),
      http: z.boolean().optional(),
      sign: z.enum(['never', 'vouched']).optional(),
    })
    .optional(),
  pacc: z
    .strictObject({
      enabled: z.boolean().optional(),
      revision: z.enum(['02', '03']).optional(),
    })
    .optional(),
  branding: z
    .strictObject({
      name: text.optional(),
      contact: text.optional(),
    })
    .optional(),
  androidIntent: androidIntent.optional(),
  trustProxy: z
    .union([network.transform((one) => [one]), z.array(network)], `${NETWORK}, or a list of them`)
    .optional(),
  tls: z
    .strictObject({
      certificate: path.optional(),
      key: path.optional(),
      passphrase: z.string().optional(),
    })
    .optional(),
  hsts: z
    .strictObject({
      includeSubDomains: z.boolean().optional(),
      preload: z.boolean().optional(),
    })
    .optional(),
  store: store.optional(),
  api: z.strictObject({ keys: apiKeys.optional() }).optional(),
  metrics: z.strictObject({ host: host.optional(), port: port.optional() }).optional(),
  log: z.strictObject({ level: z.enum(LOG_LEVELS).optional() }).optional(),
  limits: z
    .strictObject({
      enabled: z.boolean().optional(),
      client: perMinute.optional(),
      domain: perMinute.optional(),
      key: perMinute.optional(),
      wrong: perMinute.optional(),
    })
    .optional(),
  securityTxt: z
    .strictObject({
      contact: z
        .union([uri.transform((one) => [one]), z.array(uri).min(1)], `${URI}, or a list of them`)
        .optional(),
      expires: z.iso.datetime({ offset: true, error: TIME }).optional(),
      encryption: keyUri.optional(),
      policy: uri.optional(),
      acknowledgments: uri.optional(),
      preferredLanguages: z
        .string()
        .regex(/^[A-Za-z0-9-]+(?:, ?[A-Za-z0-9-]+)*$/, 'must be languages such as en, de')
        .optional(),
    })
    .optional(),
}

/** The configuration file; `environment.ts` has the variables for it. */
export const configSchema = z.strictObject(configShape)
export type RawConfig = z.output<typeof configSchema>

function webAddress(scheme: Parameters<typeof webAddressProblem>[1]) {
  return z
    .string()
    .superRefine((value, context) => {
      const message = webAddressProblem(value, scheme)
      if (message !== undefined) context.addIssue({ code: 'custom', message })
    })
    .transform((value) => value.replace(/\/+$/, ''))
}

// In a variable it is text. Nothing else becomes a number: an empty value would be 0, and true 1.
function wholeNumber(min: number, max: number) {
  const range = `must be from ${min} to ${max}`
  const error = `must be a whole number from ${min} to ${max}`
  return z
    .union(
      [
        z.number(),
        z
          .string()
          .regex(/^\d{1,9}$/)
          .transform(Number),
      ],
      error,
    )
    .pipe(z.number().int('must be a whole number').min(min, range).max(max, range))
}

// `http://…`, `0.0.0.0:8080` and `[::]` are found before somebody searches for such a name.
function isHost(value: string): boolean {
  return isIP(value) !== 0 || /^[^\s:/[\]*,]+$/.test(value)
}
