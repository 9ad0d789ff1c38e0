import { createHash } from 'node:crypto'
import { queryString } from '../../encoding/uri.js'
import type { AskOutcome } from './asker.js'
import type { HttpAnswer } from './exchange.js'
import { judgePage, ownRefusal } from './judge.js'
import { placeOfUrl, type Problem } from './problem.js'
import type { ServiceOptions } from './service.js'
import { autodiscoverQuestion } from './steps.js'

/** Whether what was made for one person comes to the next one as well. */
export async function probeCache({
  asker,
  base,
  domain,
}: ServiceOptions): Promise<readonly Problem[]> {
  // Nobody's mailboxes, but always the same: a cache that has them keeps no more than these.
  const names = ['probe-one', 'probe-two']
  for (const name of names) {
    const address = `${name}@${domain}`
    const url = `${base}/formats/settings-sheet${queryString([['address', address]])}`
    const { answer } = await asker.ask({ url })
    if (answer?.status !== 200) return []
    const text = answer.body.toString('utf8')
    const others = names.filter((other) => other !== name)
    if (others.some((other) => text.includes(`${other}@`)) && !text.includes(`${name}@`)) {
      return [
        {
          code: 'cached_for_others',
          place: placeOfUrl(answer.url),
          detail: 'the answer to another address',
        },
      ]
    }
  }
  return []
}

/** Whether capitals in a path matter, and what becomes of `.well-known`. */
export async function probePaths({
  asker,
  domain,
}: Pick<ServiceOptions, 'asker' | 'domain'>): Promise<{
  readonly letterCase: readonly Problem[]
  readonly wellKnown: readonly Problem[]
}> {
  const autodiscover = `https://autodiscover.${domain}`
  const post = (path: string) =>
    asker.ask({
      url: `${autodiscover}${path}`,
      method: 'POST',
      body: autodiscoverQuestion(`somebody@${domain}`),
      headers: { 'Content-Type': 'text/xml' },
    })
  const lower = await post('/autodiscover/autodiscover.xml')
  const letterCase: Problem[] = []
  if (isGood(lower)) {
    for (const path of ['/Autodiscover/Autodiscover.xml', '/AutoDiscover/AutoDiscover.xml']) {
      const upper = await post(path)
      if (isGood(upper)) continue
      const detail = `status ${upper.answer?.status ?? 'none'}`
      letterCase.push({ code: 'letter_case', place: `${autodiscover}${path}`, detail })
    }
  }
  const autoconfig = `https://autoconfig.${domain}`
  const wellKnown: Problem[] = []
  const usual = await asker.ask({ url: `${autoconfig}/mail/config-v1.1.xml` })
  if (isGood(usual)) {
    const url = new URL(`${autoconfig}/.well-known/autoconfig/mail/config-v1.1.xml`)
    const other = await asker.ask({ url: url.href })
    if (!isGood(other)) {
      const { answer, problems } = other
      const detail = problems[0]?.detail ?? `status ${answer?.status ?? 'none'}`
      const isOwn = answer !== undefined && ownRefusal(answer) !== undefined
      wellKnown.push({
        code: isOwn ? 'path_changed' : 'path_taken',
        place: placeOfUrl(url),
        detail,
      })
    }
  }
  return { letterCase, wellKnown }
}

function isGood({ answer, problems }: AskOutcome): boolean {
  return answer?.status === 200 && problems.length === 0 && judgePage(answer).length === 0
}

/** Whether all addresses of a host lead to the same. */
export async function probeAddresses(
  url: URL,
  { asker, places }: Pick<ServiceOptions, 'asker' | 'places'>,
): Promise<readonly Problem[]> {
  const { addresses } = await places.look(url)
  const answers = await Promise.all(
    addresses.map(async (address) => ({
      address,
      answer: (await asker.ask({ url: url.href, address, redirects: 'none' })).answer,
    })),
  )
  const digest = (answer: HttpAnswer | undefined) =>
    answer === undefined
      ? 'none'
      : `${answer.status} ${createHash('sha256').update(answer.body).digest('hex')}`
  const [first, ...others] = answers
  return others
    .filter(({ answer }) => digest(answer) !== digest(first?.answer))
    .map(({ address, answer }) => ({
      code: 'address_differs',
      place: url.host,
      detail: `${address}: status ${answer?.status ?? 'none'}, ${first?.address ?? ''}: status ${first?.answer?.status ?? 'none'}`,
      record: `${address.includes(':') ? 'AAAA' : 'A'} ${address}`,
    }))
}
