import type { Reach } from '../../account/reach.js'
import type { IncomingProtocol } from '../../account/server.js'
import type { MailProfileError } from '../../errors.js'
import type { FormatLink } from '../../formats/format.js'
import type { SettingsGroup } from '../../formats/settings.js'
import type { Advice } from '../../providers/provider.js'
import type { Text } from '../../messages/text.js'
import type { Translated } from '../../messages/translated.js'
import type { CollectionsView } from './collections-view.js'
import type { EndState } from '../../invitations/record.js'
import type { Device, Visitor } from './visitor.js'

/** Whom people call: words, and a link where they are one. */
export interface ContactView {
  readonly text: string
  /** `tel:`, `mailto:` or `https:`. */
  readonly href?: string | undefined
}

/** What the form's template shows. */
export interface HomeView {
  /** What was typed, when the form comes back with an error. */
  readonly values?: Readonly<Record<string, string>>
  readonly error?: MailProfileError
  /** What was searched for among the providers' names, and the names that were found. */
  readonly provider?: string | undefined
  readonly found?: readonly string[] | undefined
  /** The address that was probably meant, and what its setup page is asked for with. */
  readonly suggested?: { readonly address: string; readonly query: string } | undefined
}

/** What the page shows that asks whether found settings are the right ones. */
export interface ConfirmView {
  /** With its domain as people write it. */
  readonly shownAddress: string
  /** What the form sends again, with the confirmation. */
  readonly fields: readonly (readonly [name: string, value: string])[]
  /** What there is instead of mail, and nothing where there is mail. */
  readonly collections?: CollectionsView | undefined
  /** Where the settings were found. */
  readonly source: string
  /** Whether the operator or the catalogue vouches for them. */
  readonly isVouched: boolean
  /** Whose servers would get the password, in full. */
  readonly domains: readonly string[]
  /** What servers are for, and their names. */
  readonly hosts: readonly (readonly [
    what: 'incoming' | 'outgoing' | 'calendar' | 'contacts',
    hosts: readonly string[],
  ])[]
}

/**
 * One app to choose from. It has one of a file, links, a link that needs a password, a link that holds
 * one, or a reason.
 */
export interface ChoiceView {
  /** The format's id; `parts/formats/` may have a template of this name. */
  readonly id: string
  /** The app's name; without one it is the operator's own. */
  readonly app?: string | undefined
  /** What it reads: an app for calendars alone is no mail app. */
  readonly reads: 'mail' | 'calendars'
  readonly href?: string
  readonly fileName?: string
  /** Whether what `href` leads to holds a password: each time that it is fetched is counted. */
  readonly holdsPassword?: boolean
  /** What each line of `href` sets up, for links that are fetched at the moment of the tap. */
  readonly fetched?: readonly Text[]
  readonly links?: readonly FormatLink[]
  /** The page's script puts the password between them. */
  readonly passwordLink?: { readonly before: string; readonly after: string }
  /** Why there is nothing to tap. */
  readonly reason?: Text
}

/** A QR code that an app scans by itself, or why there is none. */
export interface QrCodeView {
  /** The format's id; `parts/formats/` may have a template of this name. */
  readonly id: string
  readonly title: Text | Translated
  readonly href?: string
  /** Width and height in CSS pixels. */
  readonly size?: number
  /** Whether it holds a password: each time that it is fetched is counted. */
  readonly holdsPassword?: boolean
  readonly reason?: Text
}

/** What a device says about who signed the profile. */
export type SignerView =
  | { readonly verified: true }
  | {
      readonly verified: false
      readonly because: Text
      /** Whether devices to which an organisation gave its own root say “Verified” after all. */
      readonly hedged: boolean
      readonly development: boolean
    }

/** A profile that can be downloaded. */
export interface ProfileView {
  readonly signed: boolean
  readonly href: string
  readonly fileName: string
  readonly holdsPassword: boolean
}

/** How people sign in on a page of their provider, with what lists of providers call it. */
export interface SignInView<T = ProfileView> {
  /** Whose page it is. */
  readonly holder: string
  readonly label: string
  readonly mac: string
  /** Absent where Gmail does not list it. */
  readonly gmail?: string | undefined
  readonly samsung: string
  /** For iPhone and iPad, where there is one. */
  readonly profile?: T | undefined
  /** Whether it stands before the way by hand. */
  readonly leadsByProfile: boolean
  /** Whether an administrator of theirs can ask for a passcode and erase the device ([MS-ASPROV]). */
  readonly mayErase: boolean
  /** The same page for those who would rather use a password, where one gets in. */
  readonly passwordHref?: string | undefined
}

/** What the setup page's template shows. */
export interface SetupView extends Visitor {
  readonly host: string
  /** As programs take it: with A-labels. */
  readonly address: string
  /** With its domain as people write it. */
  readonly shownAddress: string
  readonly name?: string | undefined
  readonly accountName: string
  /** Absent where there is no mail. */
  readonly protocol?: IncomingProtocol | undefined
  readonly protocolTitle: string
  /** What there is instead of mail, and nothing where there is mail. */
  readonly collections?: CollectionsView | undefined
  /** The same page for the provider's other protocol. */
  readonly other?:
    | { readonly protocol: IncomingProtocol; readonly title: string; readonly href: string }
    | undefined
  readonly notes: readonly (Text | Translated)[]
  /** For settings that were found: where, who gets the password, and whether the operator vouches for them. */
  readonly found?:
    | { readonly source: string; readonly hosts: readonly string[]; readonly isVouched: boolean }
    | undefined
  readonly appPassword?: Advice | undefined
  readonly helpUrl?: string | undefined
  /** Where people sign in on a page of their provider: a page of its own. */
  readonly signIn?: SignInView | undefined
  /** That page, where this one is for those who use a password. */
  readonly signInInstead?: { readonly holder: string; readonly href: string } | undefined
  readonly apple:
    | ({ readonly supported: true } & ProfileView)
    | { readonly supported: false; readonly reason: Text }
  /** The apps of an Android phone: none on another device. */
  readonly choices: readonly ChoiceView[]
  /** What apps scan from a computer's screen: none on another device. */
  readonly qrCodes: readonly QrCodeView[]
  /** Whether apps that search for settings find them for this account. */
  readonly autoconfig: boolean
  /** Whether a device asks for one password only, for both servers. */
  readonly asksOnce: boolean
  readonly signer: SignerView
  /** The names of the root certificates that the profile brings. */
  readonly roots: readonly string[]
  readonly installs: readonly InstalledView[]
  /** The same page as other devices get it. */
  readonly devices: readonly { readonly device: Device; readonly href: string }[]
  /**
   * The QR code of the page: two pictures, what it leads to, and an SVG path for paper, but not for Android,
   * from where hardly anybody prints: the picture is loaded then.
   */
  readonly qr: {
    readonly href: string
    readonly pngHref: string
    readonly target: string
    /** Whether a code of it can be read on paper. */
    readonly fits: boolean
    readonly printed?: { readonly size: number; readonly path: string } | undefined
  }
  /** Who can open the links. */
  readonly reach: Reach
  /** What to type for a server that phones can open, where this one is for its own computer. */
  readonly serveLan: string
  readonly settings: readonly SettingsGroup[]
  readonly sheetHref?: string | undefined
  /** Whether all passwords that the account needs are in the files and codes. */
  readonly nothingToType: boolean
  /** On the page of an invitation: how long and how often it can be used. */
  readonly offer?: OfferView | undefined
}

/** One thing that the profile puts on a device. */
export type InstalledView =
  | { readonly what: 'mail'; readonly account: string; readonly protocol: string }
  | { readonly what: 'calendar' | 'contacts' }
  | { readonly what: 'root'; readonly name: string }

/** How long and how often an invitation can still be used. */
export interface OfferView {
  readonly used: number
  readonly downloads: number
  /** When it ends if nothing else happens; times are Unix milliseconds. */
  readonly ends: number
  /** Minutes that it stays open after the first download. */
  readonly window: number
  /** When the first download was, if there was one. */
  readonly opened?: number | undefined
  /** How long it stays open from now on, in minutes that have begun. */
  readonly minutesLeft: number
}

/** What the first page of an invitation shows. */
export interface InvitationView {
  readonly host: string
  /** With its domain as people write it; absent while a passcode is wanted. */
  readonly shownAddress?: string | undefined
  /** What it sets up instead of mail; absent where it is mail, and while a passcode is wanted. */
  readonly collections?: CollectionsView | undefined
  readonly offer: OfferView
  /** There while a passcode is wanted. */
  readonly passcode?:
    | {
        readonly triesLeft: number
        /** What is wrong with the passcode that was typed. */
        readonly problem?: PasscodeProblem | undefined
      }
    | undefined
}

export interface PasscodeProblem {
  readonly message: Text
  readonly hint: Text
}

/** What the page of an invitation shows that has ended. */
export interface InvitationEndedView {
  readonly state: EndState
  /** When it was first used, if it ever was, in Unix milliseconds. */
  readonly openedAt?: number | undefined
  readonly errorCode: string
  readonly status: number
}
