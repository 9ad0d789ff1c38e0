import { createTemplates } from '../http/pages/templates.js'
import { createTexts } from '../texts/texts.js'
import { readApps } from './configured-apps.js'
import { readBranding } from './configured-branding.js'
import type { Config } from '../config/config.js'
import { MailProfileError } from '../errors.js'
import type { Catalogue } from '../providers/catalogue.js'
import { DEVELOPMENT } from '../signing/trust.js'
import { harmfulPolicy, reasonOf } from '../store/watch.js'
import type { StoreTrial } from '../invitations/store.js'
import { configurationWarnings } from './configuration-warnings.js'
import { permissionWarnings } from './permission-warnings.js'
import type { Surroundings } from './surroundings.js'
import { listeningPlace } from './listening-place.js'
import { requireOwnMetricsPort } from './own-metrics-port.js'
import { readCatalogue } from './configured-catalogue.js'
import { keyDomainWarnings, servedDomainWarnings } from './domain-warnings.js'
import { readIdentity } from './configured-identity.js'
import { tryConfiguredStore, type TriedStore } from './configured-store.js'
import { clockWarning, evictionWarning } from './store-warnings.js'
import { nameWarning, readTlsCertificate } from './configured-tls.js'

/** What one look at a part of the configuration came to. */
export interface ConfigurationFinding {
  /** The part: a key of the configuration, or `file`. */
  readonly subject: string
  readonly state: 'ok' | 'warning' | 'error'
  /** In sentences; never a secret. */
  readonly message: string
  readonly hint?: string | undefined
}

export interface ConfigurationCheckOptions {
  /** Reads the configuration that is to be looked at. */
  readonly read: () => Promise<Config>
  /** Where it comes from, if from no file. */
  readonly noFile?: string | undefined
  readonly providers: readonly string[]
}

type Look = () => ConfigurationFinding[] | Promise<ConfigurationFinding[]>

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
    const { noFile = 'There is none: defaults and the environment.' } = options
    return [ok('file', config.file ?? noFile)]
  })
  if (config === undefined) return findings
  const found = config
  let catalogue: Catalogue | undefined
  const looks: readonly (readonly [subject: string, look: Look])[] = [
    ['listen', () => checkPlace(found, surroundings)],
    [
      'providers',
      async () => {
        catalogue = await readCatalogue(found, options.providers, surroundings)
        return checkCatalogue(catalogue, found)
      },
    ],
    ['signing', () => checkIdentity(found, surroundings)],
    ['tls', () => checkTls(found, surroundings)],
    ['branding', () => checkBranding(found)],
    ['apps', () => checkApps(found)],
    ['store', () => checkStore(found, surroundings)],
    ['api.keys', () => checkKeys(found, catalogue)],
    ['metrics', () => checkMetrics(found, surroundings)],
    ['permissions', () => checkPermissions(found, surroundings)],
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
  return [
    ok('listen', `${host}, port ${port}; people come to ${baseUrl(port)}`),
    ...configurationWarnings(config, place, surroundings.now()).map(({ subject, message }) =>
      warning(subject, message),
    ),
  ]
}

async function checkBranding(config: Config): Promise<ConfigurationFinding[]> {
  const branding = await readBranding(config)
  const { templates } = config
  createTexts({ folders: templates === undefined ? [] : [templates] })
  createTemplates(templates)
  const named = config.branding.name ?? 'the host of baseUrl'
  const what = [
    branding.logo && 'a logo',
    branding.color && 'a colour',
    branding.notice && 'a notice',
    templates && 'own templates',
  ]
  return [ok('branding', [named, ...what.filter(Boolean)].join(', '))]
}

async function checkApps(config: Config): Promise<ConfigurationFinding[]> {
  const apps = await readApps(config)
  return apps.map(({ name, platform }) => ok('apps', `${name}: ${platform}`))
}

function checkCatalogue(catalogue: Catalogue, config: Config): ConfigurationFinding[] {
  const domains = new Set(
    catalogue.entries
      .flatMap(({ provider }) => provider.domains)
      .filter((domain) => catalogue.serves(domain)),
  )
  return [
    ok(
      'providers',
      `${catalogue.entries.length} providers; domains that are served: ${domains.size}`,
    ),
    ...servedDomainWarnings(catalogue, config).map(({ subject, message }) =>
      warning(subject, message),
    ),
  ]
}

async function checkIdentity(
  config: Config,
  surroundings: Surroundings,
): Promise<ConfigurationFinding[]> {
  // A start makes one, a look does not.
  if (config.signing === undefined) {
    return [warning('signing', DEVELOPMENT.sentence)]
  }
  const { identity, warnings } = await readIdentity(config, surroundings)
  const now = surroundings.now()
  return [
    ok('signing', `${identity.algorithm}, ${identity.life(now)}`),
    ...[...identity.warnings(now), ...warnings].map((message) => warning('signing', message)),
  ]
}

async function checkTls(
  config: Config,
  surroundings: Surroundings,
): Promise<ConfigurationFinding[]> {
  const certificate = await readTlsCertificate(config, surroundings)
  if (certificate === undefined) return []
  const now = surroundings.now()
  return [
    ok('tls', `The certificate and the key fit, ${certificate.current.life(now)}`),
    ...[...certificate.warnings(now), ...nameWarning(certificate, config, 'details')].map(
      (message) => warning('tls', message),
    ),
  ]
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

// Without user name and password.
function describeStore({ storeReplicas = 0 }: Config, { location, isNew }: TriedStore): string {
  if (isNew) return `It can be made by the start: ${location}`
  if (!/^rediss?:/.test(location)) return `It can be used: ${location}`
  const { protocol, host, pathname } = new URL(location)
  const replicas = storeReplicas === 0 ? '' : `, with replicas: ${storeReplicas}`
  return `It can be used: ${protocol}//${host}${pathname}${replicas}`
}

function checkKeys({ api }: Config, catalogue: Catalogue | undefined): ConfigurationFinding[] {
  const keys = api.keys.map(({ name, scopes, domains }) => {
    const isFor = domains === undefined ? '' : `; only for ${domains.join(', ')}`
    return ok('api.keys', `${name}: ${scopes.join(', ')}${isFor}`)
  })
  const foreign = catalogue === undefined ? [] : keyDomainWarnings(catalogue, api)
  return [...keys, ...foreign.map(({ subject, message }) => warning(subject, message))]
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
  const warnings = await permissionWarnings(config, surroundings)
  return warnings.map(({ subject, message }) => warning(subject, message))
}

function ok(subject: string, message: string): ConfigurationFinding {
  return { subject, state: 'ok', message }
}

function warning(subject: string, message: string): ConfigurationFinding {
  return { subject, state: 'warning', message }
}
