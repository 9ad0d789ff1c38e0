import { parseUrl } from '../../account/web-url.js'
import { printable } from '../server-text.js'
import type { AskOutcome, ProbeAsker } from './asker.js'
import { CLIENTS } from './clients.js'
import type { HttpAnswer } from './exchange.js'
import { judgeEncoding, judgePage, judgeStatus, ownRefusal } from './judge.js'
import { placeOfUrl, type Problem } from './problem.js'
import { refusedOr, type ServiceOptions } from './service.js'

const BROWSER = CLIENTS.find(({ id }) => id === 'apple')
const PAGE = {
  accept: 'text/html,application/xhtml+xml,*/*;q=0.8',
  userAgent: BROWSER?.userAgent,
  encodings: BROWSER?.encodings,
}

/** The setup page as Safari on an iPhone sees it, and what it needs. */
export async function probePage(
  outcome: AskOutcome,
  asked: URL,
  options: ServiceOptions,
): Promise<readonly Problem[]> {
  const { answer, problems } = outcome
  if (answer === undefined || problems.length > 0) return problems
  if (answer.status !== 200) {
    // In words instead of a page, to know why.
    const { answer: inWords } = await options.asker.ask({ url: asked.href })
    const status = judgeStatus(answer, 'GET')
    // A page that says what such people do instead.
    if (inWords !== undefined && ownRefusal(inWords) === 'oauth_only') return []
    return inWords === undefined ? status : refusedOr(inWords, asked, options, status)
  }
  const broken = judgeEncoding(answer).filter(({ code }) => code === 'encoding_broken')
  if (broken.length > 0) return broken
  const html = answer.body.toString('utf8')
  const files = [...html.matchAll(/(?:href|src)="([^"]{1,300})"/g)].flatMap(([, path = '']) =>
    /\.(?:css|js)(?:\?|$)/.test(path) ? [path] : [],
  )
  if (files.length === 0) {
    const [page] = judgePage(answer)
    return [
      {
        code: page?.code === 'login_page' ? 'login_page' : 'other_server',
        place: placeOfUrl(answer.url),
        detail: page?.detail,
      },
    ]
  }
  const code = new URL(asked)
  code.pathname = `${code.pathname}/qr.svg`
  const addresses = [
    ...[...new Set(files)].slice(0, 2).flatMap((path) => ownAddress(path, answer.url)),
    code,
  ]
  const taken = await Promise.all(addresses.map((url) => probeFile(url, options.asker)))
  return [...judgeHeaders(answer), ...judgePrivacy(answer), ...taken.flat()]
}

// Its own pages load nothing from elsewhere, and nobody else's may send this computer anywhere.
function ownAddress(path: string, page: URL): URL[] {
  const url = parseUrl(path, page.href)
  return url?.origin === page.origin ? [url] : []
}

async function probeFile(url: URL, asker: ProbeAsker): Promise<readonly Problem[]> {
  const { answer, problems } = await asker.ask({ url: url.href, userAgent: PAGE.userAgent })
  if (answer === undefined || problems.length > 0) return problems
  const isGood = answer.status === 200 && judgePage(answer).length === 0
  if (isGood || answer.status === 429) return isGood ? [] : judgeStatus(answer, 'GET')
  return [{ code: 'files_taken', place: placeOfUrl(url), detail: `status ${answer.status}` }]
}

const SECURITY_HEADERS = [
  ['content-security-policy', /default-src 'none'.*frame-ancestors 'none'/s],
  ['x-frame-options', /^deny$/i],
  ['x-content-type-options', /^nosniff$/i],
  ['referrer-policy', /^no-referrer$/i],
] as const

function judgeHeaders({ url, header }: HttpAnswer): readonly Problem[] {
  return SECURITY_HEADERS.flatMap(([name, pattern]) => {
    const values = header(name)
    const [value] = values
    if (values.length === 1 && value !== undefined && pattern.test(value)) return []
    const detail =
      value === undefined ? `${name} is missing` : printable(`${name}: ${values.join(' and ')}`)
    return [{ code: 'security_headers' as const, place: placeOfUrl(url), detail }]
  })
}

/** Whether an answer for one person says that nobody may keep it. */
export function judgePrivacy({ url, header }: HttpAnswer): readonly Problem[] {
  const values = header('cache-control')
  if (values.length === 1 && /\bno-store\b/i.test(values[0] ?? '')) return []
  const detail = printable(`Cache-Control: ${values.join(' and ') || 'none'}`)
  return [{ code: 'cache_control_lost', place: placeOfUrl(url), detail }]
}
