import type { Request } from 'express'
import type { Catalogue } from '../../providers/catalogue.js'
import type { DomainSettings } from '../../providers/domain-settings.js'
import { domainsOfHost, hostOf } from './host.js'

/** A mail domain that is served, and its settings, which others may share. */
export interface ServedDomain {
  /** Lower-case A-labels. */
  readonly domain: string
  readonly settings: DomainSettings
}

/** The served domain that a request was sent to, if any: its Host, less the name of the service. */
export function servedDomainAt(catalogue: Catalogue, request: Request): ServedDomain | undefined {
  for (const domain of domainsOfHost(hostOf(request))) {
    const settings = catalogue.forDomain(domain)
    if (settings !== undefined) return { domain, settings }
  }
  return undefined
}
