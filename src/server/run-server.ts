import { once } from 'node:events'
import type { Logger } from 'pino'
import type { Config } from '../config/config.js'
import type { ServerStatus } from '../http/operations/health-routes.js'
import type { Limits } from '../http/middleware/limits.js'
import type { LoadKind } from '../http/middleware/load-kind.js'
import type { AuditEvent } from '../invitations/means.js'
import { noticingStore } from '../store/noticing-store.js'
import { StoreWatch } from '../store/watch.js'
import { configurationWarnings } from './configuration-warnings.js'
import { firstEnds, followCertificates, logCertificates } from './all-certificates.js'
import { createAnswerers } from './answerers.js'
import { catalogueFiles, readCatalogues } from './configured-catalogue.js'
import { openConfiguredStore, type OpenedStore } from './configured-store.js'
import { foreignHostWarnings, keyDomainWarnings, servedDomainWarnings } from './domain-warnings.js'
import { FollowedCatalogue } from './followed-catalogue.js'
import { FollowedDeliveries } from './followed-deliveries.js'
import { FollowedDirectories } from './followed-directories.js'
import type { ListeningPlace } from './listening-place.js'
import { LogOutput } from './log-output.js'
import type { Metrics } from './metrics.js'
import { requireOwnMetricsPort } from './own-metrics-port.js'
import { readAnswering } from './read-answering.js'
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
  /** Called with the addresses for people, once it listens. */
  readonly onListening?: (urls: readonly string[]) => Promise<void>
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
  const { opening } = await beginToOpen(config, surroundings)
  endings.push(async () => (await opening).store.close())
  const [
    { createApp },
    { listen },
    { waitOf },
    { pino },
    { createDirectory },
    followed,
    all,
    opened,
  ] = await Promise.all([
    import('../http/app.js'),
    import('./listen.js'),
    import('./request-queue.js'),
    import('pino'),
    import('../discovery/directory.js'),
    FollowedCatalogue.read({
      paths: catalogueFiles(config, providers, surroundings),
      read: () => readCatalogues(config, providers, surroundings),
    }),
    readAnswering(config, surroundings),
    opening,
  ])
  const { answering } = all
  const logger = pino({ base: null, level: config.log.level }, log)
  const { store } = opened
  const watch = new StoreWatch(store, { onChange: logStore(logger) })
  endings.push(() => {
    watch.end()
    return Promise.resolve()
  })
  // A disk that is full is no reason not to start, but to say so.
  void watch.look()
  const directories = await FollowedDirectories.open(config, surroundings, logger)
  endings.push(() => directories.close())
  const deliveries = await FollowedDeliveries.open(config, surroundings, logger)
  endings.push(() => deliveries.close())
  const metrics = await startMetrics(config, endings, logger, {
    now: surroundings.now,
    certificates: firstEnds(all),
    checkStore: () => watch.require(),
    directoriesAnswer: directories.allAnswer,
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
  const answerers = await createAnswerers(
    { createApp, createDirectory },
    all,
    {
      catalogues: () => followed.current,
      network: await surroundings.network(),
      directories,
      deliveries,
      invitations,
      limits,
      load,
      metrics,
      logger,
      now: surroundings.now,
      status: () => status,
      warnings: async () => [
        ...followed.warnings,
        ...storeWarnings(opened, await watch.look()),
        ...log.warnings,
      ],
      lan,
    },
    place,
  )
  const listener = await listen(answerers.makeApp, {
    host: place.host,
    port: place.port,
    variables: place.variables,
    basePath: answerers.basePath,
    tls: all.tls?.current.secureContext,
    tlsFor: answerers.tlsFor,
  })
  endings.push(() => listener.stop())
  const now = surroundings.now()
  const ofConfiguration = [
    ...configurationWarnings(config, place, now),
    ...foreignHostWarnings(config, followed.current),
    ...answering.flatMap(({ config: one }) => {
      const catalogue = followed.current.of(one.name)
      return [...servedDomainWarnings(followed.current, one), ...keyDomainWarnings(catalogue, one)]
    }),
  ]
  for (const { subject, message } of [
    ...ofConfiguration,
    ...(await permissionWarnings(config, surroundings)),
  ]) {
    logger.warn(`${subject}: ${message}`)
  }
  logCertificates(all, lan, now, logger)
  for (const warning of [...opened.warnings, ...opened.notes]) logger.warn(warning)
  followed.follow(surroundings, logger)
  followCertificates(all, listener, surroundings, logger)
  const url = place.baseUrl(listener.port)
  const urls = answering.map(({ config: { baseUrl } }) => baseUrl ?? url)
  await onListening?.(urls)
  const tenants = config.tenants.length === 0 ? {} : { tenants: urls }
  logger.info({ host: place.host, port: listener.port, url, ...tenants }, 'listening')
  if (!surroundings.signal.aborted) await once(surroundings.signal, 'abort')
  status = 'stopping'
  logger.info('stopping')
}

/**
 * Begins to open the store. The thread of SQLite takes 40 ms for that, in which this one can load the rest; it
 * would begin after all of that, if nobody waited for its beginning.
 */
function beginToOpen(
  config: Config,
  surroundings: Surroundings,
): Promise<{ readonly opening: Promise<OpenedStore> }> {
  return new Promise((resolve) => {
    const begun = () => resolve({ opening })
    const opening = openConfiguredStore(config, surroundings, { onBegun: begun })
    // What is in memory is there at once, and what is refused never begins.
    opening.then(begun, begun)
  })
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
