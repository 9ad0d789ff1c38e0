import type { DomainSettings } from '../../providers/domain-settings.js'
import type { Format } from '../../formats/format.js'
import { protocolsOf, providerAccount } from '../../providers/provider-account.js'
import { accountQuery, type AccountRequest } from '../request/account-request.js'
import { renderContext, type RenderingServer } from '../request/render-context.js'
import type { Tag } from '../../texts/languages.js'
import type { SetupSubject } from './view.js'

export interface SetupPlace extends RenderingServer {
  /** The path of `baseUrl`, without a trailing slash: usually empty. */
  readonly basePath: string
}

/**
 * The account that a setup link asks for, with links under the base path that ask for it again.
 *
 * @param options.confirmed what says that the visitor agreed; for what this visitor downloads, not for the
 *   page's own address, under which somebody else is asked again
 * @param options.language of what is downloaded: another program may fetch it, which speaks another
 */
export function setupSubject(
  server: SetupPlace,
  wanted: AccountRequest,
  settings: DomainSettings,
  {
    confirmed,
    language,
  }: { readonly confirmed?: string | undefined; readonly language?: Tag | undefined } = {},
): Omit<SetupSubject, 'userAgent'> {
  const { basePath, baseUrl } = server
  const account = providerAccount(settings, wanted.address, wanted)
  const protocol = account.incoming?.protocol
  const query = accountQuery({ ...wanted, protocol })
  const fileQuery = accountQuery({ ...wanted, protocol }, { confirmed, language })
  const file = ({ id }: Format) => `${basePath}/formats/${id}${fileQuery}`
  const otherProtocol = protocolsOf(settings.provider).find((offered) => offered !== protocol)
  return {
    account,
    settings,
    render: renderContext(server, wanted, settings, language),
    links: { file, picture: (format) => `${file(format)}&as=png` },
    qr: {
      href: `${basePath}/setup/qr.svg${query}`,
      pngHref: `${basePath}/setup/qr.png${query}`,
      target: `${baseUrl}/setup${query}`,
    },
    other: otherProtocol && {
      protocol: otherProtocol,
      title: otherProtocol.toUpperCase(),
      href: `${basePath}/setup${accountQuery({ ...wanted, protocol: otherProtocol })}`,
    },
    byPassword: wanted.byPassword === true,
    otherWay: `${basePath}/setup${accountQuery({ ...wanted, protocol, byPassword: wanted.byPassword !== true })}`,
    pageFor: (device) => `${basePath}/setup${query}&device=${device}`,
  }
}
