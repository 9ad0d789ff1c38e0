import { getEventListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import { orAborted, whenAborted } from '../src/waiting.js'

const listeners = (signal: AbortSignal) => getEventListeners(signal, 'abort').length

describe('waiting for a signal', () => {
  it('calls everybody once, by one listener', () => {
    const controller = new AbortController()
    const called: number[] = []
    for (let one = 0; one < 20; one++) whenAborted(controller.signal, () => called.push(one))
    expect(listeners(controller.signal)).toBe(1)
    controller.abort()
    expect(called).toHaveLength(20)
    expect(listeners(controller.signal)).toBe(0)
  })

  it('calls nobody who has ended it, the same one or another', () => {
    const controller = new AbortController()
    const called: string[] = []
    const call = () => called.push('twice')
    const ends = [call, call].map((one) => whenAborted(controller.signal, one))
    const endOther = whenAborted(controller.signal, () => called.push('other'))
    endOther()
    ends[0]?.()
    controller.abort()
    expect(called).toEqual(['twice'])
  })

  it('leaves no listener when all have ended it, and takes more', () => {
    const { signal } = new AbortController()
    for (let round = 0; round < 3; round++) {
      const ends = [whenAborted(signal, () => undefined), whenAborted(signal, () => undefined)]
      expect(listeners(signal)).toBe(1)
      for (const end of ends) end()
      expect(listeners(signal)).toBe(0)
    }
  })

  it('of work that has ended leaves nothing, however it ended', async () => {
    const { signal } = new AbortController()
    expect(await orAborted(Promise.resolve('done'), signal)).toBe('done')
    await expect(orAborted(Promise.reject(new Error('No.')), signal)).rejects.toThrow('No.')
    expect(listeners(signal)).toBe(0)
  })
})
