import { domainOf } from '../../account/address.js'
import type { Inviting } from '../../batch/run/steps.js'
import { CLI_MAKER } from '../../config/cli-maker.js'
import type { Config } from '../../config/config.js'
import type { Invitations } from '../../invitations/invitations.js'
import type { Terms } from '../../invitations/terms.js'
import { invitationUrl } from '../../invitations/url.js'
import { baseUrlRequired } from '../base-url-required.js'
import type { TenantOf } from './tenants.js'

/** Makes invitations as “invite” does, for each at the tenant that has the domain. */
export function invitingWith(
  invitations: Invitations,
  {
    config,
    tenantOf,
    terms,
  }: {
    readonly config: Config
    readonly tenantOf: TenantOf
    readonly terms: Terms
  },
): Inviting {
  const own = new Map<string | undefined, Invitations>()
  const of = (tenant: string | undefined) => {
    const known = own.get(tenant) ?? invitations.forTenant(tenant)
    own.set(tenant, known)
    return known
  }
  return {
    draw: (address) => of(tenantOf(address).name).draw(terms),
    async make(drawn, person, reference) {
      const { baseUrl, name } = tenantOf(person.address)
      if (baseUrl === undefined) throw baseUrlRequired('link', domainOf(person.address), config)
      const made = await of(name).makeDrawn(drawn, person, {
        ...terms,
        reference: reference ?? terms.reference,
        maker: CLI_MAKER,
      })
      const { token, code, id, expiresAt } = made
      return {
        token,
        ...(code === undefined ? {} : { code }),
        id,
        link: invitationUrl(made, baseUrl),
        expires: expiresAt.toISOString(),
      }
    },
  }
}
