import { answerOrNone } from '../../dns/answer-or-none.js'
import { isDomainName } from '../../account/host-name.js'
import { domainDavUrl } from '../../dns/domain-hosts.js'
import type { MailService } from '../../account/mail-service.js'
import type { ProbeAsker } from './asker.js'
import { judgePage } from './judge.js'
import type { ProbeNetwork } from './places.js'
import { placeOfUrl, type Problem } from './problem.js'

export interface DavOptions {
  readonly asker: ProbeAsker
  readonly resolver: ProbeNetwork['resolver']
  readonly domain: string
  readonly userAgent: string
}

// What a server of calendars or contacts says to somebody who has not logged in.
const ANSWERS = new Set([200, 207, 301, 302, 303, 307, 308, 401, 403])

/**
 * Asks for calendars or contacts as RFC 6764 has it: by SRV and TXT, then `/.well-known`. No name and no
 * password is sent.
 *
 * @returns where it asked, and what is wrong
 */
export async function askDav(
  kind: 'caldav' | 'carddav',
  service: MailService,
  { asker, resolver, domain, userAgent }: DavOptions,
): Promise<{ readonly place: string; readonly problems: readonly Problem[] } | undefined> {
  const configured = (kind === 'caldav' ? service.calendar : service.contacts)?.url
  if (configured === undefined) return undefined
  const own = new URL(domainDavUrl(configured, domain))
  const owner = `_${kind}s._tcp.${domain}`
  const [services, texts] = await Promise.all([
    answerOrNone(resolver.resolveSrv(owner)).catch(() => []),
    answerOrNone(resolver.resolveTxt(owner)).catch(() => []),
  ])
  // One that is the root says that there is nothing (RFC 2782), and a name may hold any octet.
  const [best] = services
    .map(({ name, ...record }) => ({ ...record, name: name.toLowerCase().replace(/\.$/, '') }))
    .filter(({ name, port }) => isDomainName(name) && port > 0)
    .sort((a, b) => a.priority - b.priority)
  const host = best === undefined ? own.host : `${best.name}:${best.port}`
  const [path = `/.well-known/${kind}`] = texts.flatMap(
    (pieces) => /^path=(\/.*)$/.exec(pieces.join(''))?.[1] ?? [],
  )
  // As a path alone: `//host/` would be another server.
  const url = new URL(`https://${host}${path}`)
  const { answer, problems } = await asker.ask({
    url: url.href,
    method: 'PROPFIND',
    userAgent,
    redirects: 'none',
    headers: { Depth: '0', 'Content-Type': 'text/xml; charset=utf-8' },
    body: '<?xml version="1.0" encoding="UTF-8"?><propfind xmlns="DAV:"><prop><current-user-principal/></prop></propfind>',
  })
  const place = placeOfUrl(url)
  if (answer === undefined) return { place, problems }
  const isThere = ANSWERS.has(answer.status) && !(answer.status === 200 && isPage(answer))
  if (isThere) return { place, problems: [] }
  const detail = `status ${answer.status}`
  return { place, problems: [{ code: 'dav_not_found', place, detail }] }
}

function isPage(answer: Parameters<typeof judgePage>[0]): boolean {
  return judgePage(answer).length > 0
}
