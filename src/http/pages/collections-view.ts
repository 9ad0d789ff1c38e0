import { collectionsOf, type Collections } from '../../account/account.js'
import { say, type Text } from '../../messages/text.js'

/** What there is instead of mail: which of calendars and contacts, and the words for it. */
export interface CollectionsView {
  readonly kind: Collections
  readonly what: Text
}

const WORDS = {
  calendar: say('davx5.calendars'),
  contacts: say('davx5.contacts'),
  both: say('davx5.both'),
} as const satisfies Record<Collections, Text>

/** How a page tells of calendars and contacts alone. */
export function collectionsView(of: Parameters<typeof collectionsOf>[0][number]): CollectionsView {
  const kind = collectionsOf([of])
  return { kind, what: WORDS[kind] }
}
