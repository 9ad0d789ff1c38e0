import { isPlainText } from '../account/plain-text.js'
import { MailProfileError } from '../errors.js'
import type { Provider } from '../providers/provider.js'
import { parseClientConfig } from './client-config.js'
import { shown, singleLine, type Skipped } from './findings.js'
import { providerFromConfig, type ProviderDraft } from './provider-from-config.js'
import { providerYaml } from './provider-yaml.js'

export interface ImportAutoconfigOptions {
  /** Instead of the one that the file's name makes. */
  readonly id?: string | undefined
  /** The mail domains instead of those that the document names. */
  readonly domains?: readonly string[] | undefined
  /** Domains and mail exchangers that other files name already, and which: they are left out. */
  readonly taken?: ReadonlyMap<string, string> | undefined
  /**
   * The day when somebody compared the settings with the provider's own help page, as 2026-11-23.
   * Without it the file names no source: to import settings is not to verify them.
   */
  readonly verified?: string | undefined
}

/** A provider, and its file. */
export interface ImportedProvider extends ProviderDraft {
  readonly yaml: string
}

/**
 * A provider file from a Mozilla autoconfig document.
 *
 * @param document the text of the document
 * @param fileName its file's name, `example.com.xml`, which makes the provider's id
 * @throws MailProfileError `invalid_autoconfig` as `parseClientConfig` and `providerFromConfig`, or
 *   where all domains are taken
 */
export function importAutoconfig(
  document: string,
  fileName: string,
  { id = providerId(fileName), domains, taken = new Map(), verified }: ImportAutoconfigOptions = {},
): ImportedProvider {
  const draft = providerFromConfig(parseClientConfig(document), { id, domains })
  const { provider, skipped } = withoutTaken(draft.provider, taken)
  const { help } = provider
  const sources = help === undefined || verified === undefined ? [] : [{ url: help, verified }]
  const named = isPlainText(singleLine(fileName)) ? singleLine(fileName) : 'an autoconfig file'
  const comment =
    sources.length === 0
      ? `Imported from ${named}. Nobody has compared it with the provider's own page yet.`
      : `Imported from ${named}.`
  const complete = { ...provider, sources }
  return {
    provider: complete,
    yaml: providerYaml(complete, comment),
    skipped: [...draft.skipped, ...skipped],
    warnings: draft.warnings,
  }
}

/** A provider's id from the name of a file: `example.com.xml` is `example-com`. */
export function providerId(fileName: string): string {
  const id = fileName
    .toLowerCase()
    .replace(/\.xml$/, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-/, '')
    .slice(0, 60)
    .replace(/-$/, '')
  return id === '' ? 'provider' : id
}

// A folder of providers must not name a domain twice.
function withoutTaken(provider: Provider, taken: ReadonlyMap<string, string>) {
  const skipped: Skipped[] = []
  const isFree = (name: string) => {
    const other = taken.get(name)
    if (other === undefined) return true
    skipped.push({ what: `domain ${shown(name)}`, reason: `It is named by ${other} already.` })
    return false
  }
  const domains = provider.domains.filter(isFree)
  const mx = provider.mx.filter(isFree)
  if (domains.length === 0 && mx.length === 0) {
    const [other = ''] = [...provider.domains, ...provider.mx].flatMap(
      (name) => taken.get(name) ?? [],
    )
    throw new MailProfileError('invalid_autoconfig', `Its domains are named by ${other} already.`)
  }
  return { provider: { ...provider, domains, mx }, skipped }
}
