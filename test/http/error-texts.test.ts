import { EventEmitter } from 'node:events'
import type { NextFunction, Request, RequestHandler, Response } from 'express'
import { expect, it } from 'vitest'
import { MailProfileError } from '../../src/errors.js'
import { getFormat } from '../../src/formats/index.js'
import { pictureType, renderFormat } from '../../src/http/formats/answer.js'
import { openInvitation, type InvitationDoor } from '../../src/http/invitations/door.js'
import { createLookCounter } from '../../src/http/invitations/look-counter.js'
import { sendInvitedFormat } from '../../src/http/invitations/send-format.js'
import {
  addressParameter,
  domainIn,
  servedDomainOfHost,
} from '../../src/http/mail-clients/served-domain.js'
import { notFound } from '../../src/http/middleware/error-handler.js'
import { NO_LIMITS } from '../../src/http/middleware/limits.js'
import { ownPagesOnly } from '../../src/http/middleware/own-pages-only.js'
import { readBody, requestTooLarge } from '../../src/http/middleware/read-body.js'
import { createReadForm } from '../../src/http/middleware/read-form.js'
import { refuseUnfitRequests } from '../../src/http/middleware/refuse-unfit-requests.js'
import { withFieldLabels } from '../../src/http/pages/field-labels.js'
import { parseAccountRequest } from '../../src/http/request/account-request.js'
import { queryParameter } from '../../src/http/request/query.js'
import { requireVisitorConfirmation } from '../../src/http/request/visitor-confirmation.js'
import { Catalogue } from '../../src/providers/catalogue.js'
import { qrCode } from '../../src/qr/qr-code.js'
import { createLimits } from '../../src/server/rate-limits.js'
import { loadTexts } from '../../src/texts/texts.js'

function request(headers: Record<string, string | string[]> = {}, originalUrl = '/'): Request {
  const distinct = Object.entries(headers).map(([name, value]) => [name, [value].flat()])
  const given = Object.assign(new EventEmitter(), {
    originalUrl,
    headers,
    headersDistinct: Object.fromEntries(distinct) as Record<string, string[]>,
    httpVersion: '1.1',
    ip: '192.0.2.1',
    params: {},
    get: (name: string) => headers[name.toLowerCase()],
    // What a parser of bodies asks for.
    readable: false,
    socket: { destroyed: false },
  })
  return given as unknown as Request
}

const response = { set: () => response } as unknown as Response
const handle = (handler: RequestHandler, given: Request) =>
  void handler(given, response, (() => undefined) as NextFunction)
const twice = (count: () => void) => {
  count()
  count()
}
const limited = async (kind: 'client' | 'domain' | 'wrong') => {
  const limits = await createLimits({
    limits: { client: 1, domain: 1, key: 1, wrong: 1 },
    now: () => 0,
  })
  await limits[kind]('192.0.2.1')
  await limits[kind]('192.0.2.1')
}
const signing = { signingIdentity: undefined, signFound: 'never', now: () => new Date(0) } as const
const profile = {
  format: getFormat('apple-profile'),
  settings: { voucher: 'catalogue' },
  picture: undefined,
} as unknown as Parameters<typeof renderFormat>[1]
const door = {
  invitations: { open: () => Promise.resolve(undefined) },
  limits: NO_LIMITS,
} as unknown as InvitationDoor
const invited = (triesLeft: number) =>
  sendInvitedFormat(
    {
      invitations: {
        open: () => Promise.resolve({ state: 'pending', record: { passcode: { triesLeft } } }),
      },
      limits: NO_LIMITS,
    } as unknown as Parameters<typeof sendInvitedFormat>[0],
    request() as Parameters<typeof sendInvitedFormat>[1],
    response,
  )

it.each<[name: string, does: () => unknown]>([
  ['no page', () => handle(notFound, request())],
  ['no format', () => getFormat('none')],
  ['a picture of a file', () => pictureType(getFormat('apple-profile'), request({}, '/?as=png'))],
  ['a picture of no kind', () => pictureType(getFormat('thunderbird-qr'), request({}, '/?as=gif'))],
  ['no signing identity', () => renderFormat(signing, profile, {})],
  ['no invitation', () => openInvitation(door, request(), 'x')],
  [
    'a prefetch',
    () =>
      sendInvitedFormat(
        door as unknown as Parameters<typeof sendInvitedFormat>[0],
        request({ purpose: 'prefetch' }) as Parameters<typeof sendInvitedFormat>[1],
        response,
      ),
  ],
  ['a code that is wanted', () => invited(5)],
  ['a code that is locked', () => invited(0)],
  ['too many looks', () => twice(() => createLook('a'))],
  ['too many requests', () => limited('client')],
  ['too many searches', () => limited('domain')],
  ['too many wrong links', () => limited('wrong')],
  [
    'another website',
    () => handle(ownPagesOnly('https://a.example'), request({ 'sec-fetch-site': 'cross-site' })),
  ],
  ['too late', () => readBody(request(), response, 1, () => undefined)],
  [
    'too large',
    () => {
      throw requestTooLarge()
    },
  ],
  [
    'a compressed form',
    () =>
      createReadForm('1kb')(
        request({
          'content-type': 'application/x-www-form-urlencoded',
          'content-encoding': 'gzip',
          'content-length': '1',
        }),
        response,
      ),
  ],
  ['two hosts', () => handle(refuseUnfitRequests, request({ host: ['a.example', 'b.example'] }))],
  ['no host', () => handle(refuseUnfitRequests, request())],
  ['a long value', () => queryParameter(request({}, `/?name=${'x'.repeat(2001)}`), 'name')],
  ['a damaged value', () => queryParameter(request({}, '/?name=%ff'), 'name')],
  ['a value twice', () => queryParameter(request({}, '/?name=a&name=b'), 'name')],
  [
    'another protocol',
    () => parseAccountRequest(request({}, '/?address=ann@example.com&protocol=jmap')),
  ],
  ['an unknown host', () => servedDomainOfHost(new Catalogue([]), request({ host: 'a.example' }))],
  [
    'an address twice',
    () =>
      addressParameter(request({}, '/?emailaddress=a@b.example&emailaddress=c@d.example'), [
        'emailaddress',
      ]),
  ],
  ['no address', () => domainIn('example.com')],
  [
    'settings nobody agreed to',
    () =>
      requireVisitorConfirmation(
        {
          baseUrl: 'https://a.example',
          confirmations: { holds: () => false },
        } as unknown as Parameters<typeof requireVisitorConfirmation>[0],
        request(),
        { address: 'ann@b.example' as never },
        { trust: 'ispdb', source: 'a place', provider: { incoming: [], outgoing: [] } } as never,
      ),
  ],
  ['too much for a code', () => qrCode('x'.repeat(5000))],
])('says in every language: %s', async (_name, does) => {
  const error: unknown = await Promise.resolve()
    .then(does)
    .then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
  if (!(error instanceof MailProfileError)) throw error
  const { text } = loadTexts('en')
  const { message, hint } = error.texts
  expect(message && text(message)).toBe(error.message)
  expect(hint && text(hint)).toBe(error.hint)
})

const createLook = createLookCounter(1, () => 0)

it.each([
  [1, 'Try again in a second.'],
  [60_000, 'Try again in 60 seconds.'],
])('says when to come again', (milliseconds, hint) => {
  let time = 0
  const look = createLookCounter(1, () => time)
  look('a')
  time = 60_000 - milliseconds
  expect(() => look('a')).toThrow(expect.objectContaining({ hint }) as Error)
})

it('calls a field on a page what stands beside it in the form, and leaves programs its name', () => {
  const refusalOf = (does: () => unknown) => {
    try {
      does()
    } catch (error) {
      if (error instanceof MailProfileError) return error
    }
    throw new Error('It was taken.')
  }
  const { text } = loadTexts('en')
  const error = refusalOf(() => queryParameter(request({}, '/?name=a&name=b'), 'name'))
  expect(error.message).toBe('The parameter name is given more than once.')
  expect(error.texts.message && text(withFieldLabels(error.texts.message))).toBe(
    'The parameter “Your name” is given more than once.',
  )
  const other = refusalOf(() => queryParameter(request({}, '/?as=a&as=b'), 'as'))
  expect(other.texts.message && text(withFieldLabels(other.texts.message))).toBe(other.message)
})
