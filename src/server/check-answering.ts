import { MailProfileError } from '../errors.js'
import type { Config } from '../config/config.js'
import { allThatAnswer, keyFor, type AnsweringConfig } from '../config/tenants.js'
import { requireTemplateFolders } from '../http/pages/template-folders.js'
import { createTemplates } from '../http/pages/templates.js'
import type { Catalogue } from '../providers/catalogue.js'
import { DEVELOPMENT } from '../signing/trust.js'
import { createTexts } from '../texts/texts.js'
import { LAYOUTS, openTemplate } from '../batch/letters/templates.js'
import { checkDelivery } from './check-delivery.js'
import { checkDirectory } from './check-directory.js'
import { ok, warning, warnings, type ConfigurationFinding } from './configuration-finding.js'
import { readApps } from './configured-apps.js'
import { readBranding } from './configured-branding.js'
import type { Catalogues } from './configured-catalogue.js'
import { readIdentity } from './configured-identity.js'
import { nameWarning, readTlsCertificate } from './configured-tls.js'
import { keyDomainWarnings, servedDomainWarnings } from './domain-warnings.js'
import type { Surroundings } from './surroundings.js'

/** A look at a part of the configuration. */
export type Look = () => ConfigurationFinding[] | Promise<ConfigurationFinding[]>

/**
 * Looks at what is of one that answers alone: for a tenant at all that is its own, and whether what it has
 * from the top level is for its host.
 *
 * @param catalogues undefined where they cannot be read
 */
export function looksAt(
  one: AnsweringConfig,
  top: Config,
  catalogues: () => Catalogues | undefined,
  surroundings: Surroundings,
): (readonly [subject: string, look: Look])[] {
  const catalogue = () => catalogues()?.of(one.name)
  const isTenant = one !== top
  const answers = isTenant || allThatAnswer(top).includes(top)
  const isUsed = (key: 'signing' | 'tls' | 'directory' | 'delivery') =>
    isTenant
      ? one[key] !== top[key]
      : answers || top.tenants.some((other) => other[key] === top[key])
  const looks: (readonly [key: string, look: Look])[] = [
    ...(isTenant ? [['', () => checkDomains(one, catalogues())] as const] : []),
    ...(isUsed('signing') ? [['signing', () => checkIdentity(one, surroundings)] as const] : []),
    ['tls', () => checkTls(one, surroundings, isTenant && one.tls === top.tls)],
    ...(one.directory !== undefined && isUsed('directory')
      ? [['directory', () => checkDirectory(one, surroundings)] as const]
      : []),
    ...(one.delivery !== undefined && isUsed('delivery')
      ? [['delivery', () => checkDelivery(one, surroundings)] as const]
      : []),
    ...(answers
      ? ([
          ['branding', () => checkBranding(one)],
          ['apps', () => checkApps(one)],
          ['api.keys', () => checkKeys(one, catalogue())],
        ] as const)
      : []),
  ]
  return looks.map(([key, look]) => [key === '' ? (one.key ?? '') : keyFor(one, key), look])
}

function checkDomains(
  one: AnsweringConfig,
  catalogues: Catalogues | undefined,
): ConfigurationFinding[] {
  const { key = '', baseUrl = '' } = one
  // Why they cannot be read has been said.
  if (catalogues === undefined) return [ok(key, baseUrl)]
  const { size } = catalogues.of(one.name).served
  return [
    ok(key, `${baseUrl}; domains that are served: ${size}`),
    ...warnings(servedDomainWarnings(catalogues, one)),
  ]
}

async function checkBranding(config: AnsweringConfig): Promise<ConfigurationFinding[]> {
  const branding = await readBranding(config)
  const { templates } = config
  requireTemplateFolders(templates)
  createTexts({ folders: templates === undefined ? [] : [templates] })
  createTemplates(templates)
  const named = config.branding.name ?? 'the host of baseUrl'
  const what = [
    branding.logo && 'a logo',
    branding.color && 'a colour',
    branding.notice && 'a notice',
    templates && 'own templates',
  ]
  const subject = keyFor(config, 'branding')
  return [
    ok(subject, [named, ...what.filter(Boolean)].join(', ')),
    ...letterTroubles(templates).map((message) => warning(subject, message)),
  ]
}

// They keep no server from its start: whoever prints letters would be told.
function letterTroubles(templates: string | undefined): string[] {
  return LAYOUTS.flatMap((layout) => {
    try {
      openTemplate(layout, templates)
      return []
    } catch (error) {
      if (!(error instanceof MailProfileError)) throw error
      return [`No letters can be printed. ${error.message}`]
    }
  })
}

async function checkApps(config: AnsweringConfig): Promise<ConfigurationFinding[]> {
  const apps = await readApps(config)
  return apps.map(({ name, platform }) => ok(keyFor(config, 'apps'), `${name}: ${platform}`))
}

async function checkIdentity(
  config: AnsweringConfig,
  surroundings: Surroundings,
): Promise<ConfigurationFinding[]> {
  const subject = keyFor(config, 'signing')
  // A start makes one, a look does not.
  if (config.signing === undefined) {
    return [warning(subject, DEVELOPMENT.sentence)]
  }
  const { identity, warnings } = await readIdentity(config, surroundings)
  const now = surroundings.now()
  return [
    ok(subject, `${identity.algorithm}, ${identity.life(now)}`),
    ...[...identity.warnings(now), ...warnings].map((message) => warning(subject, message)),
  ]
}

async function checkTls(
  config: AnsweringConfig,
  surroundings: Surroundings,
  isInherited: boolean,
): Promise<ConfigurationFinding[]> {
  const certificate = await readTlsCertificate(config, surroundings)
  if (certificate === undefined) return []
  const subject = keyFor(config, 'tls')
  const names = nameWarning(certificate, config, 'details').map((message) =>
    warning(subject, message),
  )
  if (isInherited) return names
  const now = surroundings.now()
  return [
    ok(subject, `The certificate and the key fit, ${certificate.current.life(now)}`),
    ...certificate.warnings(now).map((message) => warning(subject, message)),
    ...names,
  ]
}

function checkKeys(
  config: AnsweringConfig,
  catalogue: Catalogue | undefined,
): ConfigurationFinding[] {
  const keys = config.api.keys.map(({ name, scopes, domains }) => {
    const isFor = domains === undefined ? '' : `; only for ${domains.join(', ')}`
    return ok(keyFor(config, 'api.keys'), `${name}: ${scopes.join(', ')}${isFor}`)
  })
  const foreign = catalogue === undefined ? [] : keyDomainWarnings(catalogue, config)
  return [...keys, ...warnings(foreign)]
}
