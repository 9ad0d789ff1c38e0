import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { createWorkQueue } from '../../src/invitations/work-queue.js'

describe('a queue of work', () => {
  it('does so much at once, lets some wait in turn, and refuses the rest', async () => {
    const queue = createWorkQueue(2, 3, () => new Error('too much'))
    const begun: number[] = []
    const ends: (() => void)[] = []
    const works = Array.from({ length: 7 }, (_, i) =>
      queue(() => {
        begun.push(i)
        return new Promise<number>((resolve) => ends.push(() => resolve(i)))
      }).catch((error: unknown) => (error as Error).message),
    )
    await turn()
    expect(begun).toEqual([0, 1])
    for (let i = 0; i < 5; i++) {
      ends[i]?.()
      await turn()
    }
    expect(await Promise.all(works)).toEqual([0, 1, 2, 3, 4, 'too much', 'too much'])
    expect(begun).toEqual([0, 1, 2, 3, 4])
  })

  it('goes on after work that failed', async () => {
    const queue = createWorkQueue(1, 1, () => new Error('too much'))
    const failing = queue(() => Promise.reject(new Error('failed')))
    const next = queue(() => Promise.resolve('done'))
    await expect(failing).rejects.toThrow('failed')
    expect(await next).toBe('done')
    expect(await queue(() => Promise.resolve('again'))).toBe('again')
  })
})
