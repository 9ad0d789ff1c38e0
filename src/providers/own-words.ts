import { inOwnLanguage, type Translated } from '../messages/translated.js'
import type { Advice, Provider, RefusedProvider } from './provider.js'
import { isKnown } from './said-note.js'

/** An operator's provider, whose words are in the operator's language where they name none. */
export function withOwnWords(provider: Provider | RefusedProvider): Provider | RefusedProvider {
  if (provider.refuse !== undefined) {
    const { refuse } = provider
    return { ...provider, refuse: { ...refuse, reason: ownWords(refuse.reason) } }
  }
  const { appPassword, oauth, notes } = provider
  return {
    ...provider,
    appPassword: appPassword && ownAdvice(appPassword),
    oauth: oauth && ownAdvice(oauth),
    notes: notes.map((note) =>
      isKnown(note.text) ? note : { ...note, text: ownWords(note.text) },
    ),
  }
}

function ownAdvice(advice: Advice): Advice {
  return { ...advice, text: ownWords(advice.text) }
}

function ownWords<T>(text: T | Translated): T | Translated {
  return typeof text === 'string' ? inOwnLanguage(text) : text
}
