import { describe, expect, it } from 'vitest'
import { MailProfileError } from '../../src/errors.js'
import { english } from '../../src/messages/english.js'
import { say } from '../../src/messages/text.js'
import { inLanguage, languageIn } from '../../src/messages/translated.js'
import { loadTexts } from '../../src/texts/texts.js'

const CLOSED = { en: 'It is <closed>.', de: 'Es ist <zu>.' }

describe('words of a provider', () => {
  it.each([
    ['in a language they are in', CLOSED, 'de', 'Es ist <zu>.', 'de'],
    ['in another', CLOSED, 'ar', 'It is <closed>.', 'en'],
    ['in English alone', 'It is <closed>.', 'de', 'It is <closed>.', 'en'],
    ['by a name of objects', CLOSED, 'constructor', 'It is <closed>.', 'en'],
  ])('%s', (_name, words, tag, text, language) => {
    expect([inLanguage(words, tag), languageIn(words, tag)]).toEqual([text, language])
  })

  it('are English in an error, and in each language on a page', () => {
    const error = new MailProfileError('oauth_only', CLOSED, { hint: CLOSED })
    expect(error).toMatchObject({ message: CLOSED.en, hint: CLOSED.en })
    expect(error.texts).toEqual({ message: CLOSED, hint: CLOSED })
    expect(JSON.stringify(error)).not.toContain('zu')
  })

  it.each([
    [CLOSED, 'It is <closed>.'],
    ['As it is.', 'As it is.'],
    [say('errors.http.later'), 'Try again later.'],
  ])('are English for programs: %j', (said, text) => {
    expect(english(said)).toBe(text)
  })

  it('say on a page which language they are in, if it is another', () => {
    const german = loadTexts('de')
    expect(german.text(CLOSED)).toBe('Es ist <zu>.')
    expect(german.html(CLOSED)).toBe('Es ist &lt;zu&gt;.')
    expect(german.said.html('It is <closed>.')).toBe('<bdi lang="en">It is &lt;closed&gt;.</bdi>')
    expect(german.said.text('It is <closed>.')).toBe('It is <closed>.')
    const english = loadTexts('en')
    expect(english.said.html('It is <closed>.')).toBe('It is &lt;closed&gt;.')
    expect(english.said.html(say('errors.http.later'))).toBe('Try again later.')
    expect(english.said.text(CLOSED)).toBe('It is <closed>.')
  })
})
