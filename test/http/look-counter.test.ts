import { expect, it } from 'vitest'
import { createLookCounter } from '../../src/http/invitations/look-counter.js'

it('counts each invitation by the minute, and forgets the oldest of very many', () => {
  let now = 0
  const count = createLookCounter(2, () => now)
  const refusalOf = (id: string) => {
    try {
      count(id)
      return undefined
    } catch (error) {
      return error
    }
  }
  expect([refusalOf('a'), refusalOf('a'), refusalOf('b')]).toEqual([
    undefined,
    undefined,
    undefined,
  ])
  now = 45_500
  expect(refusalOf('a')).toMatchObject({ code: 'too_many_requests', retryAfter: 15 })
  expect(refusalOf('b')).toBeUndefined()
  now = 60_000
  expect(refusalOf('a')).toBeUndefined()
  for (let i = 0; i < 20_000; i++) count(`other ${i}`)
  expect([refusalOf('a'), refusalOf('a')]).toEqual([undefined, undefined])
})
