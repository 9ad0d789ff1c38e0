import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { intentUri } from '../../src/encoding/uri.js'
import { parseIntentUri, type Intent } from '../../src/formats/intent-uri.js'
import { chromeOutcome } from '../readers/chrome-intent.js'
import { scannedAs } from '../readers/scanned-text.js'
import { text } from '../support/arbitraries.js'
import { refusal } from '../support/errors.js'
import { vectors } from '../support/vectors.js'

interface BuildInput {
  readonly scheme: string
  readonly rest: string
  readonly package?: string
  readonly extras: Readonly<Record<string, string>>
}

describe('intentUri', () => {
  it.each(vectors('android-intent', 'intent-uri-build'))('%s', (_, { input, expected }) => {
    const { extras, ...parts } = input as BuildInput
    const uri = intentUri({ ...parts, extras: Object.entries(extras) })
    expect(toVector(parseIntentUri(uri))).toEqual(expected['parsed'])
    expect(uri).toBe(expected['uri'])
  })

  it('comes back exactly as it went in', () => {
    const number = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
    const extras = fc.uniqueArray(fc.tuple(text(20), fc.oneof(text(60), number)), {
      maxLength: 5,
      selector: ([name]) => name,
    })
    fc.assert(
      fc.property(extras, fc.option(text(30)), (pairs, action) => {
        const uri = intentUri({
          scheme: 'x',
          rest: '//h/?q=%23',
          ...(action === null ? {} : { action }),
          extras: pairs,
        })
        const read = parseIntentUri(uri)
        expect([...read.extras]).toEqual(
          pairs.map(([name, value]) => [
            name,
            { type: typeof value === 'number' ? 'Integer' : 'String', value: String(value) },
          ]),
        )
        expect(read).toMatchObject({
          action: action ?? 'android.intent.action.VIEW',
          data: 'x://h/?q=%23',
          package: null,
          selector: false,
        })
      }),
      { numRuns: 1000 },
    )
  })

  it.each([
    ['Upper', '//h'],
    ['a b', '//h'],
    ['x', '//h#frag'],
    ['x', '//h path'],
  ])('refuses parts that would change the rest: %s %s', (scheme, rest) => {
    expect(() => intentUri({ scheme, rest, extras: [] })).toThrow(RangeError)
  })
})

describe('parseIntentUri', () => {
  it.each(vectors('android-intent', 'intent-uri-parse'))('%s', async (_, { input, expected }) => {
    const read = () => parseIntentUri(input as string)
    if (expected['error'] !== undefined) {
      expect(await refusal(read)).toMatchObject({
        code: 'invalid_profile',
        hint: expected['error'],
      })
    } else expect(toVector(read())).toEqual(expected)
  })

  // What the source of Android says where the vectors are silent.
  it.each([
    ['intent:x', { data: 'intent:x' }],
    ['intent:#Intent;scheme=foo;end', { data: 'foo:' }],
    ['intent://x/#intent;scheme=foo;end', { data: 'intent://x/#intent;scheme=foo;end' }],
    ['intent://x/#Intent;scheme=a;scheme=b;end', { data: 'b://x/' }],
    [
      'intent://x/#Intent;scheme=foo;S.k=a#b;end',
      { data: 'intent://x/#Intent;scheme=foo;S.k=a#b;end' },
    ],
    ['intent://x/#Intent;scheme=foo;end;S.k=v', { data: 'foo://x/' }],
    ['intent://x/#Intent;launchFlags=0x10000003;end', { flags: 0x10000000 }],
    ['intent://x/#Intent;component=a.b/.C;end', { component: 'a.b/.C' }],
    ['intent://x/#Intent;component=a.b;end', { component: null }],
    ['intent://x/#Intent;category=a;category=b;category=a;end', { categories: ['a', 'b'] }],
    ['intent://x/#Intent;package=p;SEL;scheme=y;end', { package: 'p', selector: false }],
    ['android-app://a.b/x/h/p/q', { data: 'x://h/p/q', package: 'a.b' }],
    ['android-app://a.b/x/h', { data: 'x:', package: 'a.b' }],
    ['android-app://a.b/', { data: null, action: 'android.intent.action.MAIN' }],
    ['', { data: '' }],
  ])('%s', (uri, expected) => {
    expect(toVector(parseIntentUri(uri))).toMatchObject(expected)
  })

  it.each([
    ['S.k=50%off', '50\uFFFD\u0000ff'],
    ['S.k=%E2%82', '\uFFFD'],
    ['S.k=%', '\uFFFD'],
    ['S.k=%C3%BC+', 'ü+'],
  ])('%s is %j', (item, value) => {
    expect(parseIntentUri(`intent://x#Intent;${item};end`).extras.get('k')?.value).toBe(value)
  })

  it.each([
    ['i.n=2147483648', 'NumberFormatException'],
    ['b.n=128', 'NumberFormatException'],
    ['s.n=-32769', 'NumberFormatException'],
    ['l.n=9223372036854775808', 'NumberFormatException'],
    ['d.n=x', 'NumberFormatException'],
    ['c.n=', 'URISyntaxException'],
    ['Z.n=1', 'URISyntaxException'],
    ['S.k', 'URISyntaxException'],
  ])('refuses %s', async (item, exception) => {
    const error = await refusal(() => parseIntentUri(`intent://x#Intent;${item};end`))
    expect(error.hint).toContain(exception)
  })
})

describe('Chrome, as far as links need it', () => {
  it.each(vectors('android-intent', 'chrome-intent-outcome'))('%s', (_, { input, expected }) => {
    const { uri, userGesture, appResolves } = input as {
      uri: string
      userGesture: boolean
      appResolves: boolean | string
    }
    const outcome = chromeOutcome({ uri, userGesture, appResolves: appResolves === true })
    const words = String(expected['outcome'])
    if (outcome.kind === 'page') expect(words).toBe(`tab navigates to ${outcome.url}`)
    else if (outcome.kind === 'store') expect(words).toBe(`Play Store opens ${outcome.url}`)
    else if (outcome.kind === 'nothing') expect(words).toBe('nothing happens')
    else if (outcome.kind === 'prompt') expect(words).toContain('prompt')
    else expect(words).toMatch(/app|launch/)
  })
})

describe('camera apps', () => {
  it.each(vectors('android-intent', 'qr-scanner-classification'))(
    '%s',
    (_, { input, expected }) => {
      expect(scannedAs(input as string)).toBe(expected['type'])
    },
  )
})

function toVector({ extras, ...intent }: Intent) {
  return { ...intent, extras: Object.fromEntries(extras) }
}
