import type { MailAccount } from '../../account/account.js'
import type {
  Authentication,
  IncomingProtocol,
  MailServer,
  Security,
} from '../../account/server.js'
import { asciiJson } from '../../encoding/ascii-json.js'
import { say } from '../../messages/text.js'
import { safeFileName, type Format, type Support } from '../format.js'
import { mailFormat } from '../mail-format.js'
import { refuse } from '../support.js'
import { thunderbirdSupport } from '../thunderbird-support.js'

/** Which of several codes this is, from 1: the app imports once it has seen `total` of them. */
export type Sequence = readonly [number: number, total: number]

const FORMAT_VERSION = 1
const SMTP = 0
const PROTOCOL: Readonly<Record<IncomingProtocol, number>> = { imap: 0, pop3: 1 }
// 1 is reserved: the app reads it as STARTTLS, but it is never to be written.
const SECURITY: Readonly<Record<Security, number>> = { none: 0, starttls: 2, tls: 3 }
const AUTHENTICATION: Partial<Readonly<Record<Authentication, number>>> = {
  none: 0,
  'password-cleartext': 1,
  'password-encrypted': 2,
  oauth2: 6,
}
// Version 40 at level L (ISO/IEC 18004, table 7), in bytes.
const MAX_BYTES = 2953

/**
 * The text of the QR code that Thunderbird for Android scans from inside the app: version 1 of
 * `feature/migration/qrcode/qr-code-format.md`, where the app differs (24.0) as the app reads it.
 * Never `null`: it would make the app refuse the whole code.
 */
export const thunderbirdQr: Format = mailFormat({
  id: 'thunderbird-qr',
  title: 'QR code for Thunderbird for Android',
  platform: 'android',
  kind: 'qr',
  mediaType: 'text/plain; charset=utf-8',
  carries: ['imap', 'pop3', 'smtp', 'name', 'passwords'],
  readers:
    'Thunderbird for Android scans it from a second screen: Import settings, then Scan QR code. The camera app cannot use it.',
  signed: false,
  needsPublicUrl: false,
  page: { title: 'thunderbird.code', qrLevel: 'L' },
  fileName: (account) => safeFileName(`${account.identity.address}-thunderbird`, 'txt'),
  support,
  render: (account) => renderThunderbirdQr([account]),
  recognises: (text) => /^\[\s*1\s*,\s*\[/.test(text),
  async inspect(text) {
    const { inspectThunderbirdQr } = await import('./inspection.js')
    return inspectThunderbirdQr(text)
  },
})

/**
 * One code with several accounts, or one of several codes. Codes with one account each scan best.
 *
 * @param accounts supported ones only: one bad value makes the app refuse the whole code
 */
export function renderThunderbirdQr(
  accounts: readonly MailAccount[],
  sequence: Sequence = [1, 1],
): string {
  return asciiJson([FORMAT_VERSION, sequence, ...accounts.flatMap(accountPair)])
}

function accountPair({ identity, incoming, outgoing, ...account }: MailAccount): unknown[] {
  // Without a name the app takes the address.
  const accountName = account.accountName === identity.address ? undefined : account.accountName
  const incomingPassword = incoming.password?.reveal()
  const outgoingPassword = outgoing.password?.reveal()
  return [
    [
      PROTOCOL[incoming.protocol],
      ...serverValues(incoming),
      // Only the last values can be left out.
      ...(accountName === undefined && incomingPassword === undefined ? [] : [accountName ?? '']),
      ...(incomingPassword === undefined ? [] : [incomingPassword]),
    ],
    [
      [
        [
          SMTP,
          ...serverValues(outgoing),
          ...(outgoingPassword === undefined ? [] : [outgoingPassword]),
        ],
        [identity.address, identity.name ?? ''],
      ],
    ],
  ]
}

function serverValues({
  host,
  port,
  security,
  authentication,
  username,
}: MailServer): (string | number | undefined)[] {
  return [host, port, SECURITY[security], AUTHENTICATION[authentication], username ?? '']
}

function support(account: MailAccount): Support {
  const servers = thunderbirdSupport(account)
  if (!servers.supported) return servers
  if (Buffer.byteLength(renderThunderbirdQr([account])) > MAX_BYTES) {
    return refuse('identity.name', say('support.tooLong'))
  }
  return servers
}
