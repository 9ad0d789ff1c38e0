import { formats } from '../../formats/index.js'
import type { AskOutcome } from './asker.js'
import { urlOf, type ProbeClient, type ProbedPerson, type ProbeStep } from './clients.js'
import { ownRefusal } from './judge.js'
import { placeOfUrl, type Problem } from './problem.js'
import { probeProfile } from './profile.js'
import type { ServiceOptions } from './service.js'
import { probePage } from './setup-page.js'
import type { ProbeStepResult } from './steps.js'

/** With these the page or the profile is of no use. */
const HARD: ReadonlySet<Problem['code']> = new Set([
  ...(['profile_media_type', 'profile_broken', 'profile_signature', 'encoding_broken'] as const),
  ...(['html_instead', 'login_page', 'other_server', 'redirect_loop'] as const),
  ...(['redirect_to_login', 'redirect_to_http', 'redirect_loses_address'] as const),
])

/** Asks for the setup page or the profile as an iPhone does. */
export async function takePhoneStep(
  client: ProbeClient,
  step: ProbeStep,
  person: ProbedPerson,
  options: ServiceOptions,
): Promise<ProbeStepResult | undefined> {
  const url = urlOf(step, person)
  if (url === undefined) return undefined
  const isPage = step.wants === 'page'
  const ask = (asked: URL) => {
    const { userAgent, encodings } = client
    const accept = isPage ? 'text/html,application/xhtml+xml,*/*;q=0.8' : '*/*'
    return options.asker.ask({ url: asked.href, userAgent, encodings, accept })
  }
  let asked = new URL(url)
  let outcome = await ask(asked)
  if (!isPage && isRefused(outcome, 'oauth_only')) {
    // Whose people sign in has another profile, or none where the operator wants none.
    for (const place of signInProfiles(asked)) {
      const other = await ask(place)
      if (isRefused(other)) continue
      ;[asked, outcome] = [place, other]
      break
    }
    if (isRefused(outcome)) return { place: placeOfUrl(asked), result: 'nothing', problems: [] }
  }
  const judge = isPage ? probePage : probeProfile
  const problems = await judge(outcome, asked, options)
  return { place: placeOfUrl(asked), result: resultOf(outcome, problems), problems }
}

function signInProfiles(profile: URL): URL[] {
  return formats
    .filter(({ page }) => page?.signIn !== undefined)
    .map(({ id }) => {
      const url = new URL(profile)
      url.pathname = url.pathname.replace(/[^/]*$/, id)
      return url
    })
}

// By mailprofile itself, for what the account is.
function isRefused({ answer }: AskOutcome, code?: string): boolean {
  const refusal = answer?.status === 422 ? ownRefusal(answer) : undefined
  return refusal !== undefined && (code === undefined || refusal === code)
}

function resultOf({ answer }: AskOutcome, problems: readonly Problem[]): ProbeStepResult['result'] {
  if (problems.some(({ code }) => HARD.has(code))) return 'failed'
  if (answer?.status === 200) return 'found'
  return problems.length > 0 || answer === undefined ? 'failed' : 'nothing'
}
