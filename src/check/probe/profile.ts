import { rootCertificates } from 'node:tls'
import { PROFILE_FILE } from '../../formats/apple-profile/file.js'
import { inspectProfile } from '../../inspection/inspect.js'
import { printable } from '../server-text.js'
import type { AskOutcome } from './asker.js'
import type { HttpAnswer } from './exchange.js'
import { judgeEncoding, judgePage, judgeStatus, ownRefusal } from './judge.js'
import { placeOfUrl, type Problem } from './problem.js'
import { refusedOr, type ServiceOptions } from './service.js'
import { judgePrivacy } from './setup-page.js'

/** The profile as an iPhone downloads it. */
export async function probeProfile(
  outcome: AskOutcome,
  asked: URL,
  options: ServiceOptions,
): Promise<readonly Problem[]> {
  const { answer, problems } = outcome
  if (answer === undefined || problems.length > 0) return problems
  const place = placeOfUrl(answer.url)
  if (answer.status === 422 || (answer.status === 503 && ownRefusal(answer) !== undefined)) {
    return [{ code: 'profile_missing', place, detail: ownRefusal(answer) }]
  }
  if (answer.status !== 200) {
    return refusedOr(answer, asked, options, judgeStatus(answer, 'GET'))
  }
  const broken = judgeEncoding(answer)
  if (broken.length > 0) return broken
  const page = judgePage(answer)
  if (page.length > 0) return page
  const types = answer.header('content-type')
  const isNamed =
    types.length === 1 && types[0]?.split(';')[0]?.trim().toLowerCase() === PROFILE_FILE.mediaType
  return [
    ...(await judgeProfile(answer, options)),
    ...(isNamed
      ? []
      : [
          {
            code: 'profile_media_type' as const,
            place,
            detail: printable(types.join(' and ') || 'none'),
          },
        ]),
    ...judgePrivacy(answer),
  ]
}

async function judgeProfile(
  { body, url }: HttpAnswer,
  { now, trust }: ServiceOptions,
): Promise<readonly Problem[]> {
  const place = placeOfUrl(url)
  const roots = trust.length === 0 ? undefined : [...rootCertificates, ...trust]
  try {
    const { signature, accepted } = await inspectProfile(body, { now, roots })
    if (signature === undefined) return [{ code: 'profile_unsigned', place }]
    if (signature.valid === false || !accepted) return [{ code: 'profile_signature', place }]
    const { trust, chain } = signature
    if (trust === undefined || trust.reason === 'good') return []
    const detail = printable(`${trust.reason}, chain ${chain}`)
    return [{ code: 'profile_not_verified', place, detail }]
  } catch {
    return [{ code: 'profile_broken', place }]
  }
}
