import { describe, expect, it } from 'vitest'
import { parseAddress } from '../src/account/address.js'
import { parseLanguage } from '../src/account/language.js'
import { parsePlainText } from '../src/account/plain-text.js'
import { MailProfileError } from '../src/errors.js'
import { storeUnavailable } from '../src/invitations/failures.js'
import { say } from '../src/messages/text.js'
import { loadCatalogue } from '../src/providers/load.js'
import { loadTexts } from '../src/texts/texts.js'
import { refusal } from './support/errors.js'

const catalogue = await loadCatalogue()

describe('an error that people see', () => {
  it.each<[what: string, call: () => unknown]>([
    ['no address', () => parseAddress('')],
    ['no domain', () => parseAddress('ann@a..b')],
    ['a long local part', () => parseAddress(`${'a'.repeat(65)}@example.com`)],
    ['letters of another script', () => parseAddress('ännchen@example.com')],
    ['a long name', () => parsePlainText('x'.repeat(201), 'name', 200)],
    ['a name that is not what it seems', () => parsePlainText('A\u202en', 'name', 200)],
    ['no language', () => parseLanguage('?')],
    ['an unknown domain', () => catalogue.account('ann@nowhere.example')],
    ['a domain that is near to another', () => catalogue.account('ann@gmial.com')],
    [
      'a protocol that is not offered',
      () => catalogue.account('ann@icloud.com', { protocol: 'pop3' }),
    ],
    [
      'no store',
      () => {
        throw storeUnavailable()
      },
    ],
  ])('says the same in English as a log: %s', async (_what, call) => {
    const { message, hint, texts } = await refusal(call)
    const english = loadTexts('en')
    expect(texts.message && english.text(texts.message)).toBe(message)
    expect(texts.hint && english.text(texts.hint)).toBe(hint)
    expect(`${message} ${hint ?? ''}`).not.toMatch(/[{}\u2068\u2069]/)
  })

  it('says what was meant, and what to do, in one hint', () => {
    expect(catalogue.unknown('gmial.com').hint).toBe(
      'Did you mean gmail.com? Check the part after the @, or ask your mail provider for its settings.',
    )
  })

  it('keeps a sentence that is in one language only', () => {
    const error = new MailProfileError('unsupported_account', 'Nur im Haus.', {
      hint: say('errors.domain.check'),
    })
    expect(error.message).toBe('Nur im Haus.')
    expect(error.texts).toEqual({ hint: say('errors.domain.check') })
    expect(new MailProfileError('internal', 'x').texts).toEqual({})
  })

  it('gives a log and JSON nothing more than before', () => {
    const error = new MailProfileError('invalid_address', say('errors.address.twoAts'))
    expect(Object.keys(error)).not.toContain('texts')
    expect(JSON.stringify(error)).not.toContain('errors.address')
  })
})
