import express, { Router, type Request, type Response } from 'express'
import { domainOf } from '../../account/address.js'
import { rawQueryValues } from '../../encoding/uri.js'
import { MailProfileError } from '../../errors.js'
import {
  outlookAutodiscover,
  renderAutodiscover,
  renderAutodiscoverError,
} from '../../formats/outlook-autodiscover/outlook-autodiscover.js'
import { parseAutodiscoverRequest, type RefusedRequest } from './autodiscover-request.js'
import type { Catalogue } from '../../providers/catalogue.js'
import type { Limits } from '../middleware/limits.js'
import { limitClient } from '../middleware/limit-client.js'
import { personal } from '../middleware/security-headers.js'
import { readBody } from '../middleware/read-body.js'
import {
  addressParameter,
  domainIn,
  servedDomain,
  servedDomainAsked,
  servedDomainOfHost,
} from './served-domain.js'

const PATH = '/autodiscover/autodiscover.xml'
const JSON_PATH = '/autodiscover/autodiscover.json'
const PROTOCOL = 'AutodiscoverV1'
const MAX_BODY = '16kb'
const BODY_MILLISECONDS = 10_000
const MAX_SHOWN = 40

const INVALID = { errorCode: 600, mobilesync: false } as const
const NOT_FOUND = { errorCode: 500, mobilesync: false } as const

// Whatever the Content-Type says. Bytes, because it is wrong about their encoding, too.
const rawBody = express.raw({ type: () => true, limit: MAX_BODY })

export interface AutodiscoverOptions {
  /** The catalogue of the moment: provider files may change while the server runs. */
  readonly catalogue: () => Catalogue
  /** Without a trailing slash. */
  readonly baseUrl: string
  readonly limits: Limits
  readonly now: () => Date
}

/**
 * Microsoft Autodiscover (MS-OXDSCLI 24.1) for IMAP, POP3 and SMTP, and the JSON pointer to it, in
 * any letter case: routes of Express take every one. Nobody is asked to sign in and no credentials
 * are looked at; Thunderbird sends them unasked.
 */
export function autodiscoverRoutes({
  catalogue,
  baseUrl,
  limits,
  now,
}: AutodiscoverOptions): Router {
  const refuse = (response: Response, { errorCode, mobilesync }: RefusedRequest) => {
    // A domain that is not served is not found to everybody; the rest is the protocol's affair.
    response.status(errorCode === 500 ? 404 : 200)
    sendXml(response, renderAutodiscoverError({ errorCode, mobilesync, now: now() }))
  }
  const answer = (response: Response, render: () => string) => {
    try {
      const xml = render()
      // For the metrics.
      response.locals['format'] = outlookAutodiscover.id
      sendXml(response, xml)
    } catch (error) {
      if (!(error instanceof MailProfileError)) throw error
      refuse(response, NOT_FOUND)
    }
  }
  const router = Router()
  const limited = limitClient(limits)
  router.post(PATH, personal, limited, async (request, response) => {
    const asked = await readRequest(request, response)
    if ('errorCode' in asked) {
      refuse(response, asked)
      return
    }
    const { address } = asked
    answer(response, () => {
      const { settings } = servedDomain(catalogue(), domainOf(address))
      return renderAutodiscover(settings.provider, address)
    })
  })
  router.get(PATH, personal, (request, response) => {
    answer(response, () => {
      const { settings, domain } = servedDomainOfHost(catalogue(), request)
      return renderAutodiscover(settings.provider, `@${domain}`)
    })
  })
  router.get(JSON_PATH, personal, (request, response) => {
    servedDomainAsked(catalogue(), request, addressParameter(request, ['email', 'emailaddress']))
    sendPointer(baseUrl, request, response)
  })
  router.get(
    `${JSON_PATH}/v1.0/:address`,
    personal,
    (request: Request<{ address: string }>, response) => {
      servedDomain(catalogue(), domainIn(request.params.address))
      sendPointer(baseUrl, request, response)
    },
  )
  return router
}

// What cannot be decoded is an invalid request of the protocol, which has an answer for it.
async function readRequest(
  request: Request,
  response: Response,
): Promise<ReturnType<typeof parseAutodiscoverRequest>> {
  try {
    const body = await readBody(request, response, BODY_MILLISECONDS, rawBody)
    return Buffer.isBuffer(body) ? parseAutodiscoverRequest(body) : INVALID
  } catch (error) {
    if (error instanceof MailProfileError) throw error
    return INVALID
  }
}

function sendXml(response: Response, xml: string): void {
  response.set('Content-Type', outlookAutodiscover.mediaType).send(Buffer.from(xml, 'utf8'))
}

// Where the answer in XML is: at the configured address, whatever the Host was.
function sendPointer(baseUrl: string, { originalUrl }: Request, response: Response): void {
  const [, query = ''] = /\?([^]*)/.exec(originalUrl) ?? []
  const [asked = ''] = rawQueryValues(query, (name) => name.toLowerCase() === 'protocol')
  if (asked.toLowerCase() === PROTOCOL.toLowerCase()) {
    response.json({ Protocol: PROTOCOL, Url: `${baseUrl}${PATH}` })
    return
  }
  const shown = asked.replace(/[^A-Za-z0-9]/g, '').slice(0, MAX_SHOWN)
  response.status(400).json({
    ErrorCode: 'InvalidProtocol',
    ErrorMessage: `The given protocol value '${shown}' is invalid. Supported values are '${PROTOCOL}'`,
  })
}
