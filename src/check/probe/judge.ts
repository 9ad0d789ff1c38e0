import { parseClientConfig } from '../../autoconfig/client-config.js'
import { decodeXml } from '../../encoding/decode-xml.js'
import { parseAutodiscover } from '../../formats/outlook-autodiscover/reader.js'
import type { ProbeCode } from './diagnoses.js'
import type { HttpAnswer } from './exchange.js'
import type { ExpectedDocument } from './expected.js'
import { printable } from '../server-text.js'
import { placeOfUrl, type Problem } from './problem.js'

/** What is wrong with an answer, if anything; the worst first. */
export type Judgement = readonly Problem[]

/** The code with which mailprofile refused something; nothing where it was not mailprofile who did. */
export function ownRefusal({ status, header, body }: HttpAnswer): string | undefined {
  if (status < 400) return undefined
  const text = body.subarray(0, 400).toString('utf8')
  if (/<Autodiscover[\s>]/.test(text) && status === 404) return 'unknown_domain'
  const isText = /^text\/plain\b/i.test(header('content-type')[0] ?? '')
  return isText ? /^([a-z]+(?:_[a-z]+)*): \S/.exec(text)?.[1] : undefined
}

/** What a status says by itself; refusals of mailprofile's own are looked into elsewhere. */
export function judgeStatus(answer: HttpAnswer, method: string): Judgement {
  const { status, url } = answer
  if (status === 200) return []
  const place = placeOfUrl(url)
  const detail = `status ${status}`
  const code = codeOfStatus(answer, method)
  return [{ code, place, detail }]
}

function codeOfStatus(answer: HttpAnswer, method: string): ProbeCode {
  const { status } = answer
  switch (status) {
    case 401:
    case 407:
      return 'basic_auth'
    case 403:
    case 406:
    case 451:
      return 'forbidden'
    case 405:
    case 411:
    case 413:
    case 415:
    case 501:
      return method === 'GET' ? 'path_taken' : 'post_refused'
    case 429:
      return ownRefusal(answer) === undefined ? 'rate_limited' : 'server_limit'
    case 502:
    case 504:
      return 'bad_gateway'
    case 503:
      // nginx says so of its own limits, and so does mailprofile of a store that is down.
      return ownRefusal(answer) === undefined ? 'bad_gateway' : 'server_error'
    default:
      return status >= 500 ? 'server_error' : 'path_taken'
  }
}

/** Whether the body came as it was sent. */
export function judgeEncoding({ encoding, url, header }: HttpAnswer): Judgement {
  if (encoding === undefined) return []
  const detail = printable(`Content-Encoding: ${header('content-encoding').join(', ')}`)
  const code = encoding === 'broken' ? 'encoding_broken' : 'encoding_unasked'
  return [{ code, place: placeOfUrl(url), detail }]
}

/** What a web page is, where none should be; nothing where there is none. */
export function judgePage({ body, url, header }: HttpAnswer): Judgement {
  const start = body.subarray(0, 64 * 1024).toString('utf8')
  const [type = ''] = header('content-type')
  const isPage = /^\s*(?:<!--[^]*?-->\s*)?<(?:!doctype html|html|head|body)\b/i.test(start)
  if (!isPage) return []
  const title = /<title[^>]*>([^<]{0,100})/i.exec(start)?.[1]?.trim()
  const detail = printable(title === undefined || title === '' ? type : `“${title}”`)
  const hasPassword = /<input[^>]{0,300}type\s*=\s*["']?password/i.test(start)
  return [{ code: hasPassword ? 'login_page' : 'html_instead', place: placeOfUrl(url), detail }]
}

const MAX_SHOWN = 80

export interface DocumentRules {
  /** Media types that it may have, a pattern. */
  readonly mediaType: RegExp
  /** The bytes, where they are known. */
  readonly expected: ExpectedDocument | undefined
  /** What it says, for a comparison where the bytes differ. @throws Error where it is no such document */
  readonly read: (body: Buffer) => unknown
}

/** Whether an answer with status 200 is the document that was asked for. */
export function judgeDocument(answer: HttpAnswer, rules: DocumentRules): Judgement {
  const { body, url, header } = answer
  const place = placeOfUrl(url)
  const broken = judgeEncoding(answer)
  if (broken.some(({ code }) => code === 'encoding_broken')) return broken
  const page = judgePage(answer)
  if (page.length > 0) return page
  let found: unknown
  try {
    found = rules.read(body)
  } catch {
    return [{ code: 'other_answer', place, detail: printable(header('content-type')[0] ?? '') }]
  }
  const types = header('content-type')
  const isNamed = types.length === 1 && rules.mediaType.test(types[0] ?? '')
  return [
    ...broken,
    ...compare(answer, rules, found),
    ...(isNamed
      ? []
      : [
          {
            code: 'content_type' as const,
            place,
            detail: printable(types.join(' and ') || 'none'),
          },
        ]),
  ]
}

function compare({ body, url }: HttpAnswer, rules: DocumentRules, found: unknown): Judgement {
  const { expected, read } = rules
  if (typeof expected !== 'string') return []
  const bytes = Buffer.from(expected, 'utf8')
  if (bytes.equals(body)) return []
  const isSame = JSON.stringify(read(bytes)) === JSON.stringify(found)
  const detail = firstDifference(body.toString('utf8'), expected)
  return [{ code: isSame ? 'body_changed' : 'settings_differ', place: placeOfUrl(url), detail }]
}

function firstDifference(found: string, expected: string): string {
  const [there, wanted] = [found.split('\n'), expected.split('\n')]
  const at = wanted.findIndex((line, i) => line !== there[i])
  const shown = (line: string | undefined) => `“${printable(line ?? '').slice(0, MAX_SHOWN)}”`
  return at < 0 ? 'more than expected' : `${shown(there[at])} instead of ${shown(wanted[at])}`
}

/** What Thunderbird and others read of an autoconfig document. */
export function readAutoconfig(body: Buffer): unknown {
  const config = parseClientConfig(decodeXml(body))
  const { incoming, outgoing, domains, displayName } = config
  if (incoming.length === 0 && outgoing.length === 0) throw new Error('It names no server.')
  return { incoming, outgoing, domains, displayName }
}

/** What Outlook and others read of an Autodiscover answer. */
export function readAutodiscover(body: Buffer): unknown {
  return parseAutodiscover(decodeXml(body))
}

/** The error that an Autodiscover answer holds, if it is one. */
export function autodiscoverError({ body }: HttpAnswer): string | undefined {
  return /<ErrorCode>(\d{3})<\/ErrorCode>/.exec(body.subarray(0, 4000).toString('utf8'))?.[1]
}
