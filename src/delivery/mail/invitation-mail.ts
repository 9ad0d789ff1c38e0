import { readable, readableOver } from '../../encoding/color.js'
import { languageOf, type Tag } from '../../texts/languages.js'
import { matchTag } from '../../texts/negotiate.js'
import { createTexts, type Texts } from '../../texts/texts.js'
import type { InvitationMessage, Looks } from '../delivery.js'
import { mailTemplate } from './templates.js'

/** What a person reads, in one language. */
export interface InvitationMail {
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly language: Tag
}

export type WriteInvitationMail = (message: InvitationMessage) => InvitationMail

// As on the pages: templates/public/tokens.css.
const COLOR = '#0b6353'
const DARK_COLOR = '#7ed6c3'
const DARK_CARD = '#171c1b'

/**
 * Writes invitations as mails: plain text, and HTML that is whole without any picture, because programs hide
 * pictures of senders that they do not know, and a picture that is fetched tells who has read it when. Neither
 * holds a password or a code.
 *
 * @throws MailProfileError `invalid_configuration` for own messages or templates that are broken
 */
export function invitationMails(looks: Looks): WriteInvitationMail {
  const { operator, contact, templates } = looks
  const own = languageOf(looks.language)?.tag ?? 'en'
  const all = createTexts({ folders: templates === undefined ? [] : [templates], language: own })
  const tags = all.languages.map(({ tag }) => tag)
  const template = mailTemplate('invitation', templates)
  const color = looks.color ?? COLOR
  const darkColor =
    looks.darkColor ?? (looks.color === undefined ? DARK_COLOR : readable(looks.color, DARK_CARD))
  return (message) => {
    const wished = message.language === undefined ? undefined : matchTag(message.language, tags)
    const texts = all.in(wished ?? own)
    const { text, html, language } = texts
    const subject = texts.bare('mail.subject', { operator })
    return {
      subject,
      language: language.tag,
      text: plainText(message, looks, texts),
      html: template({
        subject,
        t: text,
        h: html,
        lang: language.tag,
        dir: language.dir,
        operator,
        contact,
        name: greetedName(message),
        address: message.address,
        url: message.url,
        ends: endOf(message),
        asksForCode: asksForCode(message),
        color,
        onColor: readableOver(color),
        darkColor,
        onDarkColor: readableOver(darkColor),
      }),
    }
  }
}

function asksForCode({ passcode, asksForCode: asks = passcode !== undefined }: InvitationMessage) {
  return asks
}

// Programs make a link of what looks like one, and a call of many digits: a mail in the operator's name would say what
// somebody else wants said. Nobody is called so; “J.R. Hartley” is, and “J.R.Hartley” is greeted without a name.
const LEADS_ELSEWHERE = /[/@\\]|\p{L}\.\p{L}{2}|\d(?:[ ().-]?\d){5}/u

function greetedName({ name }: InvitationMessage): string | undefined {
  return name === undefined || LEADS_ELSEWHERE.test(name) ? undefined : name
}

// A mail has no script that would write it in the reader's time zone: it says UTC.
function endOf({ expiresAt }: InvitationMessage) {
  return { moment: expiresAt.getTime(), style: 'dateTime' } as const
}

function plainText(
  message: InvitationMessage,
  { operator, contact }: Looks,
  { text: t }: Texts,
): string {
  const { address, url } = message
  const name = greetedName(message)
  const paragraphs = [
    name === undefined ? t('mail.hello') : t('mail.helloName', { name }),
    t('mail.intro', { operator, address }),
    `${t('mail.open')}\n\n${url}`,
    ...(asksForCode(message) ? [t('mail.code')] : []),
    t('mail.until', { time: endOf(message) }),
    t('mail.computer'),
    t('mail.password'),
    contact === undefined
      ? t('mail.unexpected')
      : t('mail.questions', { operator, contact: contact.text }),
  ]
  return `${paragraphs.join('\n\n')}\n\n-- \n${operator}\n`
}
