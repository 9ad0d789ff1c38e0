import { describe, expect, it } from 'vitest'
import { MailProfileError } from '../../src/errors.js'
import { accountAdvice } from '../../src/http/api/account-answer.js'
import { english } from '../../src/messages/english.js'
import { say } from '../../src/messages/text.js'
import type { Translated } from '../../src/messages/translated.js'
import { parseAddress } from '../../src/account/address.js'
import { loadCatalogue } from '../../src/providers/load.js'
import { saidNote } from '../../src/providers/said-note.js'

const catalogue = await loadCatalogue()
const all = [...catalogue.entries, ...catalogue.refused]

// What its provider's people speak, for those whose files say more than that POP3 is for one device.
const SPOKEN: readonly (readonly [tag: string, ids: string])[] = [
  ['de', 'gmx web-de t-online ionos-de freenet strato vodafone-de posteo mailbox-org bluewin'],
  ['fr', 'orange-fr free-fr laposte ovh infomaniak'],
  ['it', 'libero tim alice-it aruba aruba-pec'],
  ['pt-BR', 'uol bol'],
  ['pl', 'wp-pl onet interia o2-pl'],
  ['uk', 'ukr-net i-ua'],
  ['ja', 'yahoo-japan docomo softbank au ocn'],
  ['zh-Hans', 'qq foxmail netease sina aliyun 139-mail'],
]

function wordsOf(id: string): Translated[] {
  const provider = all.find((entry) => entry.provider.id === id)?.provider
  if (provider === undefined) throw new Error(`There is no ${id}.`)
  if (provider.refuse !== undefined) return [provider.refuse.reason]
  const notes = provider.notes
    .map(saidNote)
    .filter((text): text is Translated => typeof text === 'string' || 'en' in text)
  return [
    ...notes,
    ...[provider.appPassword, provider.oauth].flatMap((advice) => advice?.text ?? []),
  ]
}

describe('the words of a shipped provider', () => {
  it.each(SPOKEN.flatMap(([tag, ids]) => ids.split(' ').map((id) => [id, tag] as const)))(
    'of %s are in its own language, %s',
    (id, tag) => {
      const words = wordsOf(id)
      expect(words).not.toEqual([])
      for (const said of words) {
        expect(said).toEqual(expect.objectContaining({ [tag]: expect.any(String) as string }))
      }
    },
  )

  it('are not the English ones, and are whole sentences', () => {
    const written = all.flatMap(({ provider: { id } }) =>
      wordsOf(id).flatMap((said) => (typeof said === 'string' ? [] : [said])),
    )
    expect(written.length).toBeGreaterThan(50)
    for (const { en, ...others } of written) {
      for (const text of Object.values(others)) {
        expect(text).not.toBe(en)
        expect(text).toMatch(/[.。]$/)
        // Chinese and Japanese have punctuation of their own.
        expect(text).not.toMatch(/[\u3040-\u30ff\u4e00-\u9fff][,.:;!?]/)
      }
    }
  })
})

describe('what a provider says', () => {
  it('is a message where it is the sentence of nearly all of them', () => {
    const text = 'POP3 is for one device. Choose IMAP to read your mail on several devices.'
    expect(saidNote({ text, protocol: 'pop3' })).toEqual(say('notes.oneDevice'))
    expect(english(say('notes.oneDevice'))).toBe(text)
    expect(saidNote({ text: 'Another.' })).toBe('Another.')
  })

  it('is English for programs', () => {
    const address = parseAddress('ann@gmx.de')
    const account = catalogue.account(address)
    for (const said of accountAdvice(account, catalogue.find(address))) {
      expect(said).toMatch(/^(?:Mail apps are locked out|GMX often wants)/)
    }
  })

  it('goes with the refusal of an account', () => {
    try {
      catalogue.account('ann@docomo.ne.jp')
      expect.unreachable()
    } catch (error) {
      if (!(error instanceof MailProfileError)) throw error
      expect(error.message).toMatch(/^docomo’s user name is/)
      expect(error.texts.message).toMatchObject({
        en: error.message,
        ja: expect.stringContaining('dアカウント') as string,
      })
    }
  })
})
