import type { FoundSettings } from '../../discovery/found-settings.js'
import type { Format } from '../../formats/format.js'
import { protocolsOf } from '../../providers/provider-account.js'
import { accountFor, accountQuery, type AccountRequest } from '../account-request.js'
import type { AppContext } from '../context.js'
import { renderContext } from '../render-context.js'
import type { SetupSubject } from './setup-view.js'

/** The account that a setup link asks for, with links under the base path that ask for it again. */
export function setupSubject(
  context: AppContext,
  wanted: AccountRequest,
  found: FoundSettings,
): Omit<SetupSubject, 'userAgent'> {
  const { basePath, baseUrl } = context
  const account = accountFor(found, wanted)
  const { protocol } = account.incoming
  const query = accountQuery({ ...wanted, protocol })
  const file = ({ id }: Format) => `${basePath}/formats/${id}${query}`
  const otherProtocol = protocolsOf(found.provider).find((offered) => offered !== protocol)
  return {
    account,
    found,
    render: renderContext(context, wanted, found.provider),
    links: { file, picture: (format) => `${file(format)}&as=png` },
    qr: {
      href: `${basePath}/setup/qr.svg${query}`,
      pngHref: `${basePath}/setup/qr.png${query}`,
      target: `${baseUrl}/setup${query}`,
    },
    other: otherProtocol && {
      title: otherProtocol.toUpperCase(),
      href: `${basePath}/setup${accountQuery({ ...wanted, protocol: otherProtocol })}`,
    },
  }
}
