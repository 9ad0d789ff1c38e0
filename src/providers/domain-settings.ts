import type { RootCertificate } from '../account/account.js'
import { MailProfileError } from '../errors.js'
import type { CatalogueEntry } from './catalogue.js'
import type { Provider } from './provider.js'

/**
 * How far settings can be trusted, best first: those of the operator or the catalogue; what the
 * domain itself publishes over https; Mozilla's database; what the DNS leads to (MX, then SRV);
 * what came without encryption.
 */
export type Trust = 'catalogue' | 'https-own-domain' | 'ispdb' | 'mx' | 'srv' | 'http'

/**
 * Who says that the servers are the right ones: the operator or the catalogue, by their names or
 * addresses; a domain, over https, of servers of its own; or nobody.
 */
export type Voucher = 'catalogue' | 'domain' | 'nobody'

/** The settings of a domain and where they come from. */
export interface FoundSettings {
  /** Nothing that a stranger wrote, unless `voucher` is `catalogue`: see `usable-provider.ts`. */
  readonly provider: Provider
  readonly rootCertificate?: RootCertificate
  readonly trust: Trust
  readonly voucher: Voucher
  /** Where they were found: a file, an address, DNS records. */
  readonly source: string
  /**
   * The registrable domains to which the password would go, where whoever runs a program has to agree
   * to that first; empty where they need not. A page asks for all that `wereFound`.
   */
  readonly confirm: readonly string[]
}

/** Settings that the operator or the catalogue vouches for. */
export function configured({ provider, rootCertificate, file }: CatalogueEntry): FoundSettings {
  return {
    provider,
    ...(rootCertificate === undefined ? {} : { rootCertificate }),
    trust: 'catalogue',
    voucher: 'catalogue',
    source: file,
    confirm: [],
  }
}

/** Whether nobody named the domain, so that a person is asked before the settings are used. */
export function wereFound({ trust }: Pick<FoundSettings, 'trust'>): boolean {
  return trust !== 'catalogue'
}

/**
 * Refuses settings that whoever runs a program has not agreed to.
 *
 * @param agreed the domains that they agreed to, with commas between them
 * @throws MailProfileError `confirmation_required` that names them in full
 */
export function requireConfirmation(found: FoundSettings, agreed: string | undefined): void {
  if (isConfirmed(found, agreed)) return
  const domains = found.confirm.join(' and ')
  throw new MailProfileError(
    'confirmation_required',
    `These settings were found at ${found.source}. The password would go to ${domains}.`,
    {
      hint:
        `If that is who runs your mail, say so: --confirm ${found.confirm.join(',')} on the command ` +
        `line, confirm=${found.confirm.join(',')} for the HTTP interface.`,
      field: 'confirm',
    },
  )
}

/** Whether nobody has to agree, or they agreed to all domains that get the password. */
export function isConfirmed({ confirm }: FoundSettings, agreed: string | undefined): boolean {
  const given = new Set((agreed ?? '').toLowerCase().split(','))
  return confirm.every((domain) => given.has(domain))
}
