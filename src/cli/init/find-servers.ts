import { join } from 'node:path'
import { existsSync } from 'node:fs'
import { parseAddress } from '../../account/address.js'
import { providerId } from '../../autoconfig/provider-id.js'
import { checkAccount } from '../../check/account.js'
import type { ServerReport } from '../../check/report.js'
import { createConfig } from '../../config/create-config.js'
import { createDirectory } from '../../discovery/directory.js'
import { MailProfileError, sentencesOf } from '../../errors.js'
import type { Catalogue } from '../../providers/catalogue.js'
import { wereFound, type DomainSettings } from '../../providers/domain-settings.js'
import { loadCatalogue } from '../../providers/load.js'
import { providerAccount } from '../../providers/provider-account.js'
import type { Provider } from '../../providers/provider.js'
import { orAborted } from '../../waiting.js'
import type { Io } from '../io.js'
import { PROVIDERS_FOLDER } from './plan.js'

const STEP_TIMEOUT = 8000

/** What is known of a domain's servers. */
export type ServerSearch =
  /** A provider file has them, shipped or of one's own. */
  | { readonly kind: 'known'; readonly settings: DomainSettings }
  | { readonly kind: 'found'; readonly settings: DomainSettings }
  /** Why there are none, in sentences. */
  | { readonly kind: 'none'; readonly reason: string }

/** The shipped providers, and those in the folder beside the configuration. */
export async function readProviders(folder: string, now: Date): Promise<Catalogue> {
  const own = join(folder, PROVIDERS_FOLDER)
  return loadCatalogue(existsSync(own) ? [own] : [], { now })
}

/**
 * Looks for the servers of a domain.
 *
 * @param discover whether to ask outside where no provider file has them
 */
export async function findServers(
  domain: string,
  catalogue: Catalogue,
  discover: boolean,
  io: Io,
): Promise<ServerSearch> {
  const directory = createDirectory({
    catalogue: () => catalogue,
    now: io.now,
    ...(discover
      ? { network: await io.network(), discovery: createConfig({}, undefined).discovery }
      : {}),
  })
  try {
    const settings = await orAborted(directory.find(someMailbox(domain)), io.signal)
    return { kind: wereFound(settings) ? 'found' : 'known', settings }
  } catch (error) {
    if (!(error instanceof MailProfileError)) throw error
    if (error.code === 'unknown_domain') {
      return { kind: 'none', reason: discover ? 'Nothing was found.' : 'No provider file has it.' }
    }
    return { kind: 'none', reason: sentencesOf(error) }
  }
}

/** Whether the servers of a provider work, as far as that shows without a password. */
export async function checkServers(
  settings: Pick<DomainSettings, 'provider'>,
  domain: string,
  { now, signal, mailServers }: Io,
): Promise<readonly ServerReport[]> {
  const account = providerAccount(settings, someMailbox(domain))
  const report = await checkAccount(account, {
    ...{ timeout: STEP_TIMEOUT, signal, now: now() },
    ...mailServers,
  })
  return report.servers
}

/** A provider for a file of one's own: what was found, for this domain. */
export function providerFrom({ provider }: DomainSettings, domain: string): Provider {
  const { name, incoming, outgoing, calendar, contacts } = provider
  const { appPassword, signIn, oauth, notes, help } = provider
  return {
    id: providerId(domain),
    name,
    domains: [domain],
    mx: [],
    incoming,
    outgoing,
    ...(calendar === undefined ? {} : { calendar }),
    ...(contacts === undefined ? {} : { contacts }),
    ...(appPassword === undefined ? {} : { appPassword }),
    ...(signIn === undefined ? {} : { signIn }),
    ...(oauth === undefined ? {} : { oauth }),
    ...(help === undefined ? {} : { help }),
    // What this program says of a search is no word of the provider's.
    notes: notes.filter(({ text }) => typeof text === 'string' || 'en' in text),
    autoconfig: false,
    sources: [],
  }
}

/**
 * A provider of servers that somebody named.
 *
 * @param name what people see on their devices; the first domain by default
 */
export function namedProvider(
  domains: readonly [string, ...string[]],
  { incoming, outgoing }: Pick<Provider, 'incoming' | 'outgoing'>,
  name: string = domains[0],
): Provider {
  return {
    ...{ id: providerId(domains[0]), name, domains, mx: [], incoming, outgoing },
    ...{ autoconfig: false, notes: [], sources: [] },
  }
}

// It is no mailbox that anybody is told of: places are asked for its domain alone.
function someMailbox(domain: string) {
  return parseAddress(`postmaster@${domain}`)
}
