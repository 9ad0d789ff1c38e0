import type { Account } from '../account/account.js'
import type { Config } from '../config/config.js'
import type { DomainSettings } from '../providers/domain-settings.js'
import type { RenderContext } from '../formats/format.js'
import { accountQuery } from '../http/request/account-request.js'
import { organizationOf } from '../http/request/signing-policy.js'

/** What formats may know of the configured server, for one account. */
export function configuredContext(
  config: Config,
  { identity, incoming }: Account,
  found?: DomainSettings,
): RenderContext {
  const { baseUrl, branding, androidIntent, pacc, signIn } = config
  const query = () => accountQuery({ ...identity, protocol: incoming?.protocol })
  return {
    publicUrl: baseUrl === undefined ? undefined : `${baseUrl}/setup${query()}`,
    organization: organizationOf(found ?? { voucher: 'catalogue' }, branding.name),
    androidIntent,
    service: found?.provider,
    pacc: pacc.enabled ? pacc.revision : undefined,
    signInProfiles: signIn.profiles,
  }
}
