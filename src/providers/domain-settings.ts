import type { RootCertificate } from '../account/account.js'
import { MailProfileError } from '../errors.js'
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
export interface DomainSettings {
  /** Nothing that a stranger wrote, unless `voucher` is `catalogue`. */
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

/** Whether nobody named the domain, so that a person is asked before the settings are used. */
export function wereFound({ trust }: Pick<DomainSettings, 'trust'>): boolean {
  return trust !== 'catalogue'
}

/**
 * Refuses settings that whoever runs a program has not agreed to.
 *
 * @param agreed the domains that they agreed to, with commas between them
 * @throws MailProfileError `confirmation_required` that names them in full
 */
export function requireConfirmation(found: DomainSettings, agreed: string | undefined): void {
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
export function isConfirmed({ confirm }: DomainSettings, agreed: string | undefined): boolean {
  const given = new Set((agreed ?? '').toLowerCase().split(','))
  return confirm.every((domain) => given.has(domain))
}
