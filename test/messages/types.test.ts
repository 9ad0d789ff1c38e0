import { expect, it } from 'vitest'
import { say } from '../../src/messages/text.js'
import type { Texts } from '../../src/texts/texts.js'

// The compiler is the test: what it lets through that it should not is an error of its own.
function neverCalled(texts: Texts, key: 'errors.address.missing' | 'errors.domain.unknown'): void {
  say('errors.address.missing')
  say('errors.value.tooLong', { field: 'name', limit: 200 })
  say('errors.domain.offered', { domains: ['a.example', 'b.example'] })
  say('errors.both', { first: say('errors.busy.waitAFew'), second: 'x' })
  texts.text(say('errors.address.missing'))
  texts.html('errors.domain.unknown', { domain: 'a.example' })
  say(key, { domain: 'a.example' })

  // @ts-expect-error there is no such message
  say('errors.no.such')
  // @ts-expect-error there is no such message
  texts.text('errors.no.such')
  // @ts-expect-error it has a placeholder
  say('errors.domain.unknown')
  // @ts-expect-error its placeholder is called domain
  texts.text('errors.domain.unknown', { host: 'a.example' })
  // @ts-expect-error its placeholder is called domain
  texts.html('errors.domain.unknown', { host: 'a.example' })
  // @ts-expect-error limit is a number
  say('errors.value.tooLong', { field: 'name', limit: '200' })
  // @ts-expect-error limit is missing
  say('errors.value.tooLong', { field: 'name' })
  // @ts-expect-error it has no placeholders
  say('errors.address.missing', { domain: 'a.example' })
  // @ts-expect-error one of the two has a placeholder
  say(key)
}

it('knows every key and what its placeholders take', () => {
  expect(neverCalled).toBeTypeOf('function')
})
