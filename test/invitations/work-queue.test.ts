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

  it('gives the place back of whoever has gone, and does nothing for them', async () => {
    const queue = createWorkQueue(1, 1, () => new Error('too much'))
    const gone = new AbortController()
    let finish: () => void = () => undefined
    const running = queue(() => new Promise<void>((resolve) => (finish = resolve)))
    const begun: string[] = []
    const waiting = queue(() => Promise.resolve(begun.push('gone')), { signal: gone.signal })
    await expect(queue(() => Promise.resolve())).rejects.toThrow('too much')
    gone.abort()
    await expect(waiting).rejects.toBe(gone.signal.reason)
    const next = queue(() => Promise.resolve(begun.push('next')))
    await expect(
      queue(() => Promise.resolve(begun.push('late')), { signal: gone.signal }),
    ).rejects.toBe(gone.signal.reason)
    finish()
    await Promise.all([running, next])
    expect(begun).toEqual(['next'])
  })

  it('leaves one subject no more than its share', async () => {
    const queue = createWorkQueue(1, 9, () => new Error('too much'), 2)
    const of = (subject: string) =>
      queue(() => turn(subject), { subject }).catch((error: unknown) => (error as Error).message)
    expect(await Promise.all(['a', 'a', 'a', 'b'].map(of))).toEqual(['a', 'a', 'too much', 'b'])
    expect(await of('a')).toBe('a')
  })
})
