import type { Config } from '../config/config.js'
import { MailProfileError } from '../errors.js'
import type { Catalogue } from '../providers/catalogue.js'
import { harmfulPolicy, reasonOf } from '../store/watch.js'
import type { StoreTrial } from '../invitations/store.js'
import { configurationWarnings } from './configuration-warnings.js'
import { permissionWarnings } from './permission-warnings.js'
import type { Surroundings } from './surroundings.js'
import { listeningPlace } from './listening-place.js'
import { requireOwnMetricsPort } from './own-metrics-port.js'
import { looksAt, type Look } from './check-answering.js'
import { ok, warning, warnings, type ConfigurationFinding } from './configuration-finding.js'
import { readCatalogues, type Catalogues } from './configured-catalogue.js'
import { foreignHostWarnings, servedDomainWarnings } from './domain-warnings.js'
import { allThatAnswer } from '../config/tenants.js'
import { tryConfiguredStore, type TriedStore } from './configured-store.js'
import { clockWarning, evictionWarning } from './store-warnings.js'

export interface ConfigurationCheckOptions {
  /** Reads the configuration that is to be looked at. */
  readonly read: () => Promise<Config>
  /** Where it comes from, if from no file. */
  readonly noFile?: string | undefined
  readonly providers: readonly string[]
}

const UNUSED_REPLICAS =
  'It has replicas, and store.replicas is not set: a fail-over may lose downloads that were counted, ' +
  'tries of codes and revocations. Set it to how many of them shall have each step first.'

/** All that a start looks at, without listening, and without writing anything anywhere. */
export async function checkConfiguration(
  options: ConfigurationCheckOptions,
  surroundings: Surroundings,
): Promise<ConfigurationFinding[]> {
  let config: Config | undefined
  const findings = await looked('file', async () => {
    config = await options.read()
    const at = config.missingFile === undefined ? '' : ` at ${config.missingFile}`
    const { noFile = `There is none${at}: defaults and the environment.` } = options
    return [ok('file', config.file ?? noFile)]
  })
  if (config === undefined) return findings
  const found = config
  let catalogues: Catalogues | undefined
  const [ofTop, ...ofTenants] = [found, ...found.tenants].map((one) =>
    looksAt(one, found, () => catalogues, surroundings),
  )
  const looks: readonly (readonly [subject: string, look: Look])[] = [
    ['listen', () => checkPlace(found, surroundings)],
    [
      'providers',
      async () => {
        catalogues = await readCatalogues(found, options.providers, surroundings)
        return checkCatalogue(catalogues, found)
      },
    ],
    ...(ofTop ?? []),
    ['store', () => checkStore(found, surroundings)],
    ['metrics', () => checkMetrics(found, surroundings)],
    ['permissions', () => checkPermissions(found, surroundings)],
    ...ofTenants.flat(),
  ]
  for (const [subject, look] of looks) findings.push(...(await looked(subject, look)))
  return findings
}

async function looked(subject: string, look: Look): Promise<ConfigurationFinding[]> {
  try {
    return await look()
  } catch (error) {
    if (!(error instanceof MailProfileError)) throw error
    return [{ subject, state: 'error', message: error.message, hint: error.hint }]
  }
}

function checkPlace(config: Config, surroundings: Surroundings): ConfigurationFinding[] {
  const place = listeningPlace({}, config, surroundings)
  const { host, port, baseUrl } = place
  const url = allThatAnswer(config).includes(config) ? baseUrl(port) : 'its tenants'
  return [
    ok('listen', `${host}, port ${port}; people come to ${url}`),
    ...warnings(configurationWarnings(config, place, surroundings.now())),
  ]
}

function checkCatalogue(catalogues: Catalogues, config: Config): ConfigurationFinding[] {
  const catalogue = catalogues.of(undefined)
  const foreign = warnings(foreignHostWarnings(config, catalogues))
  const providers = countedProviders(catalogues.whole)
  if (!allThatAnswer(config).includes(config)) return [ok('providers', providers), ...foreign]
  const domains = new Set(
    catalogue.entries
      .flatMap(({ provider }) => provider.domains)
      .filter((domain) => catalogue.serves(domain)),
  )
  return [
    ok('providers', `${providers}; domains that are served: ${domains.size}`),
    ...warnings(servedDomainWarnings(catalogues, config)),
    ...foreign,
  ]
}

// Those that ship are read where somebody may have named a domain of theirs.
function countedProviders({ entries, refused }: Catalogue): string {
  const all = [...entries, ...refused]
  const shipped = all.filter((one) => one.shipped).length
  const own = all.length - shipped
  if (own === 0) return shipped === 0 ? '0 providers' : `${shipped} shipped providers`
  const counted = own === 1 ? '1 own provider' : `${own} own providers`
  return shipped === 0 ? counted : `${counted}, ${shipped} shipped`
}

async function checkStore(
  config: Config,
  surroundings: Surroundings,
): Promise<ConfigurationFinding[]> {
  const tried = await tryConfiguredStore(config, surroundings)
  const { trial, warnings, notes } = tried
  try {
    const trouble = await storeTrouble(trial)
    if (trouble !== undefined) return [trouble]
    const behind = await trial.clockBehind()
    const evicts = await harmfulPolicy(trial)
    const messages = [
      ...warnings,
      ...notes,
      ...(behind === 0 ? [] : [clockWarning(behind)]),
      ...((await unusedReplicas(config, trial)) === 0 ? [] : [UNUSED_REPLICAS]),
      ...(evicts === undefined ? [] : [evictionWarning(evicts)]),
    ]
    return [
      ok('store', describeStore(config, tried)),
      ...messages.map((message) => warning('store', message)),
    ]
  } finally {
    await trial.close()
  }
}

/** A server starts with a store that it can read and not write, such as on a disk that is full. */
async function storeTrouble(store: StoreTrial): Promise<ConfigurationFinding | undefined> {
  try {
    await store.check()
    return undefined
  } catch (error) {
    const hint = 'Until it can be written, invitations answer 503 and everything else goes on.'
    return { subject: 'store', state: 'warning', message: reasonOf(error), hint }
  }
}

async function unusedReplicas(config: Config, { countReplicas }: StoreTrial): Promise<number> {
  if (countReplicas === undefined || (config.storeReplicas ?? 0) > 0) return 0
  // A user that may not ask may still use the store.
  return countReplicas().catch(() => 0)
}

function describeStore({ storeReplicas = 0 }: Config, { place, isNew }: TriedStore): string {
  if (isNew) return `It can be made by the start: ${place}`
  const replicas = storeReplicas === 0 ? '' : `, with replicas: ${storeReplicas}`
  return `It can be used: ${place}${replicas}`
}

function checkMetrics(config: Config, surroundings: Surroundings): ConfigurationFinding[] {
  const { metrics } = config
  if (metrics === undefined) return []
  requireOwnMetricsPort(config, listeningPlace({}, config, surroundings))
  return [ok('metrics', `${metrics.host}, port ${metrics.port}`)]
}

async function checkPermissions(
  config: Config,
  surroundings: Surroundings,
): Promise<ConfigurationFinding[]> {
  return warnings(await permissionWarnings(config, surroundings))
}
