import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { eachOf, inOrder } from '../../../src/batch/run/in-order.js'

async function* numbers(count: number): AsyncGenerator<number> {
  for (let number = 0; number < count; number++) yield Promise.resolve(number)
}

/** Work that takes the longer the earlier it comes, and what has begun and ended of it. */
function work(broken?: number) {
  const [begun, ended]: [number[], number[]] = [[], []]
  const go = async (number: number): Promise<void> => {
    begun.push(number)
    await sleep(number === broken ? 5 : 40 - number)
    if (number === broken) throw new Error('It is broken.')
    ended.push(number)
  }
  return { go, begun, ended }
}

describe('inOrder', () => {
  it('gives what came of several at once in their order', async () => {
    const { go, ended } = work()
    const seen: number[] = []
    for await (const [number] of inOrder(numbers(8), 4, go)) seen.push(number)
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
    expect(ended).not.toEqual(seen)
  })

  it('has nothing under way any more when it throws', async () => {
    const { go, begun, ended } = work(1)
    const seen: number[] = []
    const all = async () => {
      for await (const [number] of inOrder(numbers(8), 4, go)) seen.push(number)
    }
    await expect(all()).rejects.toThrow('It is broken.')
    expect(seen).toEqual([0])
    expect(ended.length).toBe(begun.length - 1)
  })

  it('has nothing under way any more when nobody wants the rest', async () => {
    const { go, begun, ended } = work()
    for await (const [number] of inOrder(numbers(8), 4, go)) if (number === 1) break
    expect(begun.length).toBeLessThan(8)
    expect(ended.length).toBe(begun.length)
  })
})

describe('eachOf', () => {
  it('does each, a few at once', async () => {
    const { go, ended } = work()
    await eachOf([0, 1, 2, 3, 4, 5], 2, go)
    expect(ended.sort()).toEqual([0, 1, 2, 3, 4, 5])
  })

  it('begins nothing after a failure, and ends what it has begun', async () => {
    const { go, begun, ended } = work(1)
    await expect(eachOf([0, 1, 2, 3, 4, 5], 2, go)).rejects.toThrow('It is broken.')
    expect([begun, ended]).toEqual([[0, 1], [0]])
  })
})
