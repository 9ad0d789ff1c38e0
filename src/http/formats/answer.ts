import type { Request, Response } from 'express'
import type { Account } from '../../account/account.js'
import type { DomainSettings } from '../../providers/domain-settings.js'
import { MailProfileError } from '../../errors.js'
import { exportFormat } from '../../formats/export.js'
import type { Format, RenderContext } from '../../formats/format.js'
import { say } from '../../messages/text.js'
import { qrPng } from '../../qr/png.js'
import { qrCode } from '../../qr/qr-code.js'
import { qrSvg } from '../../qr/svg.js'
import { queryParameter } from '../request/query.js'
import { isUnsigned, type ProfileSigning } from '../request/signing-policy.js'

const AS = 'as'
const PICTURE_TYPES = { svg: 'image/svg+xml; charset=utf-8', png: 'image/png' } as const

/** What a QR code is sent as; its text where there is none. */
export type PictureType = keyof typeof PICTURE_TYPES

/** One format of one account, as a request wants it. */
export interface WantedFormat {
  readonly format: Format
  readonly account: Account
  readonly settings: Pick<DomainSettings, 'voucher'>
  readonly picture: PictureType | undefined
}

/**
 * The bytes of a format, or its picture; signed where the format is, and the operator vouches for the
 * settings.
 *
 * @throws MailProfileError `signing_unavailable`, `unsupported_account`, and as `exportFormat`
 */
export async function renderFormat(
  { signingIdentity, signFound, now }: ProfileSigning,
  { format, account, settings, picture }: WantedFormat,
  renderContext: RenderContext,
): Promise<Buffer> {
  const unsigned = isUnsigned(format, settings, signFound)
  if (format.signed && !unsigned && signingIdentity === undefined) {
    throw new MailProfileError('signing_unavailable', say('errors.http.noSigning'), {
      hint: say('errors.http.useSettings'),
    })
  }
  const signing = {
    signingIdentity,
    unsigned,
    now: now(),
    // Where an account has no password, a link that needs one gets it on the device.
    withoutPassword: true,
  }
  // Not a spread: V8 takes 3 µs to spread an object and then add to it.
  const { body } = await exportFormat(format, account, Object.assign(signing, renderContext))
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  if (picture === undefined) return bytes
  const matrix = qrCode(bytes.toString('utf8'), { level: format.page?.qrLevel ?? 'M' })
  return picture === 'svg' ? Buffer.from(qrSvg(matrix)) : Buffer.from(qrPng(matrix))
}

/** The headers that go with those bytes. */
export function setFormatHeaders(
  response: Response,
  { format, account, picture }: Omit<WantedFormat, 'settings'>,
): void {
  // For the metrics.
  response.locals['format'] = format.id
  if (picture !== undefined) {
    response.set('Content-Type', PICTURE_TYPES[picture])
    return
  }
  if (format.kind === 'file') {
    response.set('Content-Type', format.mediaType)
    response.set('Content-Disposition', `attachment; filename="${format.fileName(account)}"`)
    return
  }
  // A link or a code is text to read, never a redirect: nothing opens without a tap.
  response.set('Content-Type', 'text/plain; charset=utf-8')
}

/**
 * The picture of a code that `?as=` asks for.
 *
 * @throws MailProfileError `invalid_request`
 */
export function pictureType(
  { id, kind }: Format,
  request: Pick<Request, 'originalUrl'>,
): PictureType | undefined {
  const value = queryParameter(request, AS)
  if (value === undefined) return undefined
  if (kind !== 'qr') {
    throw new MailProfileError('invalid_request', say('errors.http.noPicture', { format: id }), {
      hint: say('errors.http.leaveOut', { parameter: AS }),
      field: AS,
    })
  }
  if (value !== 'svg' && value !== 'png') {
    throw new MailProfileError('invalid_request', say('errors.http.picture', { parameter: AS }), {
      field: AS,
    })
  }
  return value
}
