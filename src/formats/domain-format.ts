import { domainOf, type Address } from '../account/address.js'
import { serviceOf, type MailService } from '../account/mail-service.js'
import type { Format, RenderContext, Support } from './format.js'

/** What is told about a domain, whoever in it asks. */
export interface DomainDocument {
  /** Whether there is anything to tell, or why not. */
  readonly support: (service: MailService, domain: string, address: Address) => Support
  /** Only for what is supported. */
  readonly render: (
    service: MailService,
    domain: string,
    context: RenderContext & { readonly address: Address },
  ) => string
}

/**
 * A format that tells about an account's domain: all that it offers, where that is known, else what the
 * account tells of it.
 */
export function domainFormat(
  about: Omit<
    Format,
    'platform' | 'kind' | 'signed' | 'needsPublicUrl' | 'containsSecret' | 'support' | 'render'
  >,
  { support, render }: DomainDocument,
): Format {
  return {
    ...about,
    platform: 'any',
    kind: 'file',
    signed: false,
    needsPublicUrl: false,
    containsSecret: () => false,
    support(account, context) {
      const { address } = account.identity
      return support(context?.service ?? serviceOf(account), domainOf(address), address)
    },
    render(account, context) {
      const { address } = account.identity
      const service = context.service ?? serviceOf(account)
      return render(service, domainOf(address), { ...context, address })
    },
  }
}
