import { Router, type Request, type Response } from 'express'
import { exportFormat } from '../../formats/export.js'
import type { Format } from '../../formats/format.js'
import { getFormat } from '../../formats/index.js'
import { MailProfileError } from '../../errors.js'
import { qrPng } from '../../qr/png.js'
import { qrCode } from '../../qr/qr-code.js'
import { qrSvg } from '../../qr/svg.js'
import { accountFor, parseAccountRequest } from '../account-request.js'
import type { AppContext } from '../context.js'
import { personal } from '../middleware/security-headers.js'
import { queryParameter } from '../query.js'
import { renderContext } from '../render-context.js'
import { isSigned, NOT_SIGNED } from '../signing-policy.js'

/** `GET /formats/:id`, and the paths under which older servers give Apple profiles. */
export function formatRoutes(context: AppContext): Router {
  const router = Router()
  router.get('/formats/:id', personal, async (request: Request<{ id: string }>, response) => {
    await sendFormat(context, request.params.id, 'address', request, response)
  })
  // Mail-in-a-Box, automx2 and others.
  router.get('/email.mobileconfig', personal, async (request, response) => {
    await sendFormat(context, 'apple-profile', 'email', request, response)
  })
  router.get('/mobileconfig', personal, async (request, response) => {
    await sendFormat(context, 'apple-profile', 'emailaddress', request, response)
  })
  return router
}

async function sendFormat(
  context: AppContext,
  id: string,
  addressParameter: string,
  request: Request,
  response: Response,
): Promise<void> {
  const format = getFormat(id)
  const wanted = parseAccountRequest(request, addressParameter)
  const found = await context.directory.find(wanted.address)
  const account = accountFor(found, wanted)
  if (format.signed && context.signingIdentity === undefined) {
    throw new MailProfileError('signing_unavailable', 'This server cannot sign profiles now.', {
      hint: 'Use the settings on the setup page, or try again later.',
    })
  }
  if (format.signed && !isSigned(context, found)) {
    throw new MailProfileError('unsupported_account', NOT_SIGNED, {
      hint: 'Use the settings on the setup page.',
    })
  }
  const picture = pictureType(format, request)
  const { body, fileName, mediaType } = await exportFormat(id, account, {
    ...renderContext(context, wanted, found.provider),
    signingIdentity: context.signingIdentity,
    now: context.now(),
    // No account here has a password; a link that needs one gets it on the device.
    withoutPassword: true,
  })
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  if (picture !== undefined) {
    const code = qrCode(bytes.toString('utf8'), { level: format.qrLevel ?? 'M' })
    if (picture === 'svg') response.type('image/svg+xml').send(qrSvg(code))
    else response.type('image/png').send(Buffer.from(qrPng(code)))
    return
  }
  // A link or a code is text to read, never a redirect: nothing opens without a tap.
  response.set('Content-Type', format.kind === 'file' ? mediaType : 'text/plain; charset=utf-8')
  if (format.kind === 'file') {
    response.set('Content-Disposition', `attachment; filename="${fileName}"`)
  }
  response.send(bytes)
}

// The picture of a code that `?as=` asks for.
function pictureType({ id, kind }: Format, request: Request): 'svg' | 'png' | undefined {
  const value = queryParameter(request, 'as')
  if (value === undefined) return undefined
  if (kind !== 'qr') {
    throw new MailProfileError('invalid_request', `${id} is no QR code, so it has no picture.`, {
      hint: 'Leave “as” out.',
      field: 'as',
    })
  }
  if (value !== 'svg' && value !== 'png') {
    throw new MailProfileError('invalid_request', 'The parameter “as” has to be svg or png.', {
      field: 'as',
    })
  }
  return value
}
