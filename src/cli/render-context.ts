import type { Account } from '../account/account.js'
import type { Config } from '../config/config.js'
import { queryString } from '../encoding/uri.js'
import type { RenderContext } from '../formats/format.js'

/** What formats may know of the configured server, for one account. */
export function renderContext(config: Config, { identity, incoming }: Account): RenderContext {
  const { baseUrl, branding, androidIntent } = config
  const query = queryString([
    ['address', identity.address],
    ['name', identity.name],
    ['protocol', incoming.protocol],
  ])
  return {
    ...(baseUrl === undefined ? {} : { publicUrl: `${baseUrl}/setup${query}` }),
    ...(branding.name === undefined ? {} : { organization: branding.name }),
    androidIntent,
  }
}
