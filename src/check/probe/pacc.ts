import { answerOrNone } from '../../dns/answer-or-none.js'
import { paccDigest } from '../../dns/plan.js'
import { urlOf, type ProbeClient, type ProbeStep } from './clients.js'
import type { ProbeNetwork } from './places.js'
import { takeHttpStep, type ProbeStepResult, type StepOptions } from './steps.js'

/**
 * Asks for the document of PACC where nobody knows whether there is to be one: where there is, the DNS has
 * its digest.
 */
export async function takePaccStep(
  client: ProbeClient,
  step: ProbeStep,
  { resolver, ...options }: StepOptions & Pick<ProbeNetwork, 'resolver'>,
): Promise<ProbeStepResult | undefined> {
  const { asker, person } = options
  const owner = `_ua-auto-config.${person.domain}`
  const texts = (await answerOrNone(resolver.resolveTxt(owner)).catch(() => [])).map((pieces) =>
    pieces.join(''),
  )
  if (!texts.some((text) => text.startsWith('v=UAAC1'))) return undefined
  const result = await takeHttpStep(client, step, options)
  if (result?.result !== 'found') return result
  const { answer } = await asker.ask({
    url: urlOf(step, person) ?? '',
    method: 'GET',
    userAgent: client.userAgent,
    encodings: client.encodings,
  })
  const digest = paccDigest(answer?.body ?? '')
  if (texts.some((text) => text.includes(`d=${digest}`))) return result
  const record = `_ua-auto-config TXT "v=UAAC1; a=sha256; d=${digest}"`
  const problem = { code: 'pacc_digest', place: owner, record } as const
  return { ...result, result: 'failed', problems: [...result.problems, problem] }
}
