import { english } from '../messages/english.js'
import { say, type Text } from '../messages/text.js'
import type { Translated } from '../messages/translated.js'
import type { Note } from './provider.js'

const ONE_DEVICE = say('notes.oneDevice')

/** What a note says: the sentence that stands in most provider files is a message, and so in every language. */
export function saidNote({ text }: Note): Text | Translated {
  return isKnown(text) ? ONE_DEVICE : text
}

/** Whether words of a provider file are such a sentence, whose language is known. */
export function isKnown(text: Note['text']): boolean {
  return text === english(ONE_DEVICE)
}
