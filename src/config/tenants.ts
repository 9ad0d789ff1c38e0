import { reachOf } from '../account/reach.js'
import { MailProfileError } from '../errors.js'
import type { Config, Described, TenantConfig } from './config.js'
import { finishDelivery } from './finish-delivery.js'
import { finishDirectory } from './finish-directory.js'
import { finishOAuth, finishSecurityTxt, finishSigning, finishTls } from './sections.js'

type GivenTenant = Described['tenants'][number]

/** The configuration of one that answers: of a tenant, or the top level's, which has no name. */
export type AnsweringConfig = Config & Partial<Pick<TenantConfig, 'name' | 'key'>>

/**
 * Each tenant with what it has from the top level: `signing`, `tls`, `language`, `templates`, `hsts`,
 * `securityTxt`, `directory` and `delivery` where it has none of its own. Looks, domains, keys and apps are of one organisation.
 *
 * @param top without tenants
 * @throws MailProfileError `invalid_configuration` for a tenant that is not whole, and where two want the
 *   same
 */
export function createTenants(given: readonly GivenTenant[], top: Config): readonly TenantConfig[] {
  const tenants = given.map((one, index) => Object.freeze(createTenant(one, top, index)))
  const all: readonly AnsweringConfig[] = [top, ...tenants]
  requireOwn(all, 'baseUrl', hostsOf, (host) => `the host ${host}`)
  requireOwn(all, 'domains', ({ serve }) => serve.domains ?? [])
  // Whose key it is, not which: the hash is nobody's business.
  requireOwn(all, 'api.keys', hashesOf, () => 'a key')
  requireTlsOfAll(tenants.length === 0 ? [] : all)
  return Object.freeze(tenants)
}

/** All that a server answers for: the top level where it has a `baseUrl` or is alone, and each tenant. */
export function allThatAnswer(config: Config): readonly AnsweringConfig[] {
  const { baseUrl, tenants } = config
  return baseUrl !== undefined || tenants.length === 0 ? [config, ...tenants] : tenants
}

function createTenant(given: GivenTenant, top: Config, index: number): TenantConfig {
  const key = `tenants[${index}]`
  const { signing, tls, securityTxt, oauth, directory, delivery, domains, domainsFile } = given
  const baseUrl = requireBaseUrl(given.baseUrl, key)
  if (domainsFile === undefined && (domains ?? []).length === 0) {
    throw refused(`${key}.domains`, `${key} needs domains, or a domainsFile.`, {
      hint: 'Without them it would answer nobody.',
    })
  }
  return {
    ...top,
    name: nameOf(baseUrl),
    key,
    baseUrl,
    serve: { domains, domainsFile, catalogue: false },
    branding: given.branding ?? {},
    api: { keys: given.api?.keys ?? [] },
    androidIntent: given.androidIntent,
    oauth: oauth && finishOAuth(oauth, `${key}.oauth`),
    apps: given.apps ?? [],
    signing: signing === undefined ? top.signing : finishSigning(signing, `${key}.signing`),
    tls: tls === undefined ? top.tls : finishTls(tls, `${key}.tls`),
    language: given.language ?? top.language,
    templates: given.templates ?? top.templates,
    hsts: given.hsts ?? top.hsts,
    securityTxt:
      securityTxt === undefined
        ? top.securityTxt
        : finishSecurityTxt(securityTxt, `${key}.securityTxt`),
    directory:
      directory === undefined ? top.directory : finishDirectory(directory, `${key}.directory`),
    delivery: delivery === undefined ? top.delivery : finishDelivery(delivery, `${key}.delivery`),
  }
}

function requireBaseUrl(baseUrl: string | undefined, key: string): string {
  const field = `${key}.baseUrl`
  if (baseUrl === undefined) {
    throw refused(field, `${key} needs a baseUrl, such as https://setup.example.com.`, {
      hint: 'It is where its people reach the server: by its host a tenant is known.',
    })
  }
  const url = new URL(baseUrl)
  if (url.protocol === 'https:' || reachOf(url) !== 'public') return baseUrl
  throw refused(
    field,
    `${field} must begin with https:// (http:// is for addresses in a private network).`,
  )
}

function nameOf(baseUrl: string): string {
  return new URL(baseUrl).hostname.replace(/\.$/, '')
}

function hostsOf({ baseUrl }: AnsweringConfig): readonly string[] {
  return baseUrl === undefined ? [] : [nameOf(baseUrl)]
}

function hashesOf({ api }: AnsweringConfig): readonly string[] {
  return api.keys.map(({ hash }) => hash)
}

/**
 * That what one has no other has: by it a request is told from others'.
 *
 * @param key where it stands with a tenant, for all or for each
 * @throws MailProfileError `invalid_configuration` for the first that two have
 */
export function requireOwn(
  all: readonly AnsweringConfig[],
  key: string | ((one: AnsweringConfig, value: string) => string),
  valuesOf: (one: AnsweringConfig) => readonly string[],
  describe: (value: string) => string = (value) => value,
): void {
  const owners = new Map<string, AnsweringConfig>()
  const place = (one: AnsweringConfig, value: string) =>
    keyFor(one, typeof key === 'string' ? key : key(one, value))
  for (const one of all) {
    for (const value of valuesOf(one)) {
      const owner = owners.get(value)
      if (owner !== undefined && owner !== one) {
        const field = place(one, value)
        throw refused(
          field,
          `${field} has ${describe(value)} that ${place(owner, value)} has too: it can belong to one only.`,
        )
      }
      owners.set(value, one)
    }
  }
}

/** The key in which a domain stands that one who answers has. */
export function domainsKey({ serve }: AnsweringConfig, domain: string): string {
  return serve.domains?.includes(domain) === true ? 'domains' : 'domainsFile'
}

/** Where a key of one that answers stands in the configuration: `tenants[1].tls`. */
export function keyFor({ key: tenant }: AnsweringConfig, key: string): string {
  if (tenant !== undefined) return `${tenant}.${key}`
  return /^domains(?:File)?$/.test(key) ? `serve.${key}` : key
}

// There is one listener, which speaks https or does not.
function requireTlsOfAll(all: readonly AnsweringConfig[]): void {
  const first = all.find(({ tls }) => tls !== undefined)
  const without = all.find(({ baseUrl, tls }) => baseUrl !== undefined && tls === undefined)
  if (first === undefined || without === undefined) return
  const there = keyFor(first, 'tls')
  throw refused(
    there,
    `${keyFor(without, 'tls')} is missing: ${there} has a certificate, so the server speaks https with everybody.`,
    { hint: 'The tls of the top level is for all tenants that have none.' },
  )
}

function refused(
  field: string,
  message: string,
  { hint }: { readonly hint?: string } = {},
): MailProfileError {
  return new MailProfileError('invalid_configuration', message, { field, hint })
}
