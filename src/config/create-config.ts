import type { Config } from './config.js'
import { withDefaults } from './defaults.js'
import { finishDelivery, requireBaseUrlOf } from './finish-delivery.js'
import { finishDirectory } from './finish-directory.js'
import type { RawConfig } from './schema.js'
import {
  finishOAuth,
  finishSecurityTxt,
  finishSigning,
  finishStore,
  finishTls,
} from './sections.js'
import { createTenants } from './tenants.js'

/**
 * The configuration with all defaults.
 *
 * @param file where it came from
 * @throws MailProfileError `invalid_configuration` where two keys do not go together, or one lacks the
 *   other
 */
export function createConfig(raw: RawConfig, file: string | undefined): Config {
  const {
    signing,
    tls,
    store,
    securityTxt,
    oauth,
    directory,
    delivery,
    serve,
    tenants,
    ...others
  } = withDefaults(raw)
  const namesDomains = serve.domains !== undefined || serve.domainsFile !== undefined
  const top: Config = {
    ...others,
    file,
    signing: signing && finishSigning(signing),
    serve: { ...serve, catalogue: serve.catalogue ?? !namesDomains },
    tls: tls && finishTls(tls),
    ...finishStore(store),
    oauth: oauth && finishOAuth(oauth),
    securityTxt: securityTxt && finishSecurityTxt(securityTxt),
    directory: directory && finishDirectory(directory),
    delivery: delivery && finishDelivery(delivery),
    tenants: [],
  }
  const config = { ...top, tenants: createTenants(tenants, top) }
  requireBaseUrlOf(config)
  return config
}
