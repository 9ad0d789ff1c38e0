import { z } from 'zod'
import { parseDomain } from '../account/address.js'
import { isDomainName, parseHostName } from '../account/host-name.js'
import { isNetwork } from '../account/ip-network.js'
import { templatesFor, type MailService, type ServerTemplate } from '../account/mail-service.js'
import { expandPlaceholders } from '../account/placeholders.js'
import {
  AUTHENTICATIONS,
  INCOMING_PROTOCOLS,
  SECURITIES,
  type Authentication,
  type IncomingProtocol,
} from '../account/server.js'
import { isPlainText } from '../account/plain-text.js'
import { parseYaml } from '../encoding/yaml-document.js'
import { MailProfileError } from '../errors.js'

/** A sentence for the person with a page that says more. */
export interface Advice {
  readonly text: string
  readonly url?: string | undefined
}

/** What every provider file says. */
interface Listing {
  readonly id: string
  readonly name: string
  /** Lower-case A-labels. */
  readonly domains: readonly string[]
  /** A file beside the provider's with more domains, one a line. */
  readonly domainsFile?: string | undefined
  /** MX hosts of customers' own domains: names, or `*.example.com` for all below one. */
  readonly mx: readonly string[]
  /** A help page, https. */
  readonly help?: string | undefined
  readonly sources: readonly {
    readonly url: string
    /** The day on which the facts were checked. */
    readonly verified: string
    /** True where the page itself could not be read then, and others were who cite it. */
    readonly cited?: boolean | undefined
  }[]
}

/** Who runs the servers. */
export interface Provider extends Listing, MailService {
  readonly refuse?: undefined
  /**
   * The addresses and networks of the operator's servers: what a customer's own name has to lead to,
   * where the domain is known by its mail exchanger only.
   */
  readonly addresses?: readonly string[] | undefined
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
  /** A file beside the provider's with the root of a private certification authority, PEM. */
  readonly rootCertificate?: string | undefined
}

/** A provider whose mailboxes no settings open: it has no servers for other apps, or they are closed. */
export interface RefusedProvider extends Listing {
  readonly refuse: {
    /** Why, and what to do instead: sentences for the person. */
    readonly reason: string
    /** A page that says more. */
    readonly url?: string | undefined
  }
}

const text = (limit: number) =>
  z
    .string()
    .min(1, 'must not be empty')
    .max(limit, `must not be longer than ${limit} characters`)
    .refine(isPlainText, 'must not hold characters that cannot be seen, or that look like an @')

const httpsUrl = text(1000).refine(
  (value) => URL.canParse(value) && new URL(value).protocol === 'https:',
  'must be an https address',
)

// Beside the provider's own file, where a change of it is noticed.
const fileName = text(250).refine(
  (name) => !/[/\\]/.test(name) && name !== '..' && name !== '.',
  'must be the name of a file in the same folder',
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
  authentication: z.union([
    z.enum(AUTHENTICATIONS),
    z.array(z.enum(AUTHENTICATIONS)).min(1, 'must name at least one'),
  ]),
  username: text(512).optional(),
  unusualPort: z.boolean().optional(),
}

interface ServerEntry extends Omit<ServerTemplate, 'authentication'> {
  readonly authentication: Authentication | readonly Authentication[]
  /** The port is meant as it stands, though it usually goes with another kind of encryption. */
  readonly unusualPort?: boolean | undefined
}

function checkServer(server: ServerEntry, context: z.RefinementCtx): void {
  const { port, security, authentication, username, unusualPort = false } = server
  const orSay = 'correct the port, or add unusualPort: true'
  if (!unusualPort && security !== 'tls' && IMPLICIT_TLS_PORTS.includes(port)) {
    issue(context, 'port', `${port} is for implicit TLS: set security to tls, ${orSay}`)
  }
  if (!unusualPort && security === 'tls' && CLEAR_START_PORTS.includes(port)) {
    issue(context, 'port', `${port} starts in clear: set security to starttls, ${orSay}`)
  }
  if (username === undefined && [authentication].flat().some((one) => one !== 'none')) {
    issue(context, 'authentication', 'needs a username, such as %EMAILADDRESS%')
  }
}

function templates<P>(servers: readonly (ServerEntry & { readonly protocol: P })[]) {
  return servers.flatMap((server) => templatesFor(server, [server.authentication].flat()))
}

const listingShape = {
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,59}$/, 'must be lower-case letters, digits and dashes'),
  name: text(200),
  domains: z.array(domainSchema()).default([]),
  domainsFile: fileName.optional(),
  mx: z.array(mxSchema()).default([]),
  help: httpsUrl.optional(),
  sources: z
    .array(
      z.strictObject({
        url: httpsUrl,
        verified: z.iso.date('must be a date: 2026-11-23'),
        cited: z.boolean().optional(),
      }),
    )
    .default([]),
}

const providerSchema: z.ZodType<Provider> = z
  .strictObject({
    ...listingShape,
    // So that a misspelt one is told by its name.
    refuse: z.undefined('stands in files without servers only').optional(),
    addresses: z.array(addressSchema()).min(1, 'must name at least one').optional(),
    incoming: z
      .array(
        z
          .strictObject({ protocol: z.enum(INCOMING_PROTOCOLS), ...serverShape })
          .superRefine(checkServer),
      )
      .min(1, 'must name at least one server')
      .transform(templates),
    outgoing: z
      .array(
        z.strictObject({ protocol: z.literal('smtp'), ...serverShape }).superRefine(checkServer),
      )
      .min(1, 'must name at least one server')
      .transform(templates),
    calendar: z.strictObject({ url: httpsUrl }).optional(),
    contacts: z.strictObject({ url: httpsUrl }).optional(),
    autoconfig: z.boolean().default(false),
    appPassword: advice.optional(),
    oauth: advice.optional(),
    notes: z
      .array(z.strictObject({ text: text(1000), protocol: z.enum(INCOMING_PROTOCOLS).optional() }))
      .default([]),
    rootCertificate: fileName.optional(),
  })
  .superRefine(checkNames)

const refusedSchema: z.ZodType<RefusedProvider> = z
  .strictObject({
    ...listingShape,
    refuse: z.strictObject({ reason: text(1000), url: httpsUrl.optional() }),
    incoming: z.undefined('does not go with refuse').optional(),
    outgoing: z.undefined('does not go with refuse').optional(),
  })
  .superRefine(checkNames)

function checkNames(
  { domains, domainsFile, mx }: Pick<Listing, 'domains' | 'domainsFile' | 'mx'>,
  context: z.RefinementCtx,
): void {
  if (domains.length === 0 && domainsFile === undefined && mx.length === 0) {
    issue(context, 'domains', 'must name at least one domain, or mx its mail exchangers')
  }
}

function mxSchema() {
  return text(255)
    .transform((name) => name.toLowerCase().replace(/\.$/, ''))
    .refine(
      (name) => isDomainName(name.replace(/^\*\./, '')) && name.includes('.'),
      'must be a host name such as mx1.example.com, or *.example.com',
    )
}

function addressSchema() {
  return text(60)
    .refine(isNetwork, 'must be an address or a network such as 192.0.2.0/24')
    .refine((network) => !/\/0+$/.test(network), 'is everybody: name your own servers')
}

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

// The key itself: what belongs to another key is indented.
const REFUSES = /^["']?refuse["']?\s*:/m

/**
 * One provider from its YAML file: its settings, or why there are none.
 *
 * @param file its name, for errors
 * @throws MailProfileError `invalid_configuration` with file, line and column
 */
export function parseProviderFile(yaml: string, file: string): Provider | RefusedProvider {
  return REFUSES.test(yaml) ? parseYaml(yaml, file, refusedSchema) : parseProvider(yaml, file)
}

/**
 * The same where it has to be settings.
 *
 * @param file its name, for errors
 * @throws MailProfileError `invalid_configuration` with file, line and column
 */
export function parseProvider(yaml: string, file: string): Provider {
  return parseYaml(yaml, file, providerSchema)
}
