import { needsSignIn, type Account } from '../../account/account.js'
import { accountToJson } from '../../account/json.js'
import type { Person } from '../../directory/people-directory.js'
import { english } from '../../messages/english.js'
import { say } from '../../messages/text.js'
import type { DomainSettings } from '../../providers/domain-settings.js'

/**
 * The settings of an address and where they come from, as JSON.
 *
 * @param person as the directory of people knows them; absent where there is none, or nobody
 */
export function accountAnswer(account: Account, settings: DomainSettings, person?: Person) {
  const { provider, trust, source, confirm } = settings
  return {
    account: accountToJson(account),
    source: {
      provider: provider.id,
      trust,
      // A file of the catalogue, or the place where the settings were found.
      ...(trust === 'catalogue' ? { file: source } : { place: source, confirm }),
      sources: provider.sources,
    },
    notes: accountAdvice(account, settings),
    help: provider.help,
    ...(person && { person: { aliases: person.aliases, language: person.language } }),
  }
}

/** What the person has to know before it works, in sentences, in the order of the setup page. */
export function accountAdvice(
  account: Account,
  { provider: { name, appPassword, oauth, notes } }: DomainSettings,
): string[] {
  const signIn =
    oauth?.text ?? say('errors.provider.oauth', { provider: account.accountName ?? name })
  const protocol = account.incoming?.protocol
  return [
    ...notes
      .filter((note) => note.protocol === undefined || note.protocol === protocol)
      .map(({ text }) => english(text)),
    ...(needsSignIn(account) ? [english(signIn)] : []),
    ...(appPassword === undefined ? [] : [english(appPassword.text)]),
  ]
}
