import { MailProfileError } from '../../errors.js'
import type { Catalogue } from '../../providers/catalogue.js'
import type { Provider } from '../../providers/provider.js'
import type { Io } from '../io.js'
import { UsageError } from '../usage-error.js'
import { findServers, namedProvider, providerFrom } from './find-servers.js'
import { missing, type InitFlags } from './flags.js'
import type { InitPlan } from './plan.js'

const NOBODY = 'cannot be asked for without a terminal'

export interface UnaskedOptions {
  /** Whether defaults are taken for what nobody named. */
  readonly yes: boolean
  readonly discover: boolean
  readonly catalogue: Catalogue
}

/**
 * A plan where nobody is asked.
 *
 * @throws UsageError that names the option that is missing; MailProfileError `confirmation_required`
 */
export async function planFromFlags(
  flags: InitFlags,
  { yes, discover, catalogue }: UnaskedOptions,
  io: Io,
): Promise<InitPlan> {
  const { domains, brand, servers, baseUrl, signing, store } = flags
  const orYes = 'Name it, or add --yes for a server to try things out on.'
  const [first, ...others] = domains ?? []
  if (first === undefined) throw missing('--domain', NOBODY)
  if (!yes && baseUrl === undefined) throw missing('--base-url', NOBODY, orYes)
  if (!yes && signing === undefined) throw missing('--certificate', NOBODY, orYes)
  const providers =
    servers === undefined
      ? await searched([first, ...others], catalogue, discover, io)
      : [namedProvider([first, ...others], servers, brand)]
  return { domains: [first, ...others], brand, providers, baseUrl, signing, store }
}

async function searched(
  domains: readonly string[],
  catalogue: Catalogue,
  discover: boolean,
  io: Io,
): Promise<Provider[]> {
  const providers: Provider[] = []
  for (const domain of domains) {
    const search = await findServers(domain, catalogue, discover, io)
    if (search.kind === 'none') {
      throw new UsageError(
        `--imap (or --pop3) and --smtp are missing: the servers of ${domain} are not known.`,
        { hint: search.reason },
      )
    }
    if (search.kind === 'known') continue
    const { confirm, source } = search.settings
    if (confirm.length > 0) {
      throw new MailProfileError(
        'confirmation_required',
        `The servers of ${domain} were found at ${source}, and nobody vouches for them: the password would go to ${confirm.join(' and ')}.`,
        { hint: 'Run it on a terminal to look at them, or name them: --imap and --smtp.' },
      )
    }
    providers.push(providerFrom(search.settings, domain))
  }
  return providers
}
