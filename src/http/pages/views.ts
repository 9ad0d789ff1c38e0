import type { IncomingProtocol } from '../../account/server.js'
import type { MailProfileError } from '../../errors.js'
import type { FormatLink } from '../../formats/format.js'
import type { SettingsGroup } from '../../formats/settings.js'
import type { Advice } from '../../providers/provider.js'
import type { Visitor } from './device.js'

/** Who can open the links: this machine, the same network, or anybody. */
export type Reach = 'loopback' | 'lan' | 'public'

/** What the form's template shows. */
export interface HomeView {
  /** What was typed, when the form comes back with an error. */
  readonly values?: Readonly<Record<string, string>>
  readonly error?: MailProfileError
}

/** What the page shows that asks whether found settings are the right ones. */
export interface ConfirmView {
  readonly address: string
  /** What the form sends again, with the confirmation. */
  readonly fields: readonly (readonly [name: string, value: string])[]
  /** Where the settings were found. */
  readonly source: string
  /** Whose servers would get the password, in full. */
  readonly domains: readonly string[]
  /** What each server is for, and its name. */
  readonly hosts: readonly (readonly [what: string, host: string])[]
}

/** One app to choose from. It has one of a file, links, a link that needs a password, or a reason. */
export interface ChoiceView {
  /** The format's id; `parts/formats/` may have a template of this name. */
  readonly id: string
  readonly title: string
  readonly href?: string
  readonly fileName?: string
  readonly links?: readonly FormatLink[]
  /** The page's script puts the password between them. */
  readonly passwordLink?: { readonly before: string; readonly after: string }
  /** Why there is nothing to tap. */
  readonly reason?: string
}

/** A QR code that an app scans by itself, or why there is none. */
export interface CodeView {
  readonly id: string
  readonly href?: string
  /** Width and height in CSS pixels. */
  readonly size?: number
  readonly reason?: string
}

/** What the setup page's template shows. */
export interface SetupView extends Visitor {
  readonly host: string
  readonly address: string
  readonly name?: string | undefined
  readonly accountName: string
  readonly protocol: IncomingProtocol
  readonly protocolTitle: string
  /** The same page for the provider's other protocol. */
  readonly other?: { readonly title: string; readonly href: string } | undefined
  readonly notes: readonly string[]
  /** Where the settings were found, and who gets the password, if nobody vouches for them. */
  readonly found?: { readonly source: string; readonly domains: readonly string[] } | undefined
  readonly appPassword?: Advice | undefined
  readonly helpUrl?: string | undefined
  readonly apple:
    | { readonly supported: true; readonly href: string; readonly fileName: string }
    | { readonly supported: false; readonly reason: string }
  readonly choices: readonly ChoiceView[]
  readonly codes: readonly CodeView[]
  /** Whether apps that search for settings find them for this account. */
  readonly autoconfig: boolean
  /** Whether a device asks for one password only, for both servers. */
  readonly asksOnce: boolean
  readonly verified: boolean
  readonly rootCertificate?: { readonly name: string } | undefined
  readonly installs: readonly string[]
  readonly qr: { readonly href: string; readonly pngHref: string; readonly target: string }
  readonly reach: Reach
  readonly settings: readonly SettingsGroup[]
  readonly sheetHref?: string | undefined
}
