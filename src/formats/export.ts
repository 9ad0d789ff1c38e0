import { hasPassword, type Account } from '../account/account.js'
import { isPrintable } from '../account/text.js'
import { parseWebAddress } from '../account/web-url.js'
import { MailProfileError } from '../errors.js'
import { appleProfile, renderProfile } from './apple-profile/apple-profile.js'
import type { Format, RenderContext } from './format.js'
import { getFormat } from './index.js'
import { requireSupport } from './support.js'

/** Whatever signs: `SigningIdentity` does. */
export interface Signer {
  /** CMS SignedData around the content; the time of the signature is the present where none is given. */
  sign(content: Uint8Array, options?: { readonly signingTime?: Date }): Promise<Uint8Array>
}

/** What an export depends on besides the account. */
export interface ExportContext extends RenderContext {
  /** Signs the formats that are signed. */
  readonly signingIdentity?: Signer | undefined
  /** True to get such a format without a signature. */
  readonly unsigned?: boolean
  /** The time of the signature; the present when absent. */
  readonly now?: Date
  /**
   * True to get a link that needs a password, of an account that has none, complete but for its
   * parameter `p`. Without it such a link is refused.
   */
  readonly withoutPassword?: boolean
}

/** A rendering, with what a download needs to be told. */
export interface Exported {
  readonly mediaType: string
  readonly fileName: string
  readonly body: Uint8Array
}

/**
 * Renders an account in a format, given itself or by its id, and signs it where the format is signed.
 *
 * @throws MailProfileError `unknown_format`; `oauth_only` or `unsupported_account` with the reason
 *   when the format cannot carry the account; `signing_identity_required`; `base_url_required`;
 *   `invalid_configuration` for a `publicUrl` or `organization` that cannot be one
 *
 * @example
 * ```ts
 * import { exportFormat, loadCatalogue, loadSigningIdentity } from 'mailprofile'
 *
 * const catalogue = await loadCatalogue()
 * const account = catalogue.account('ann@btinternet.com')
 * const signingIdentity = await loadSigningIdentity({
 *   certificate: 'fullchain.pem',
 *   key: 'privkey.pem',
 * })
 * const profile = await exportFormat('apple-profile', account, { signingIdentity })
 * console.log(profile.mediaType) // application/x-apple-aspen-config
 * const sheet = await exportFormat('settings-sheet', account, { language: 'de' })
 * console.log(sheet.mediaType) // text/plain; charset=utf-8
 * ```
 */
export async function exportFormat(
  of: Format | string,
  account: Account,
  context: ExportContext = {},
): Promise<Exported> {
  requireContext(context)
  const format = typeof of === 'string' ? getFormat(of) : of
  const partly =
    context.withoutPassword === true && !hasPassword(account)
      ? format.page?.withoutPassword
      : undefined
  requireSupport((partly ?? format).support(account, context))
  if (format.needsPublicUrl && context.publicUrl === undefined) {
    throw new MailProfileError(
      'base_url_required',
      `The format ${format.id} links back to a setup page, so it needs the server's address.`,
      { hint: 'Give publicUrl, or set baseUrl in the configuration.' },
    )
  }
  return finish(format, format.fileName(account), context, () => format.render(account, context))
}

/**
 * One Apple profile with several accounts, signed.
 *
 * @throws MailProfileError as `exportFormat`, and `invalid_account` for a mailbox that is there twice
 *
 * @example
 * ```ts
 * import { createDevelopmentIdentity, exportProfile, loadCatalogue } from 'mailprofile'
 *
 * const catalogue = await loadCatalogue()
 * const accounts = ['ann@btinternet.com', 'ann@gmx.de'].map((one) => catalogue.account(one))
 * const signingIdentity = await createDevelopmentIdentity()
 * const { fileName } = await exportProfile(accounts, { signingIdentity })
 * console.log(fileName) // mail-accounts.mobileconfig
 * ```
 */
export async function exportProfile(
  accounts: readonly Account[],
  context: ExportContext = {},
): Promise<Exported> {
  requireContext(context)
  for (const account of accounts) requireSupport(appleProfile.support(account))
  const [only] = accounts
  const fileName =
    accounts.length === 1 && only !== undefined
      ? appleProfile.fileName(only)
      : 'mail-accounts.mobileconfig'
  return finish(appleProfile, fileName, context, () => renderProfile(accounts, context))
}

// It goes into links and profiles as it is.
function requireContext({ publicUrl, organization }: ExportContext): void {
  if (publicUrl !== undefined) parseWebAddress(publicUrl, 'publicUrl')
  if (organization !== undefined && !isPrintable(organization)) {
    throw new MailProfileError(
      'invalid_configuration',
      'organization has a line break or another character that cannot be shown.',
      { field: 'organization' },
    )
  }
}

async function finish(
  format: Format,
  fileName: string,
  context: ExportContext,
  render: () => string,
): Promise<Exported> {
  const { signingIdentity, now, unsigned = false } = context
  if (format.signed && !unsigned && signingIdentity === undefined) {
    throw new MailProfileError(
      'signing_identity_required',
      `The format ${format.id} is signed, so it needs a certificate and its key.`,
      { hint: 'Give signingIdentity, or ask for it unsigned.' },
    )
  }
  const content = Buffer.from(render(), 'utf8')
  const body =
    format.signed && !unsigned && signingIdentity !== undefined
      ? await signingIdentity.sign(content, now === undefined ? {} : { signingTime: now })
      : content
  return { mediaType: format.mediaType, fileName, body }
}
