import { resolve } from 'node:path'
import type { Config } from '../config/config.js'
import { domainsKey, requireOwn, type AnsweringConfig } from '../config/tenants.js'
import type { Catalogue } from '../providers/catalogue.js'
import { readDomainList } from '../providers/domain-list.js'
import { loadCatalogue } from '../providers/load.js'
import type { Surroundings } from './surroundings.js'

/** The catalogue of each that answers on a server. */
export interface Catalogues {
  /** All providers that were read, for whatever domain: nobody answers with it. */
  readonly whole: Catalogue
  /** @param tenant by its name; the top level without one */
  readonly of: (tenant: string | undefined) => Catalogue
  /** The name of the tenant that has a domain, if one has. */
  readonly tenantWith: (domain: string) => string | undefined
}

/**
 * The catalogue that the configuration and the command line name together, for one that answers: for the
 * top level without the domains of its tenants.
 */
export async function readCatalogue(
  config: Config,
  folders: readonly string[],
  surroundings: Pick<Surroundings, 'cwd' | 'now'>,
): Promise<Catalogue> {
  return (await readCatalogues(config, folders, surroundings)).of(undefined)
}

/**
 * The same for all that answer, from files that are read once.
 *
 * @throws MailProfileError as `loadCatalogue`; `invalid_configuration` for a domain that two have
 */
export async function readCatalogues(
  config: Config,
  folders: readonly string[],
  surroundings: Pick<Surroundings, 'cwd' | 'now'>,
): Promise<Catalogues> {
  const more = folders.map((folder) => resolve(surroundings.cwd, folder))
  const { tenants, serve } = config
  const shipped = serve.catalogue || namesDomains(config) || tenants.length > 0
  const all = await loadCatalogue([...config.providers, ...more], {
    shipped,
    now: surroundings.now(),
  })
  const served = namesDomains(config) ? await domainsOf(config) : []
  const top = restrict(all, config, served).signingInAt(config.oauth)
  if (tenants.length === 0) return { whole: all, of: () => top, tenantWith: () => undefined }
  const domains = new Map<AnsweringConfig, readonly string[]>([[config, [...top.served]]])
  for (const tenant of tenants) domains.set(tenant, await domainsOf(tenant))
  requireOwn([...domains.keys()], domainsKey, (one) => domains.get(one) ?? [])
  const catalogues = new Map<string | undefined, Catalogue>()
  const owners = new Map<string, string>()
  for (const tenant of tenants) {
    const own = domains.get(tenant) ?? []
    for (const domain of own) owners.set(domain, tenant.name)
    catalogues.set(tenant.name, all.restrictedTo(own).signingInAt(tenant.oauth))
  }
  const rest = top.without(owners.keys())
  return {
    whole: all,
    of: (tenant) => catalogues.get(tenant) ?? rest,
    tenantWith: (domain) => owners.get(domain),
  }
}

/**
 * All domains that somebody who answers has named.
 *
 * @throws MailProfileError as `readDomainList`
 */
export async function domainsOf({ serve }: Pick<Config, 'serve'>): Promise<readonly string[]> {
  const { domains = [], domainsFile } = serve
  return domainsFile === undefined ? domains : [...domains, ...(await readDomainList(domainsFile))]
}

/** The folders and files that the operator's part of the catalogue is read from. */
export function catalogueFiles(
  config: Config,
  folders: readonly string[],
  surroundings: Pick<Surroundings, 'cwd' | 'now'>,
): string[] {
  return [
    ...config.providers,
    ...folders.map((folder) => resolve(surroundings.cwd, folder)),
    ...[config, ...config.tenants].flatMap(({ serve }) => serve.domainsFile ?? []),
  ]
}

function restrict(all: Catalogue, config: Config, domains: readonly string[]): Catalogue {
  if (config.serve.catalogue) return all
  // The shipped ones have been read for those who name domains.
  return namesDomains(config) ? all.restrictedTo(domains) : all.ofOperator()
}

function namesDomains({ serve: { domains, domainsFile } }: Pick<Config, 'serve'>): boolean {
  return domains !== undefined || domainsFile !== undefined
}
