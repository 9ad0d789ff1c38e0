import { z } from 'zod'
import { parseDomain } from '../account/address.js'
import { MAX_NAME_LENGTH, isPrintable } from '../account/text.js'
import { isScheme } from '../encoding/uri.js'

const path = z.string().min(1, 'must be a path')
const port = z.coerce
  .number()
  .int('must be a whole number')
  .min(0, 'must be from 0 to 65535')
  .max(65535, 'must be from 0 to 65535')
const baseUrl = z
  .string()
  .refine(isBaseUrl, 'must be an http or https address without query')
  .transform((value) => value.replace(/\/+$/, ''))
const domain = z.string().transform((value, context) => {
  try {
    return parseDomain(value)
  } catch {
    context.addIssue({ code: 'custom', message: 'must be a domain such as example.com' })
    return z.NEVER
  }
})

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

const configShape = {
  baseUrl: baseUrl.optional(),
  listen: z.strictObject({ host: z.string().min(1).optional(), port: port.optional() }).optional(),
  signing: z
    .strictObject({
      certificate: path.optional(),
      key: path.optional(),
      pkcs12: path.optional(),
      passphrase: z.string().optional(),
    })
    .optional(),
  providers: z.union([path.transform((one) => [one]), z.array(path)]).optional(),
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
        .union([
          z.literal(false),
          z
            .string()
            .refine(isHttps, 'must be an https address, or false')
            .transform((value) => value.replace(/\/+$/, '')),
        ])
        .optional(),
      http: z.boolean().optional(),
      signConfirmed: z.boolean().optional(),
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
      name: z
        .string()
        .min(1)
        .max(MAX_NAME_LENGTH)
        .refine(isPrintable, 'must not hold control characters')
        .optional(),
    })
    .optional(),
  androidIntent: androidIntent.optional(),
}

/** The configuration file; `environment.ts` has the variables for it. */
export const configSchema = z.strictObject(configShape)
export type RawConfig = z.output<typeof configSchema>

function isBaseUrl(value: string): boolean {
  if (!URL.canParse(value)) return false
  const url = new URL(value)
  return (
    /^https?:$/.test(url.protocol) && url.search === '' && url.hash === '' && url.username === ''
  )
}

function isHttps(value: string): boolean {
  return isBaseUrl(value) && value.startsWith('https:')
}
