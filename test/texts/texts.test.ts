import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { isShipped, shippedMessages } from '../../src/messages/shipped.js'
import { say } from '../../src/messages/text.js'
import { LANGUAGES } from '../../src/texts/languages.js'
import {
  createTexts,
  loadTexts,
  shippedLanguages,
  textsFor,
  type Texts,
} from '../../src/texts/texts.js'
import { temporaryFolder } from '../support/temporary-folder.js'

/** An operator's folder with messages. */
function folderWith(locales: Readonly<Record<string, unknown>>): string {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'locales'))
  for (const [tag, messages] of Object.entries(locales)) {
    writeFileSync(join(folder, 'locales', `${tag}.json`), JSON.stringify(messages))
  }
  return folder
}

const english = loadTexts('en')

/** In Arabic, of which no file need ship. */
function arabic(): Texts {
  const ar = { errors: { domain: { unknown: 'لا توجد إعدادات لـ {domain}.' } } }
  return createTexts({ folders: [folderWith({ ar })] }).in('ar')
}

describe('texts', () => {
  it('are plain, or HTML in which every value is escaped and keeps its direction', () => {
    const values = { domain: '<b>&"' }
    expect(english.text('errors.domain.unknown', values)).toBe('No settings are known for <b>&".')
    expect(english.html('errors.domain.unknown', values)).toBe(
      'No settings are known for <bdi>&lt;b&gt;&amp;&quot;</bdi>.',
    )
  })

  it('are made of other texts and of lists, each in the language', () => {
    const hint = say('errors.both', {
      first: say('errors.domain.meant', { domain: 'gmx.de' }),
      second: say('errors.domain.offered', { domains: ['a.example', 'b.example'] }),
    })
    expect(english.text(hint)).toBe(
      'Did you mean gmx.de? Settings are offered for addresses at a.example and b.example.',
    )
    expect(english.html(hint)).toBe(
      'Did you mean <bdi>gmx.de</bdi>? Settings are offered for addresses at ' +
        '<bdi>a.example</bdi> and <bdi>b.example</bdi>.',
    )
  })

  it('have nothing invisible in what programs read', () => {
    for (const domain of ['محمد', 'Ann Example']) {
      for (const texts of [english, arabic()]) {
        expect(texts.bare('errors.domain.unknown', { domain })).toBe(
          texts.text('errors.domain.unknown', { domain }).replace(/[\u2066-\u2069]/g, ''),
        )
      }
    }
    const said = say('errors.both', {
      first: say('errors.domain.meant', { domain: 'محمد' }),
      second: '!',
    })
    expect(english.bare(said)).toBe('Did you mean محمد? !')
  })

  it.each([
    // A name that runs the other way is isolated …
    ['en', 'محمد', 'No settings are known for \u2068محمد\u2069.'],
    ['en', 'Ann', 'No settings are known for Ann.'],
    ['ar', 'Ann Example', 'لا توجد إعدادات لـ \u2068Ann Example\u2069.'],
    ['ar', 'محمد', 'لا توجد إعدادات لـ محمد.'],
    // … but nothing invisible goes with what people copy.
    ['ar', 'imap.example.com', 'لا توجد إعدادات لـ imap.example.com.'],
    ['ar', 'ann@müller.example', 'لا توجد إعدادات لـ ann@müller.example.'],
    ['ar', 'https://mail.example.com/', 'لا توجد إعدادات لـ https://mail.example.com/.'],
    ['ar', '993', 'لا توجد إعدادات لـ 993.'],
  ])('in plain text in %s: %s', (tag, domain, expected) => {
    const texts = tag === 'ar' ? arabic() : english
    expect(texts.text('errors.domain.unknown', { domain })).toBe(expected)
    const html = texts.html('errors.domain.unknown', { domain })
    expect(html).toContain(`<bdi>${domain}</bdi>`)
  })

  it('write numbers, times and lists as the language does, times in UTC', () => {
    const time = new Date('2026-12-01T09:05:00Z')
    expect(english.date(time, 'dateTime')).toBe('1 December 2026 at 09:05 UTC')
    expect(english.date(time.getTime(), 'day')).toBe('1 December')
    const german = createTexts().in('de')
    expect(german.date(time, 'date')).toBe('1. Dezember 2026')
    expect(german.date(time, 'time')).toBe('09:05 UTC')
    expect(german.number(12345.5)).toBe('12.345,5')
    expect(german.list(['a', 'b', 'c'])).toBe('a, b und c')
    expect(german.list(['IMAP', 'POP3'], 'disjunction')).toBe('IMAP oder POP3')
  })

  it('say what time a page has always said', () => {
    const old = new Intl.DateTimeFormat('en-GB', {
      dateStyle: 'long',
      timeStyle: 'short',
      timeZone: 'UTC',
    })
    expect(english.date(0, 'dateTime')).toBe(`${old.format(0)} UTC`)
  })

  it('refuse what they have no value or no message for', () => {
    const untyped = loadTexts('en') as unknown as { text(key: string): string }
    expect(() => untyped.text('errors.domain.unknown')).toThrow(RangeError)
    expect(() => untyped.text('constructor')).toThrow(RangeError)
  })
})

describe('texts of an operator', () => {
  const texts = () => createTexts({ folders: [first(), second()] })
  const first = () => folderWith({ en: { errors: { domain: { check: 'Call 7.' } } }, ar: {} })
  const second = () =>
    folderWith({
      en: { errors: { domain: { check: 'Call 8.', meant: '{domain}?' } } },
      de: { errors: { domain: { check: 'Ruf 8 an.' } } },
    })

  it('win message by message, and those of the first folder over the next', () => {
    expect(texts().in('en').text('errors.domain.check')).toBe('Call 7.')
    expect(texts().in('en').text('errors.domain.meant', { domain: 'x' })).toBe('x?')
    expect(texts().in('de').text('errors.domain.check')).toBe('Ruf 8 an.')
  })

  it('fall back to those that ship in the language, and then to English, which is never missing', () => {
    const shipped = isShipped('ar') ? shippedMessages('ar') : new Map<string, string>()
    const other = texts().in('ar')
    expect(other.text('errors.domain.check')).toBe(shipped.get('errors.domain.check') ?? 'Call 7.')
    expect(other.text('errors.address.space')).toBe(
      shipped.get('errors.address.space') ?? english.text('errors.address.space'),
    )
  })

  it('leave those that ship as they are', () => {
    expect(english.text('errors.domain.check')).toContain('Check the part after the @')
  })

  it('add to the languages there are', () => {
    const tags = texts().languages.map(({ tag }) => tag)
    expect(tags).toEqual(LANGUAGES.map(({ tag }) => tag).filter((tag) => tags.includes(tag)))
    expect(tags).toEqual(expect.arrayContaining(['en', 'de', 'ar']))
    expect(tags).toEqual(expect.arrayContaining(createTexts().languages.map(({ tag }) => tag)))
  })
})

describe('the languages', () => {
  it('are known to Intl, each by its own name', () => {
    for (const { tag, autonym, dir } of LANGUAGES) {
      expect(Intl.DateTimeFormat.supportedLocalesOf(tag)).toEqual([tag])
      expect(Intl.PluralRules.supportedLocalesOf(tag)).toEqual([tag])
      const name = new Intl.DisplayNames(tag, { type: 'language' }).of(tag)
      expect(autonym.toLocaleLowerCase(tag)).toBe(name?.toLocaleLowerCase(tag))
      expect(/\p{Script=Arabic}/u.test(autonym)).toBe(dir === 'rtl')
    }
  })
})

describe('the texts that ship', () => {
  it('are those of the language that comes nearest to a tag', () => {
    for (const { tag } of shippedLanguages()) {
      expect(textsFor(tag)).toBe(loadTexts(tag))
      expect(textsFor(`${tag.toLowerCase()}-x-home`)).toBe(loadTexts(tag))
    }
    for (const tag of [undefined, '', 'tlh', 'no tag', 'x'.repeat(1000), 'en-AU']) {
      expect(textsFor(tag)).toBe(english)
    }
  })
})
