import { z } from 'zod'
import type { MailService } from '../account/mail-service.js'
import { INCOMING_PROTOCOLS, type IncomingProtocol } from '../account/server.js'
import { SIGN_INS, type SignIn } from '../account/sign-in.js'
import { describeIssue, firstIssue, keyPath } from '../encoding/first-issue.js'
import { parseYaml } from '../encoding/parse-yaml.js'
import { schemaMessage } from '../encoding/schema-messages.js'
import { MailProfileError } from '../errors.js'
import type { Text } from '../messages/text.js'
import type { Translated } from '../messages/translated.js'
import {
  davUrl,
  domain,
  exchanger,
  fileName,
  httpsUrl,
  network,
  ownName,
  translated,
  usernameTemplate,
} from './fields.js'
import { SERVERS, serversOf } from './servers.js'

/** A sentence for the person with a page that says more. */
export interface Advice {
  readonly text: Translated
  readonly url?: string | undefined
}

/** What a person should know, always or when they choose a protocol. */
export interface Note {
  /** A message where it is this program's own, of settings that were found. */
  readonly text: Translated | Text
  readonly protocol?: IncomingProtocol | undefined
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
  /**
   * On whose page people can sign in instead of typing a password into an app. Where the servers take
   * nothing else, it is how their accounts are set up.
   */
  readonly signIn?: SignIn | undefined
  /** Why there is nothing but OAuth, and what to do instead, where `signIn` does not say it. */
  readonly oauth?: Advice | undefined
  readonly notes: readonly Note[]
  /** A file beside the provider's with the root of a private certification authority, PEM. */
  readonly rootCertificate?: string | undefined
}

/** A provider whose mailboxes no settings open: it has no servers for other apps, or they are closed. */
export interface RefusedProvider extends Listing {
  readonly refuse: {
    /** Why, and what to do instead: sentences for the person. */
    readonly reason: Translated
    /** A page that says more. */
    readonly url?: string | undefined
  }
}

const dav = z.strictObject(
  { url: davUrl, username: usernameTemplate.optional() },
  'must be a section with url and, if you like, username',
)
const advice = z.strictObject(
  { text: translated(1000), url: httpsUrl.optional() },
  'must be a section with text and, if you like, url',
)
const DOMAINS = 'must be a list of domains, such as [example.com]'

const listingShape = {
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,59}$/, 'must be lower-case letters, digits and dashes'),
  name: ownName,
  domains: z.array(domain, DOMAINS).default([]),
  domainsFile: fileName.optional(),
  mx: z.array(exchanger, 'must be a list of host names, such as [mx1.example.com]').default([]),
  help: httpsUrl.optional(),
  sources: z
    .array(
      z.strictObject({
        url: httpsUrl,
        verified: z.iso.date('must be a date: 2026-11-23'),
        cited: z.boolean().optional(),
      }),
      'must be a list, each with url and verified',
    )
    .default([]),
}

const providerSchema: z.ZodType<Provider> = z
  .strictObject({
    ...listingShape,
    // So that a misspelt one is told by its name.
    refuse: z.undefined('stands in files without servers only').optional(),
    addresses: z
      .array(network, 'must be a list of addresses and networks, such as [192.0.2.0/24]')
      .min(1)
      .optional(),
    incoming: serversOf(z.enum(INCOMING_PROTOCOLS)).default([]),
    outgoing: serversOf(z.literal('smtp')).default([]),
    calendar: dav.optional(),
    contacts: dav.optional(),
    autoconfig: z.boolean().default(false),
    appPassword: advice.optional(),
    signIn: z.enum(SIGN_INS).optional(),
    oauth: advice.optional(),
    notes: z
      .array(
        z.strictObject({ text: translated(1000), protocol: z.enum(INCOMING_PROTOCOLS).optional() }),
        'must be a list, each with text and, if you like, protocol',
      )
      .default([]),
    rootCertificate: fileName.optional(),
  })
  .superRefine(checkNames)
  .superRefine(checkServers)

const refusedSchema: z.ZodType<RefusedProvider> = z
  .strictObject({
    ...listingShape,
    refuse: z.strictObject({ reason: translated(1000), url: httpsUrl.optional() }),
    incoming: z.undefined('does not go with refuse').optional(),
    outgoing: z.undefined('does not go with refuse').optional(),
  })
  .superRefine(checkNames)

function checkNames(
  { domains, domainsFile, mx }: Pick<Listing, 'domains' | 'domainsFile' | 'mx'>,
  context: z.RefinementCtx,
): void {
  if (domains.length === 0 && domainsFile === undefined && mx.length === 0) {
    context.addIssue({
      code: 'custom',
      path: ['domains'],
      message: 'must name at least one domain, or mx its mail exchangers',
    })
  }
}

// Mail both ways, or calendars or contacts alone.
function checkServers(
  { incoming, outgoing, calendar, contacts }: MailService,
  context: z.RefinementCtx,
): void {
  const isMail = incoming.length > 0 || outgoing.length > 0
  if (!isMail && (calendar !== undefined || contacts !== undefined)) return
  for (const [key, servers] of Object.entries({ incoming, outgoing })) {
    if (servers.length > 0) continue
    context.addIssue({ code: 'custom', path: [key], message: SERVERS })
  }
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

/**
 * The same of an object that a program has, with the keys of a file.
 *
 * @param place what it is called in errors
 * @throws MailProfileError `invalid_configuration` that names place and key, never a value
 */
export function parseProviderObject(object: unknown, place: string): Provider | RefusedProvider {
  const refuses = typeof object === 'object' && object !== null && 'refuse' in object
  const schema: z.ZodType<Provider | RefusedProvider> = refuses ? refusedSchema : providerSchema
  const result = schema.safeParse(object, { error: schemaMessage })
  if (!result.success) {
    const issue = firstIssue(result.error.issues)
    const unknown = issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : []
    throw wrongObject(
      place,
      [...(issue?.path ?? []), ...unknown],
      unknown.length > 0 ? 'is not a known key' : describeIssue(issue, object),
    )
  }
  for (const key of FILE_KEYS) {
    if (key in result.data)
      throw wrongObject(place, [key], 'stands in files only, which lie beside it')
  }
  return result.data
}

const FILE_KEYS = ['domainsFile', 'rootCertificate'] as const

function wrongObject(place: string, path: readonly PropertyKey[], what: string): MailProfileError {
  const name = keyPath(path)
  return new MailProfileError(
    'invalid_configuration',
    `${place}: ${name === '' ? 'the provider' : name} ${what}.`,
    { field: name === '' ? place : `${place}.${name}` },
  )
}
