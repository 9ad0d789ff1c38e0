import { parseUrl } from '../../account/web-url.js'
import { queryString } from '../../encoding/uri.js'
import { printable } from '../server-text.js'
import type { ProbeAsker } from './asker.js'
import type { HttpAnswer } from './exchange.js'
import { judgePage, judgeStatus, ownRefusal } from './judge.js'
import { explainNotFound } from './not-found.js'
import type { ProbePlaces } from './places.js'
import { placeOfUrl, type Problem } from './problem.js'

export interface ServiceOptions {
  readonly asker: ProbeAsker
  readonly places: ProbePlaces
  readonly domain: string
  /** Without a trailing slash. */
  readonly base: string
  readonly now: Date
  /** Roots in PEM that devices know besides those of Node. */
  readonly trust: readonly string[]
}

/** Whether mailprofile itself answers at an address; why not, if it does not. */
export async function probeHealth(options: ServiceOptions): Promise<readonly Problem[]> {
  const { asker, base } = options
  const url = `${base}/healthz`
  const outcome = await asker.ask({ url })
  const { answer, problems } = outcome
  if (answer === undefined || problems.length > 0) return problems
  if (answer.status === 200 && /^ok\s*$/.test(answer.body.toString('latin1'))) return []
  const place = placeOfUrl(answer.url)
  if (answer.status === 200) {
    const [page] = judgePage(answer)
    return [
      {
        code: page?.code === 'login_page' ? 'login_page' : 'other_server',
        place,
        detail: page?.detail,
      },
    ]
  }
  return refusedOr(answer, new URL(url), options, judgeStatus(answer, 'GET'))
}

/** Why mailprofile itself refuses, where it was mailprofile; what else to say otherwise. */
export async function refusedOr(
  answer: HttpAnswer,
  asked: URL,
  options: ServiceOptions,
  otherwise: readonly Problem[],
): Promise<readonly Problem[]> {
  if (ownRefusal(answer) === undefined || answer.status >= 429) return otherwise
  const code = await explainNotFound(answer, asked, options)
  const detail = `status ${answer.status}, ${ownRefusal(answer) ?? ''}`
  return [{ code, place: placeOfUrl(asked), detail }]
}

/** What mailprofile says of itself: its warnings are for everybody. */
export async function probeReadiness({ asker, base }: ServiceOptions): Promise<readonly Problem[]> {
  const { answer } = await asker.ask({ url: `${base}/readyz` })
  if (answer === undefined) return []
  try {
    const { warnings } = JSON.parse(answer.body.toString('utf8')) as { warnings?: unknown }
    const list = Array.isArray(warnings) ? warnings.slice(0, 10) : []
    // Of the certificate that signs, the profile tells more.
    const others = list.filter((warning) => !String(warning).includes('signing certificate'))
    return others.map((warning) => ({
      code: 'server_warns',
      place: placeOfUrl(answer.url),
      detail: printable(String(warning)),
    }))
  } catch {
    return []
  }
}

/** Where mailprofile takes itself to be, by its pointer to Autodiscover; nothing where it does not say. */
export async function askBaseUrl(
  origin: string,
  { asker, domain }: Pick<ServiceOptions, 'asker' | 'domain'>,
): Promise<string | undefined> {
  const query = queryString([
    ['Email', `somebody@${domain}`],
    ['Protocol', 'AutodiscoverV1'],
  ])
  const { answer } = await asker.ask({ url: `${origin}/autodiscover/autodiscover.json${query}` })
  if (answer?.status !== 200) return undefined
  try {
    const { Url } = JSON.parse(answer.body.toString('utf8')) as { readonly Url?: unknown }
    const [, base = ''] = /^(.*)\/autodiscover\/autodiscover\.xml$/i.exec(String(Url)) ?? []
    return /^https?:$/.test(parseUrl(base)?.protocol ?? '') ? base : undefined
  } catch {
    return undefined
  }
}

/** Whether that is where it is. */
export async function probeBaseUrl(options: ServiceOptions): Promise<readonly Problem[]> {
  const { base } = options
  const named = await askBaseUrl(base, options)
  if (named === undefined || named.toLowerCase() === base.toLowerCase()) return []
  return [{ code: 'base_url_differs', place: base, detail: printable(`it says ${named}`) }]
}

/** Whether people who leave https out are led to it. */
export async function probeWithoutTls({
  asker,
  base,
}: ServiceOptions): Promise<readonly Problem[]> {
  const url = new URL(`${base}/healthz`)
  if (url.protocol !== 'https:' || url.port !== '') return []
  url.protocol = 'http:'
  // That nothing listens there is no mistake; a loop comes to light over https.
  const { answer } = await asker.ask({ url: url.href, redirects: 'none' })
  if (answer?.status !== 200 || !/^ok\s*$/.test(answer.body.toString('latin1'))) return []
  return [{ code: 'no_https', place: placeOfUrl(url) }]
}
