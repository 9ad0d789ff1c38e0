import { Router, type Request, type RequestHandler } from 'express'
import { invitationUrl } from '../../invitations/url.js'
import { hasEnded } from '../../invitations/record.js'
import { qrPng } from '../../qr/png.js'
import { qrSvg } from '../../qr/svg.js'
import { openInvitation, refuseLink, type InvitationDoor } from './door.js'
import { invitedSetup } from './invited-setup.js'
import { NO_LIMITS, type Limits } from '../middleware/limits.js'
import { allowFetch, personal } from '../middleware/security-headers.js'
import { invitationEnd } from './end.js'
import { invitationSubject, type InvitationPlace } from './subject.js'
import { setupView, type SetupServer } from '../setup/view.js'
import { withoutLinkEnding } from './link-ending.js'
import { askedDevice } from '../pages/asked-device.js'
import { wantsPassword } from '../request/account-request.js'
import { hasQueryParameter } from '../request/query.js'
import { sendFirstPage } from './send-first-page.js'
import { sendInvitationEnd } from './send-end.js'
import { sendInvitedFormat, type InvitedFormatOptions } from './send-format.js'
import { createLookCounter, type CountLook } from './look-counter.js'
import { invitationButton, type InvitationButtonOptions } from './button.js'

const METHODS = 'GET, HEAD, POST'
// Of one invitation, which is for one person: more than anybody needs, with all the programs that look too.
const PAGES_A_MINUTE = 120
const PICTURES_A_MINUTE = 60

export interface InvitationRoutesOptions
  extends InvitationButtonOptions, InvitedFormatOptions, InvitationPlace, SetupServer {}

type TokenRequest = Request<{ token: string }, unknown, unknown>

/**
 * `/i/:token`: an invitation's pages, its QR code and what it gives. Whatever is no true link gets one
 * and the same answer, however it differs from one.
 */
export function invitationRoutes(options: InvitationRoutesOptions): Router {
  const router = Router()
  const [countPage, countPicture] = lookCounters(options.limits)

  router.use('/i', personal, gate(options))

  router.get('/i/:token', async (request: TokenRequest, response) => {
    const { token } = request.params
    const held = await openInvitation(options, request, token)
    countPage(held.record.id)
    if (sendInvitationEnd(options, held, response)) return
    if (held.person === undefined || !hasQueryParameter(request, 'show')) {
      sendFirstPage(options, held, response)
      return
    }
    const pages = options.pages.for(request, held.person.language)
    const language = pages.language.tag
    const subject = invitationSubject(options, {
      token,
      record: held.record,
      language,
      byPassword: wantsPassword(request),
      ...invitedSetup(options, held.person, language),
    })
    const userAgent = request.get('User-Agent') ?? ''
    allowFetch(response)
    response.vary('User-Agent').type('html')
    const device = askedDevice(request)
    response.send(pages.setup(setupView(options, { ...subject, userAgent, device })))
  })

  router.use(invitationButton(options))

  router.get(
    '/i/:token/formats/:id',
    async (request: Request<{ token: string; id: string }>, response) => {
      await sendInvitedFormat(options, request, response)
    },
  )

  /** What a picture shows. */
  const pictured = async (request: TokenRequest): Promise<string> => {
    const { token } = request.params
    const { record, state } = await openInvitation(options, request, token)
    countPicture(record.id)
    if (hasEnded(state)) throw invitationEnd(options, record, state).error
    return invitationUrl({ token }, options.baseUrl)
  }

  router.get('/i/:token/qr.svg', async (request: TokenRequest, response) => {
    response.type('image/svg+xml').send(qrSvg(await pictured(request)))
  })

  router.get('/i/:token/qr.png', async (request: TokenRequest, response) => {
    const picture = qrPng(await pictured(request))
    response.type('image/png').send(Buffer.from(picture))
  })

  router.use('/i', async (request) => {
    await refuseLink(options, request)
  })
  return router
}

// Before any route, because Express answers in its own words where a parameter cannot be decoded.
function gate(door: InvitationDoor): RequestHandler {
  return async (request, response, next) => {
    response.locals['route'] = '/i/*'
    if (request.method === 'OPTIONS') {
      response.status(204).set('Allow', METHODS).end()
      return
    }
    if (!isDecodable(request.path)) await refuseLink(door, request)
    const { path } = request
    request.url = `${withoutLinkEnding(path)}${request.url.slice(path.length)}`
    next()
  }
}

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path)
    return true
  } catch {
    return false
  }
}

function lookCounters(limits: Limits): readonly [page: CountLook, picture: CountLook] {
  if (limits === NO_LIMITS) return [() => undefined, () => undefined]
  return [createLookCounter(PAGES_A_MINUTE), createLookCounter(PICTURES_A_MINUTE)]
}
