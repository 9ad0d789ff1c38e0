import type { Account } from '../../account/account.js'
import type { DomainSettings } from '../../providers/domain-settings.js'
import type { Format, RenderContext } from '../../formats/format.js'
import type { InvitationRecord } from '../../invitations/record.js'
import type { Tag } from '../../texts/languages.js'
import { offerView } from './view.js'
import { PASSWORD, WITH } from '../request/account-request.js'
import type { SetupSubject } from '../setup/view.js'

export interface InvitedSubject {
  readonly token: string
  readonly record: InvitationRecord
  readonly account: Account
  readonly settings: DomainSettings
  readonly render: RenderContext
  readonly language: Tag
  /** Whether this person has a password where most people sign in on a page of their provider. */
  readonly byPassword: boolean
}

/** Where its links lead. */
export interface InvitationPlace {
  /** Without a trailing slash. */
  readonly baseUrl: string
  /** The path of `baseUrl`, without a trailing slash: usually empty. */
  readonly basePath: string
  readonly now: () => Date
}

/** The account of an invitation, with links that are good for as long as the invitation is. */
export function invitationSubject(
  { basePath, baseUrl, now }: InvitationPlace,
  { token, record, account, settings, render, language, byPassword }: InvitedSubject,
): Omit<SetupSubject, 'userAgent'> {
  const path = `/i/${token}`
  const page = (byPassword: boolean) =>
    `${basePath}${path}?show${byPassword ? `&${WITH}=${PASSWORD}` : ''}`
  const file = ({ id }: Format) => `${basePath}${path}/formats/${id}?language=${language}`
  return {
    account,
    settings,
    render,
    links: { file, picture: (format) => `${file(format)}&as=png` },
    qr: {
      href: `${basePath}${path}/qr.svg`,
      pngHref: `${basePath}${path}/qr.png`,
      target: `${baseUrl}${path}`,
    },
    pageFor: (device) => `${page(byPassword)}&device=${device}`,
    byPassword,
    otherWay: page(!byPassword),
    offer: offerView(record, now()),
  }
}
