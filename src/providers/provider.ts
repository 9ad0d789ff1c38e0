import { z } from 'zod'
import { parseDomain } from '../account/address.js'
import { parseHostName } from '../account/host-name.js'
import {
  AUTHENTICATIONS,
  INCOMING_PROTOCOLS,
  SECURITIES,
  type Authentication,
  type IncomingProtocol,
  type Security,
} from '../account/server.js'
import { isPrintable } from '../account/text.js'
import { YamlDocument } from '../encoding/yaml-document.js'
import { MailProfileError } from '../errors.js'
import { expandPlaceholders } from './placeholders.js'

/** A server as a provider describes it: host and user name may hold placeholders. */
export interface ServerTemplate {
  readonly host: string
  readonly port: number
  readonly security: Security
  readonly authentication: Authentication
  readonly username?: string | undefined
}

export interface IncomingTemplate extends ServerTemplate {
  readonly protocol: IncomingProtocol
}

export interface OutgoingTemplate extends ServerTemplate {
  readonly protocol: 'smtp'
}

/** A sentence for the person with a page that says more. */
export interface Advice {
  readonly text: string
  readonly url?: string | undefined
}

/** Who runs the servers. Servers stand in the provider's order of preference. */
export interface Provider {
  readonly id: string
  readonly name: string
  /** Lower-case A-labels. */
  readonly domains: readonly string[]
  readonly incoming: readonly IncomingTemplate[]
  readonly outgoing: readonly OutgoingTemplate[]
  readonly calendar?: { readonly url: string } | undefined
  readonly contacts?: { readonly url: string } | undefined
  /** Whether apps find the settings from the address alone, by autoconfig or the ISPDB. */
  readonly autoconfig: boolean
  /** The provider wants a password made for one app. */
  readonly appPassword?: Advice | undefined
  /** Why there is nothing but OAuth, and what to do instead. */
  readonly oauth?: Advice | undefined
  /** What a person should know, always or when they choose a protocol. */
  readonly notes: readonly {
    readonly text: string
    readonly protocol?: IncomingProtocol | undefined
  }[]
  readonly help?: string | undefined
  /** A file beside the provider's with the root of a private certification authority, PEM. */
  readonly rootCertificate?: string | undefined
  readonly sources: readonly { readonly url: string; readonly verified: string }[]
}

const text = (limit: number) =>
  z
    .string()
    .min(1, 'must not be empty')
    .max(limit, `must not be longer than ${limit} characters`)
    .refine(isPrintable, 'must not hold control characters')

const httpsUrl = text(1000).refine(
  (value) => URL.canParse(value) && new URL(value).protocol === 'https:',
  'must be an https address',
)

const advice = z.strictObject({ text: text(1000), url: httpsUrl.optional() })

// The ports that RFC 8314 and its predecessors give to one kind of encryption only.
const IMPLICIT_TLS_PORTS: readonly number[] = [993, 995, 465]
const CLEAR_START_PORTS: readonly number[] = [143, 110, 587, 25]

const serverShape = {
  host: text(253).superRefine((host, context) => {
    check(context, () => parseHostName(expandPlaceholders(host, 'local@domain.example')))
  }),
  port: z
    .int('must be a whole number')
    .min(1, 'must be from 1 to 65535')
    .max(65535, 'must be from 1 to 65535'),
  security: z.enum(SECURITIES),
  authentication: z.enum(AUTHENTICATIONS),
  username: text(512).optional(),
}

function checkServer(server: ServerTemplate, context: z.RefinementCtx): void {
  const { port, security, authentication, username } = server
  if (security !== 'tls' && IMPLICIT_TLS_PORTS.includes(port)) {
    issue(context, 'port', `${port} is for implicit TLS: set security to tls, or correct the port`)
  }
  if (security === 'tls' && CLEAR_START_PORTS.includes(port)) {
    issue(context, 'port', `${port} starts in clear: set security to starttls, or correct the port`)
  }
  if (username === undefined && authentication !== 'none') {
    issue(context, 'authentication', 'needs a username, such as %EMAILADDRESS%')
  }
}

const providerSchema: z.ZodType<Provider> = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,59}$/, 'must be lower-case letters, digits and dashes'),
  name: text(200),
  domains: z.array(domainSchema()).min(1, 'must name at least one domain'),
  incoming: z
    .array(
      z
        .strictObject({ protocol: z.enum(INCOMING_PROTOCOLS), ...serverShape })
        .superRefine(checkServer),
    )
    .min(1, 'must name at least one server'),
  outgoing: z
    .array(z.strictObject({ protocol: z.literal('smtp'), ...serverShape }).superRefine(checkServer))
    .min(1, 'must name at least one server'),
  calendar: z.strictObject({ url: httpsUrl }).optional(),
  contacts: z.strictObject({ url: httpsUrl }).optional(),
  autoconfig: z.boolean().default(false),
  appPassword: advice.optional(),
  oauth: advice.optional(),
  notes: z
    .array(z.strictObject({ text: text(1000), protocol: z.enum(INCOMING_PROTOCOLS).optional() }))
    .default([]),
  help: httpsUrl.optional(),
  rootCertificate: text(500).optional(),
  sources: z
    .array(z.strictObject({ url: httpsUrl, verified: z.iso.date('must be a date: 2026-11-23') }))
    .default([]),
})

function domainSchema() {
  return text(253).transform((domain, context) => {
    try {
      return parseDomain(domain)
    } catch {
      context.addIssue({ code: 'custom', message: 'must be a domain such as example.com' })
      return z.NEVER
    }
  })
}

function check(context: z.RefinementCtx, parse: () => unknown): void {
  try {
    parse()
  } catch (error) {
    if (!(error instanceof MailProfileError)) throw error
    context.addIssue({ code: 'custom', message: 'must be a host name such as mail.example.com' })
  }
}

function issue(context: z.RefinementCtx, key: string, message: string): void {
  context.addIssue({ code: 'custom', path: [key], message })
}

/**
 * One provider from its YAML file.
 *
 * @param file its name, for errors
 * @throws MailProfileError `invalid_configuration` with file, line and column
 */
export function parseProvider(yaml: string, file: string): Provider {
  return new YamlDocument(yaml, file).parse(providerSchema)
}
