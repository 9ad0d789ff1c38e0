import type { Address } from '../../account/address.js'
import { domainOf } from '../../account/address.js'
import type { InvitationMessage } from '../delivery.js'
import type { InvitationMail } from '../mail/invitation-mail.js'

/** Who sends. */
export interface Sender {
  readonly name: string
  readonly from: Address
  readonly replyTo?: Address | undefined
}

/**
 * A mail in bytes (RFC 5322, MIME): multipart/alternative, plain text first. Names and addresses are given to
 * the library apart from each other, and never as a line that would be parsed.
 */
export async function composeMail(
  { id, deliverTo, name }: InvitationMessage,
  { subject, text, html, language }: InvitationMail,
  { name: senderName, from, replyTo }: Sender,
  date: Date,
): Promise<Buffer> {
  const { default: Composer } = await import('nodemailer/lib/mail-composer')
  const node = new Composer({
    from: { name: displayName(senderName), address: from },
    to: { name: displayName(name ?? ''), address: deliverTo },
    ...(replyTo === undefined ? {} : { replyTo: { name: '', address: replyTo } }),
    subject,
    text,
    html,
    // Nobody wants the long base64 of an alphabet that a reader of the source can nearly read, and every line
    // is far below 998 octets (RFC 5322, section 2.1.1).
    textEncoding: 'quoted-printable',
    newline: 'windows',
    date,
    // The same for the same invitation: a mail that is sent twice is one for whoever looks.
    messageId: `<${id}.invitation@${domainOf(from)}>`,
    headers: {
      // RFC 3834: no answers of people who are away.
      'Auto-Submitted': 'auto-generated',
      // The same for Exchange.
      'X-Auto-Response-Suppress': 'OOF, AutoReply',
      'Content-Language': language,
    },
    disableFileAccess: true,
    disableUrlAccess: true,
  }).compile()
  return node.build()
}

// In quotes it is no encoded word (RFC 2047, section 5), and many programs decode it all the same: what
// somebody calls themselves would become line ends and addresses of others. nodemailer 10.6 lets it stand.
function displayName(name: string): string {
  return name.replaceAll('=?', '= ?')
}
