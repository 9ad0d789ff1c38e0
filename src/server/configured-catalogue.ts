import { resolve } from 'node:path'
import type { Config } from '../config/config.js'
import type { Catalogue } from '../providers/catalogue.js'
import { readDomainList } from '../providers/domain-list.js'
import { loadCatalogue } from '../providers/load.js'
import type { Surroundings } from './surroundings.js'

/** The catalogue that the configuration and the command line name together. */
export async function readCatalogue(
  config: Config,
  folders: readonly string[],
  surroundings: Pick<Surroundings, 'cwd' | 'now'>,
): Promise<Catalogue> {
  const more = folders.map((folder) => resolve(surroundings.cwd, folder))
  const { domains, domainsFile, catalogue } = config.serve
  const namesDomains = domains !== undefined || domainsFile !== undefined
  const shipped = catalogue || namesDomains
  const all = await loadCatalogue([...config.providers, ...more], {
    shipped,
    now: surroundings.now(),
  })
  if (catalogue || !namesDomains) return all
  const listed = domainsFile === undefined ? [] : await readDomainList(domainsFile)
  return all.restrictedTo([...(domains ?? []), ...listed])
}

/** The folders and files that the operator's part of the catalogue is read from. */
export function catalogueFiles(
  config: Config,
  folders: readonly string[],
  surroundings: Pick<Surroundings, 'cwd' | 'now'>,
): string[] {
  const { domainsFile } = config.serve
  return [
    ...config.providers,
    ...folders.map((folder) => resolve(surroundings.cwd, folder)),
    ...(domainsFile === undefined ? [] : [domainsFile]),
  ]
}
