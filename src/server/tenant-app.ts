import type { RequestListener } from 'node:http'
import type { Logger } from 'pino'
import type { Network } from '../discovery/network.js'
import type { createDirectory } from '../discovery/directory.js'
import type { createApp } from '../http/app.js'
import { servingExpressMessages } from '../http/express-messages.js'
import type { Limits } from '../http/middleware/limits.js'
import type { Load } from '../http/middleware/shed-load.js'
import type { ServerStatus } from '../http/operations/health-routes.js'
import type { Invitations } from '../invitations/invitations.js'
import type { Catalogues } from './configured-catalogue.js'
import type { FollowedDeliveries } from './followed-deliveries.js'
import type { FollowedDirectories } from './followed-directories.js'
import { nameWarning } from './configured-tls.js'
import type { Metrics } from './metrics.js'
import { namingTenant, type Answering } from './read-answering.js'

/** What all that answer on a server have in common. */
export interface ServerMeans {
  /** Those of the moment. */
  readonly catalogues: () => Catalogues
  readonly network: Network
  /** Directories of people. */
  readonly directories: FollowedDirectories
  /** Ways to send invitations. */
  readonly deliveries: FollowedDeliveries
  readonly invitations: Invitations
  readonly limits: Limits | undefined
  readonly load: Load | undefined
  readonly metrics: Metrics | undefined
  readonly logger: Logger
  readonly now: () => Date
  readonly status: () => ServerStatus
  /** Trouble that is everybody's, in words. */
  readonly warnings: () => Promise<readonly string[]>
  /** Whether people come by an address of this network. */
  readonly lan: boolean
}

/** What makes apps, loaded when there is a server. */
export interface AppMakers {
  readonly createApp: typeof createApp
  readonly createDirectory: typeof createDirectory
}

/**
 * The app of one that answers, with its own of everything that tells one from another.
 *
 * @throws MailProfileError as `createApp`, for a tenant with its place in the configuration
 */
export function createTenantApp(
  { createApp, createDirectory }: AppMakers,
  { config, signing, tls, looks, apps }: Answering,
  means: ServerMeans,
  baseUrl: string,
): RequestListener {
  const { name, discovery, pacc, signIn, branding } = config
  const { now } = means
  const catalogue = () => means.catalogues().of(name)
  const limits = limitsOf(name, means.limits)
  const directory = createDirectory({
    catalogue,
    network: means.network,
    ...(discovery.enabled ? { discovery } : {}),
    // Made-up names below a domain are counted apart, so that they do not use up its own searches.
    beforeSearch:
      limits &&
      ((registered, domain) =>
        limits.domain(domain === registered ? registered : `*.${registered}`)),
    now,
  })
  try {
    return servingExpressMessages(
      createApp({
        catalogue,
        directory,
        people: means.directories.of(config),
        signFound: discovery.sign,
        pacc: pacc.enabled ? pacc.revision : undefined,
        signInProfiles: signIn.profiles,
        signingIdentity: signing.identity,
        baseUrl,
        offeredBy: branding.name,
        contact: branding.contact,
        branding: looks,
        apps,
        language: config.language,
        templates: config.templates,
        androidIntent: config.androidIntent,
        invitations: means.invitations.forTenant(name),
        delivery: means.deliveries.of(config, baseUrl),
        apiKeys: config.api.keys,
        trustProxy: config.trustProxy,
        limits,
        load: means.load,
        metrics: means.metrics,
        securityTxt: config.securityTxt,
        transportSecurity: config.hsts,
        logger: logOf(name, means.logger),
        now,
        status: means.status,
        warnings: async () => [
          ...(tls?.warnings(now()) ?? []),
          ...(means.lan ? [] : nameWarning(tls, config, 'words')),
          ...(await means.warnings()),
          ...(await means.directories.warnings(config)),
          ...means.deliveries.warnings(config),
        ],
      }),
    )
  } catch (error) {
    throw namingTenant(config, error)
  }
}

/** The path of an address for people, without a slash at the end. */
export function pathOf(baseUrl: string): string {
  return new URL(baseUrl).pathname.replace(/\/+$/, '')
}

/** A log whose lines say whose they are. */
export function logOf(tenant: string | undefined, logger: Logger): Logger {
  return tenant === undefined ? logger : logger.child({ tenant })
}

// Names of keys are each tenant's own; clients are everybody's.
function limitsOf(tenant: string | undefined, limits: Limits | undefined): Limits | undefined {
  if (tenant === undefined || limits === undefined) return limits
  return {
    client: (address) => limits.client(address),
    domain: (domain) => limits.domain(domain),
    key: (key) => limits.key(`${tenant} ${key}`),
    wrong: (address) => limits.wrong(address),
    send: (key) => limits.send?.(`${tenant} ${key}`) ?? Promise.resolve(),
  }
}
