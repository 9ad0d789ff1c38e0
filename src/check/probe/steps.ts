import { queryString } from '../../encoding/uri.js'
import { element, writeXml } from '../../encoding/xml.js'
import type { Format } from '../../formats/format.js'
import { mozillaAutoconfig } from '../../formats/mozilla-autoconfig/mozilla-autoconfig.js'
import { outlookAutodiscover } from '../../formats/outlook-autodiscover/outlook-autodiscover.js'
import { OWN_USER_AGENT, type Ask, type ProbeAsker, type AskOutcome } from './asker.js'
import { urlOf, type ProbeClient, type ProbedPerson, type ProbeStep } from './clients.js'
import type { Expected } from './expected.js'
import {
  autodiscoverError,
  judgeDocument,
  judgePage,
  judgeStatus,
  ownRefusal,
  readAutoconfig,
  readAutodiscover,
  type Judgement,
} from './judge.js'
import { explainNotFound } from './not-found.js'
import { placeOfUrl, type Problem } from './problem.js'

export interface StepOptions {
  readonly asker: ProbeAsker
  readonly person: ProbedPerson
  /** Nothing where the configuration of the server is not here. */
  readonly expected: Expected | undefined
}

/** What a program makes of an answer. */
export interface ProbeStepResult {
  /** Where it asked: an address without its query, or a name. */
  readonly place: string
  /** `nothing`: there need not be anything, and the program goes on. */
  readonly result: 'found' | 'nothing' | 'failed'
  readonly problems: readonly Problem[]
}

const AUTODISCOVER = 'http://schemas.microsoft.com/exchange/autodiscover/outlook'
const XML = /^(?:text|application)\/xml\s*(?:;|$)/i
const JSON_TYPE = /^application\/json\s*(?:;|$)/i

/** Asks what a program asks in one of its steps by HTTP, and judges the answer as it would. */
export async function takeHttpStep(
  client: ProbeClient,
  step: ProbeStep,
  options: StepOptions,
): Promise<ProbeStepResult | undefined> {
  const url = urlOf(step, options.person)
  if (url === undefined) return undefined
  const asked = new URL(url)
  const ask = askOf(client, step, url, options.person)
  let outcome = await options.asker.ask(ask)
  let judgement = await judgeStep(step, asked, outcome, options)
  const refused = judgement.find(({ code }) =>
    ['forbidden', 'connection_closed', 'rate_limited', 'path_taken', 'server_error'].includes(code),
  )
  if (refused !== undefined && ask.userAgent !== OWN_USER_AGENT) {
    // Under another name it may get through; then it was the name.
    const other = await options.asker.ask({ ...ask, userAgent: OWN_USER_AGENT })
    const again = await judgeStep(step, asked, other, options)
    if (other.answer !== undefined && !again.some(({ code }) => code === refused.code)) {
      const { userAgent = '' } = ask
      const detail = `${refused.detail ?? refused.code} for ${userAgent === '' ? 'no name' : `“${userAgent}”`}`
      judgement = [{ code: 'user_agent_refused', place: refused.place, detail }]
      outcome = { problems: [] }
    }
  }
  judgement = await closerLook(step, ask, judgement, options)
  const place = placeOfUrl(asked)
  if (step.elsewhere === true) return ofWebsite(step, place, outcome, judgement)
  if (judgement.length === 0) {
    // It says that there is nothing for such programs, in the words of the protocol.
    const says = step.wants === 'autodiscover-json' && outcome.answer?.status === 400
    const nothing = says || outcome.answer?.status === 404 || expectsNothing(step, options)
    return { place, result: nothing ? 'nothing' : 'found', problems: [] }
  }
  // Settings that came, whatever else is wrong with them.
  const isUsable = judgement.every(({ code }) => USABLE.has(code))
  return { place, result: isUsable ? 'found' : 'failed', problems: judgement }
}

// Whether it is the POST that is refused, or the path that is not there.
async function closerLook(
  step: ProbeStep,
  ask: Ask,
  judgement: Judgement,
  { asker }: StepOptions,
): Promise<Judgement> {
  const refused = judgement.find(({ code }) => code === 'forbidden' || code === 'post_refused')
  if (step.method !== 'POST' || refused === undefined) return judgement
  const { answer } = await asker.ask({ ...ask, method: 'GET', body: undefined })
  const isThere =
    answer !== undefined && (answer.status === 200 || ownRefusal(answer) !== undefined)
  if (!isThere && refused.code === 'forbidden') return judgement
  return [{ ...refused, code: isThere ? 'post_refused' : 'path_taken' }]
}

const USABLE = new Set(['content_type', 'body_changed', 'settings_differ', 'encoding_unasked'])

function askOf(
  { userAgent, encodings }: ProbeClient,
  step: ProbeStep,
  url: string,
  person: ProbedPerson,
): Ask {
  const { method = 'GET' } = step
  return {
    url,
    method,
    userAgent,
    encodings,
    // What browsers say; with it mailprofile explains in pages instead of words.
    ...(step.wants === 'page' ? { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } : {}),
    ...(method === 'POST'
      ? {
          body: autodiscoverQuestion(person.address),
          headers: { 'Content-Type': 'text/xml; charset=utf-8' },
        }
      : {}),
  }
}

/** The question of Autodiscover as Outlook writes it (MS-OXDSCLI 24.1, section 4.1). */
export function autodiscoverQuestion(address: string): string {
  return writeXml(
    element(
      'Autodiscover',
      [
        element('Request', [
          element('EMailAddress', address),
          element('AcceptableResponseSchema', `${AUTODISCOVER}/responseschema/2006a`),
        ]),
      ],
      { xmlns: `${AUTODISCOVER}/requestschema/2006` },
    ),
  )
}

// Nothing is to be found where the configuration has nothing to tell.
function expectsNothing({ wants }: ProbeStep, { expected, person }: StepOptions): boolean {
  switch (wants) {
    case 'autoconfig':
      return expected?.autoconfig === null
    case 'autodiscover':
      return expected?.autodiscover(person.address) === null
    case 'pacc':
      return expected?.pacc === null
    default:
      return false
  }
}

const FORMATS: Partial<Readonly<Record<ProbeStep['wants'], Format>>> = {
  autoconfig: mozillaAutoconfig,
  autodiscover: outlookAutodiscover,
}

// Without its configuration the server itself says what it has no document for: calendars alone, or people who
// sign in.
async function isNothing(step: ProbeStep, options: StepOptions): Promise<boolean> {
  const { asker, person, expected } = options
  const format = FORMATS[step.wants]
  if (expected !== undefined || format === undefined || person.base === undefined) {
    return expectsNothing(step, options)
  }
  const query = queryString([['address', `somebody@${person.domain}`]])
  const { answer } = await asker.ask({ url: `${person.base}/formats/${format.id}${query}` })
  return answer?.status === 422 && ownRefusal(answer) !== undefined
}

async function judgeStep(
  step: ProbeStep,
  asked: URL,
  { answer, problems }: AskOutcome,
  options: StepOptions,
): Promise<Judgement> {
  if (answer === undefined || problems.some(({ code }) => ENDS.has(code))) return problems
  const { asker, person } = options
  // Where the redirect led somewhere that has the answer, it did no harm.
  const onTheWay = problems.filter(
    ({ code }) => code !== 'redirect_loses_address' || answer.status !== 200,
  )
  if (answer.status !== 200 && ownRefusal(answer) !== undefined && answer.status < 500) {
    if (answer.status === 404 && (await isNothing(step, options))) return []
    if (answer.status === 429) return judgeStatus(answer, 'GET')
    if (step.wants === 'pacc' && ownRefusal(answer) === 'not_found') {
      return [{ code: 'pacc_missing', place: placeOfUrl(asked), detail: 'status 404' }]
    }
    const code = await explainNotFound(answer, asked, { ...person, asker })
    const detail = `status ${answer.status}, ${ownRefusal(answer) ?? ''}`
    return onTheWay.length > 0 ? onTheWay : [{ code, place: placeOfUrl(asked), detail }]
  }
  if (step.wants === 'autodiscover-json' && answer.status === 400) {
    return [...onTheWay, ...judgeJson(answer)]
  }
  const byStatus = judgeStatus(answer, step.method ?? 'GET')
  if (byStatus.length > 0) return onTheWay.length > 0 ? onTheWay : byStatus
  const judgement = judgeContent(step, answer, options)
  // A page at another address: what counts is how one got there.
  const isOther = judgement.some(({ code }) => !USABLE.has(code))
  return isOther && problems.length > 0 ? problems : [...onTheWay, ...judgement]
}

const ENDS = new Set(['redirect_loop', 'redirect_to_login', 'redirect_to_http'])

function judgeContent(
  { wants, method }: ProbeStep,
  answer: NonNullable<AskOutcome['answer']>,
  { expected, person }: StepOptions,
): Judgement {
  const place = placeOfUrl(answer.url)
  switch (wants) {
    case 'autoconfig':
      return judgeDocument(answer, {
        mediaType: XML,
        expected: expected?.autoconfig,
        read: readAutoconfig,
      })
    case 'autodiscover': {
      const error = autodiscoverError(answer)
      const detail = `Autodiscover error ${error ?? ''}`
      if (error === '600') return [{ code: 'body_lost', place, detail }]
      if (error !== undefined) return [{ code: 'domain_not_served', place, detail }]
      const forNobody = expected?.autodiscover(`@${person.domain}`)
      if (method === 'POST' && forNobody !== undefined && answer.body.toString() === forNobody) {
        return [{ code: 'body_lost', place, detail: 'an answer to nobody in particular' }]
      }
      return judgeDocument(answer, {
        mediaType: XML,
        expected: method === 'POST' ? expected?.autodiscover(person.address) : forNobody,
        read: readAutodiscover,
      })
    }
    case 'autodiscover-json':
      return judgeJson(answer)
    case 'pacc':
      return judgeDocument(answer, {
        mediaType: JSON_TYPE,
        expected: expected?.pacc,
        read: (body) => JSON.parse(body.toString('utf8')) as unknown,
      })
    default:
      return []
  }
}

function judgeJson(answer: NonNullable<AskOutcome['answer']>): Judgement {
  return judgeDocument(answer, {
    mediaType: JSON_TYPE,
    expected: undefined,
    read(body) {
      const value = JSON.parse(body.toString('utf8')) as unknown
      if (typeof value !== 'object' || value === null) throw new Error('It is no object.')
      return value
    },
  })
}

// The website of the mail domain need have nothing: what it does have counts.
function ofWebsite(
  { wants }: ProbeStep,
  place: string,
  { answer }: AskOutcome,
  judgement: Judgement,
): ProbeStepResult {
  const code = (wanted: string) => judgement.find((problem) => problem.code === wanted)
  if (answer === undefined) return { place, result: 'nothing', problems: [] }
  const asks = code('basic_auth')
  if (asks !== undefined && wants === 'autodiscover') {
    const problem = { ...asks, code: 'domain_asks_password' as const }
    return { place, result: 'failed', problems: [problem] }
  }
  const differs = code('settings_differ')
  if (differs !== undefined) {
    const problem = { ...differs, code: 'domain_answers_otherwise' as const }
    return { place, result: 'found', problems: [problem] }
  }
  const isThere = answer.status === 200 && judgement.every(({ code: one }) => USABLE.has(one))
  return {
    place,
    result: isThere && judgePage(answer).length === 0 ? 'found' : 'nothing',
    problems: [],
  }
}
