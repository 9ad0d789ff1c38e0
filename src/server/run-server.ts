import { once } from 'node:events'
import type { Logger } from 'pino'
import { readApps } from './configured-apps.js'
import { readBranding } from './configured-branding.js'
import type { Config } from '../config/config.js'
import type { ServerStatus } from '../http/operations/health-routes.js'
import type { Limits } from '../http/middleware/limits.js'
import type { LoadKind } from '../http/middleware/load-kind.js'
import type { AuditEvent } from '../invitations/means.js'
import { noticingStore } from '../store/noticing-store.js'
import { StoreWatch } from '../store/watch.js'
import { configurationWarnings } from './configuration-warnings.js'
import { catalogueFiles, readCatalogue } from './configured-catalogue.js'
import { watchSigningCertificate, readIdentity } from './configured-identity.js'
import { openConfiguredStore } from './configured-store.js'
import { watchTlsCertificate, nameWarning, readTlsCertificate } from './configured-tls.js'
import { keyDomainWarnings, servedDomainWarnings } from './domain-warnings.js'
import { FollowedCatalogue } from './followed-catalogue.js'
import type { ListeningPlace } from './listening-place.js'
import { LogOutput } from './log-output.js'
import type { Metrics } from './metrics.js'
import { requireOwnMetricsPort } from './own-metrics-port.js'
import { permissionWarnings } from './permission-warnings.js'
import { logStore, storeWarnings } from './store-warnings.js'
import type { Surroundings } from './surroundings.js'

export interface ServerOptions {
  readonly config: Config
  readonly place: ListeningPlace
  /** Folders with more provider files, from the command line. */
  readonly providers: readonly string[]
  /** Whether it is for phones in the same network. */
  readonly lan: boolean
  /** Called with the address for people, once it listens. */
  readonly onListening?: (url: string) => Promise<void>
}

/** What has to be ended when the server stops, the last begun first. */
type Endings = (() => Promise<void>)[]

/**
 * Runs the server until the process is told to stop.
 *
 * @throws MailProfileError for whatever stops the start
 */
export async function runServer(options: ServerOptions, surroundings: Surroundings): Promise<void> {
  const endings: Endings = []
  try {
    await serve(options, surroundings, endings)
  } finally {
    // Each, whatever becomes of the others.
    for (const end of endings.reverse()) await end().catch(() => undefined)
  }
}

async function serve(
  { config, place, providers, lan, onListening }: ServerOptions,
  surroundings: Surroundings,
  endings: Endings,
): Promise<void> {
  requireOwnMetricsPort(config, place)
  const log = new LogOutput(surroundings.logOutput(), { now: surroundings.now })
  endings.push(() => log.end())
  // Beside all the rest, and closed whatever becomes of that.
  const opening = openConfiguredStore(config, surroundings)
  endings.push(async () => (await opening).store.close())
  const [
    { createApp },
    { listen },
    { waitOf },
    { pino },
    { createDirectory },
    followed,
    signing,
    tls,
    opened,
  ] = await Promise.all([
    import('../http/app.js'),
    import('./listen.js'),
    import('./request-queue.js'),
    import('pino'),
    import('../discovery/directory.js'),
    FollowedCatalogue.read({
      paths: catalogueFiles(config, providers, surroundings),
      read: () => readCatalogue(config, providers, surroundings),
    }),
    readIdentity(config, surroundings),
    readTlsCertificate(config, surroundings),
    opening,
  ])
  const { identity } = signing
  const logger = pino({ base: null, level: config.log.level }, log)
  const { store } = opened
  const watch = new StoreWatch(store, { onChange: logStore(logger) })
  endings.push(() => {
    watch.end()
    return Promise.resolve()
  })
  // A disk that is full is no reason not to start, but to say so.
  void watch.look()
  const metrics = await startMetrics(config, endings, logger, {
    now: surroundings.now,
    certificates: {
      signing: () => identity.notAfter,
      tls: tls && (() => tls.current.notAfter),
    },
    checkStore: () => watch.require(),
    lostLogLines: () => log.lost,
  })
  const limits = await startLimits(config, endings, metrics)
  const load = config.limits.enabled
    ? { waitOf, onShed: (kind: LoadKind) => metrics?.shed(kind) }
    : undefined
  const { Invitations } = await import('../invitations/invitations.js')
  const invitations = new Invitations({
    store: noticingStore(store, () => watch.doubt()),
    audit: auditTo(logger, metrics),
  })
  let status: ServerStatus = 'ready'
  const catalogue = () => followed.current
  const { discovery, pacc, branding } = config
  const looks = await readBranding(config)
  const apps = await readApps(config)
  const directory = createDirectory({
    catalogue,
    network: await surroundings.network(),
    ...(discovery.enabled ? { discovery } : {}),
    // Made-up names below a domain are counted apart, so that they do not use up its own searches.
    beforeSearch:
      limits &&
      ((registered, domain) =>
        limits.domain(domain === registered ? registered : `*.${registered}`)),
    now: surroundings.now,
  })
  const listener = await listen(
    (bound) =>
      createApp({
        catalogue,
        directory,
        signFound: discovery.sign,
        pacc: pacc.enabled ? pacc.revision : undefined,
        signingIdentity: identity,
        baseUrl: place.baseUrl(bound),
        offeredBy: branding.name,
        contact: branding.contact,
        branding: looks,
        apps,
        language: config.language,
        templates: config.templates,
        androidIntent: config.androidIntent,
        invitations,
        apiKeys: config.api.keys,
        trustProxy: config.trustProxy,
        limits,
        load,
        metrics,
        securityTxt: config.securityTxt,
        transportSecurity: config.hsts,
        logger,
        now: surroundings.now,
        status: () => status,
        warnings: async () => [
          ...(tls?.warnings(surroundings.now()) ?? []),
          ...(lan ? [] : nameWarning(tls, config, 'words')),
          ...followed.warnings,
          ...storeWarnings(opened, await watch.look()),
          ...log.warnings,
        ],
      }),
    {
      host: place.host,
      port: place.port,
      variables: place.variables,
      basePath: new URL(place.baseUrl(place.port)).pathname.replace(/\/+$/, ''),
      tls: tls?.current.secureContext,
    },
  )
  endings.push(() => listener.stop())
  const ofConfiguration = [
    ...configurationWarnings(config, place, surroundings.now()),
    ...servedDomainWarnings(followed.current, config),
    ...keyDomainWarnings(followed.current, config.api),
  ]
  for (const { subject, message } of [
    ...ofConfiguration,
    ...(await permissionWarnings(config, surroundings)),
  ]) {
    logger.warn(`${subject}: ${message}`)
  }
  const warnings = [
    identity.warnings(surroundings.now()),
    signing.warnings,
    tls?.warnings(surroundings.now()) ?? [],
    // With --lan people come by an address of this network.
    lan ? [] : nameWarning(tls, config, 'details'),
  ]
  for (const warning of [...warnings.flat(), ...opened.warnings, ...opened.notes]) {
    logger.warn(warning)
  }
  followed.follow(surroundings, logger)
  watchSigningCertificate(signing, surroundings, logger)
  watchTlsCertificate(tls, listener, surroundings, logger)
  const url = place.baseUrl(listener.port)
  await onListening?.(url)
  logger.info({ host: place.host, port: listener.port, url }, 'listening')
  if (!surroundings.signal.aborted) await once(surroundings.signal, 'abort')
  status = 'stopping'
  logger.info('stopping')
}

async function startMetrics(
  { metrics: place }: Config,
  endings: Endings,
  logger: Logger,
  options: Parameters<typeof import('./metrics.js').createMetrics>[0],
): Promise<Metrics | undefined> {
  if (place === undefined) return undefined
  const [{ createMetrics }, { listenForMetrics }] = await Promise.all([
    import('./metrics.js'),
    import('./metrics-listener.js'),
  ])
  const metrics = createMetrics(options)
  const listener = await listenForMetrics(metrics, place)
  endings.push(() => listener.stop())
  logger.info({ host: place.host, port: listener.port }, 'listening for metrics')
  return metrics
}

async function startLimits(
  { limits, store }: Config,
  endings: Endings,
  metrics: Metrics | undefined,
): Promise<Limits | undefined> {
  if (!limits.enabled) return undefined
  const { createLimits } = await import('./rate-limits.js')
  const started = await createLimits({
    limits,
    redisUrl: store !== undefined && /^rediss?:/.test(store) ? store : undefined,
    onLimited: (kind) => metrics?.limited(kind),
  })
  endings.push(() => started.close())
  return started
}

// The id, whose it is, the name of the key, the time: nothing else.
function auditTo(logger: Logger, metrics: Metrics | undefined): (event: AuditEvent) => void {
  return ({ event, id, tenant, key }) => {
    metrics?.invitation(event)
    const about = {
      ...(tenant === undefined ? {} : { tenant }),
      ...(key === undefined ? {} : { key }),
    }
    logger.info({ audit: event, id, ...about }, 'invitation')
  }
}
