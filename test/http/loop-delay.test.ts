import { describe, expect, it } from 'vitest'
import { createLoopDelay } from '../../src/http/loop-delay.js'

/** A clock, and an event loop whose turns end when the test says so. */
function loop() {
  let time = 1000
  const waiting: (() => void)[] = []
  const delay = createLoopDelay({
    now: () => time,
    soon: (callback) => void waiting.push(callback),
  })
  return {
    delay,
    pass: (milliseconds: number) => (time += milliseconds),
    endTurn: () => waiting.splice(0).forEach((callback) => callback()),
    isWatching: () => waiting.length > 0,
  }
}

describe('the delay of requests', () => {
  it('is none in one long turn, whatever it was for', () => {
    const { delay, pass } = loop()
    expect(delay()).toBe(0)
    pass(400)
    expect(delay()).toBe(0)
  })

  it('is what a turn has taken so far, when the one before was as long', () => {
    const { delay, pass, endTurn } = loop()
    delay()
    pass(400)
    endTurn()
    pass(30)
    expect(delay()).toBe(30)
    pass(100)
    expect(delay()).toBe(130)
    endTurn()
    pass(500)
    expect(delay()).toBe(130)
  })

  it('is none again after a short turn', () => {
    const { delay, pass, endTurn } = loop()
    delay()
    pass(400)
    endTurn()
    delay()
    pass(1)
    endTurn()
    pass(400)
    expect(delay()).toBe(1)
  })

  it('wakes nobody while there are no requests', () => {
    const { delay, endTurn, isWatching } = loop()
    expect(isWatching()).toBe(false)
    delay()
    endTurn()
    expect(isWatching()).toBe(true)
    endTurn()
    expect(isWatching()).toBe(false)
    delay()
    expect(isWatching()).toBe(true)
  })
})
