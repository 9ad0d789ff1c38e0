import type { Account } from '../../account/account.js'
import { say } from '../../messages/text.js'
import type { Format, Platform, RenderContext } from '../../formats/format.js'
import { formats } from '../../formats/index.js'
import type { Device } from '../pages/visitor.js'
import type { ChoiceView, QrCodeView } from '../pages/views.js'

// A code is scanned from a screen, so a module has at least 4 pixels: in 300 up to version 12, which
// holds 367 bytes at level L (ISO/IEC 18004, table 7). To encode it here would only tell the same.
const WIDTH = 300
const DENSE_WIDTH = 600
const DENSE_BYTES = 367

const PLATFORM: Readonly<Record<Device, Platform>> = {
  iphone: 'apple',
  ipad: 'apple',
  mac: 'apple',
  android: 'android',
  other: 'any',
}

/** From where a format is downloaded: paths. */
export interface FormatLinks {
  readonly file: (format: Format) => string
  /** The picture of a format that is a QR code. */
  readonly picture: (format: Format) => string
}

export interface ChoiceOptions {
  /** The device that the page is for. */
  readonly device: Device
  /** The device that asks for it, which may be another one: it gets what is tapped. */
  readonly asking: Device
  readonly context: RenderContext
  readonly links: FormatLinks
}

/** The apps to choose from on a platform, with what each takes or why it takes nothing. */
export function choicesFor(
  platform: Platform,
  account: Account,
  options: ChoiceOptions,
): ChoiceView[] {
  return formats.flatMap((format) => {
    const { app, own, reads = 'mail', offered } = format.page ?? {}
    // A QR code is for a second screen, where `qrCodesFor` has it.
    const isChoice = format.platform === platform && format.kind !== 'qr'
    const isOffered = offered?.(account, options.context) ?? true
    return (app === undefined && own !== true) || !isChoice || !isOffered
      ? []
      : [{ id: format.id, app, reads, ...contentOf(format, account, options) }]
  })
}

function contentOf(
  format: Format,
  account: Account,
  { device, asking, context, links }: ChoiceOptions,
): Omit<ChoiceView, 'id' | 'app' | 'reads'> {
  const { withoutPassword, notFor, links: linksOf } = format.page ?? {}
  const holdsPassword = format.containsSecret(account, context)
  const support = (holdsPassword ? format : (withoutPassword ?? format)).support(account)
  if (!support.supported) return { reason: support.text }
  if (notFor?.includes(PLATFORM[asking]) === true) {
    return { reason: say('android.wrongDevice') }
  }
  if (format.kind === 'file') {
    return { href: links.file(format), fileName: format.fileName(account), holdsPassword }
  }
  // Links open apps of the device that shows the page.
  if (PLATFORM[device] !== format.platform) {
    return { reason: say('android.onPhoneOnly') }
  }
  const back = fallbackContext(format, context)
  if (holdsPassword) {
    const fetched = (linksOf?.(account, back) ?? []).map(({ what }) => what)
    return { href: links.file(format), holdsPassword, fetched }
  }
  if (withoutPassword !== undefined) return { passwordLink: withoutPassword.link(account, back) }
  return { links: linksOf?.(account, back) ?? [] }
}

// Where the app is missing, the browser comes back to the words that say so.
function fallbackContext({ id }: Format, context: RenderContext): RenderContext {
  const { publicUrl } = context
  return publicUrl === undefined ? context : { ...context, publicUrl: `${publicUrl}#no-${id}` }
}

/** The QR codes that an app scans by itself, for a second screen. */
export function qrCodesFor(
  account: Account,
  { context, links }: Omit<ChoiceOptions, 'device' | 'asking'>,
): QrCodeView[] {
  return formats
    .filter(({ kind, page }) => kind === 'qr' && page !== undefined)
    .map((format): QrCodeView => {
      const { id } = format
      const key = format.page?.title
      const title = key === undefined ? format.title : { key, values: {} }
      const support = format.support(account)
      if (!support.supported) return { id, title, reason: support.text }
      const isDense = Buffer.byteLength(format.render(account, context)) > DENSE_BYTES
      const size = isDense ? DENSE_WIDTH : WIDTH
      return {
        id,
        title,
        href: links.picture(format),
        size,
        holdsPassword: format.containsSecret(account, context),
      }
    })
}
