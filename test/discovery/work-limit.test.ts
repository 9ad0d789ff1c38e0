import { describe, expect, it, vi } from 'vitest'
import { createLimit, type Whose, type WorkLimitOptions } from '../../src/discovery/work-limit.js'
import { MailProfileError } from '../../src/errors.js'

/** A limit whose work ends when a test says so, and what became of all work, in order. */
function stage(options: WorkLimitOptions) {
  const limit = createLimit(options)
  const begun: string[] = []
  const refused: string[] = []
  const done: string[] = []
  const ends = new Map<string, () => void>()
  return {
    begun,
    refused,
    done,
    want: (name: string, whose: Whose<string> = {}): void => {
      limit(() => {
        begun.push(name)
        return new Promise<string>((resolve) => ends.set(name, () => resolve(name)))
      }, whose).then(
        (result) => done.push(`${name}: ${result}`),
        (error: unknown) => {
          expect(error).toBeInstanceOf(MailProfileError)
          expect(error).toMatchObject({ code: 'too_many_requests', retryAfter: 15 })
          refused.push(name)
        },
      )
    },
    end: async (name: string): Promise<void> => {
      ends.get(name)?.()
      await settled()
    },
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))
const numbered = (count: number, prefix: string) =>
  Array.from({ length: count }, (_, n) => `${prefix}${n}`)

describe('work that there is no room for', () => {
  it('waits, and clients take turns', async () => {
    const { want, end, begun } = stage({ most: 2 })
    for (const name of numbered(5, 'a')) want(name, { client: 'a' })
    for (const name of numbered(3, 'b')) want(name, { client: 'b' })
    want('c0', { client: 'c' })
    expect(begun).toEqual(['a0', 'a1'])
    for (const name of ['a0', 'a1', 'a2', 'b0', 'c0']) await end(name)
    expect(begun.slice(2)).toEqual(['a2', 'b0', 'c0', 'a3', 'b1'])
  })

  it('waits for the share of its client and the bound of its owner, and nobody else does', async () => {
    const { want, end, begun } = stage({
      most: 4,
      mostForClient: 2,
      mostForOwner: (owner) => (owner === 'slow.com' ? 1 : 2),
    })
    for (const name of numbered(3, 'a')) want(name, { client: 'a' })
    want('b0', { client: 'b', owner: 'slow.com' })
    want('b1', { client: 'b', owner: 'slow.com' })
    want('c0', { client: 'c' })
    expect(begun).toEqual(['a0', 'a1', 'b0', 'c0'])
    await end('c0')
    expect(begun).toHaveLength(4)
    await end('b0')
    expect(begun.at(-1)).toBe('b1')
    await end('a0')
    expect(begun.at(-1)).toBe('a2')
  })

  it('does not wait when the same is done elsewhere', async () => {
    const { want, end, begun, done } = stage({ most: 1 })
    const found = Promise.resolve('found')
    const others: Promise<string>[] = []
    want('a')
    want('b', { elsewhere: () => others[0] })
    others.push(found)
    await end('a')
    expect([begun, done]).toEqual([['a'], ['a: a', 'b: found']])
    want('c', { elsewhere: () => found })
    await settled()
    expect(done.at(-1)).toBe('c: found')
  })

  it('is refused at once when its client has too much in the line', async () => {
    const { want, begun, refused } = stage({ most: 1 })
    for (const name of numbered(10, 'a')) want(name, { client: 'a' })
    await settled()
    expect([begun, refused]).toEqual([['a0'], ['a9']])
  })

  it('takes the place of what the greediest has in a full line', async () => {
    const { want, begun, refused } = stage({ most: 1 })
    want('running')
    for (const client of 'abcdefgh') {
      for (const name of numbered(8, client)) want(name, { client })
    }
    want('late', { client: 'late' })
    await settled()
    expect([begun, refused]).toEqual([['running'], ['a7']])
    for (const name of numbered(70, 'one')) want(name, { client: name })
    await settled()
    // Everybody has one there, and none of them gives way to another.
    expect(refused.filter((name) => name.startsWith('one'))).toHaveLength(70 - 55)
    expect(refused).not.toContain('late')
  })

  it('is refused after a while', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      const { want, end, begun, refused } = stage({ most: 1 })
      want('a')
      want('b')
      vi.advanceTimersByTime(2999)
      want('c')
      await settled()
      expect(refused).toEqual([])
      vi.advanceTimersByTime(1)
      await settled()
      expect(refused).toEqual(['b'])
      await end('a')
      expect(begun).toEqual(['a', 'c'])
    } finally {
      vi.useRealTimers()
    }
  })
})

it('is not done for whoever goes away while it waits, who leaves the place to others', async () => {
  const limit = createLimit({ most: 1 })
  const begun: string[] = []
  const ends: (() => void)[] = []
  const want = (name: string, signal?: AbortSignal) =>
    limit(
      () => {
        begun.push(name)
        return new Promise<string>((resolve) => ends.push(() => resolve(name)))
      },
      { client: 'a', signal },
    )
  const gone = new AbortController()
  const first = want('first')
  const others = numbered(8, 'gone').map((name) => want(name, gone.signal))
  await expect(want('one too many')).rejects.toMatchObject({ code: 'too_many_requests' })
  gone.abort(new Error('Gone.'))
  for (const other of others) await expect(other).rejects.toThrow('Gone.')
  const last = want('last', new AbortController().signal)
  ends[0]?.()
  expect(await first).toBe('first')
  ends[1]?.()
  expect(await last).toBe('last')
  expect(begun).toEqual(['first', 'last'])
})

it('is not begun for whoever has gone already, whether there is room or not', async () => {
  const limit = createLimit({ most: 1 })
  const begun: string[] = []
  const signal = AbortSignal.abort(new Error('Gone.'))
  const gone = (name: string) =>
    limit(() => Promise.resolve(begun.push(name)), { client: 'a', signal })
  await expect(gone('at once')).rejects.toThrow('Gone.')
  const first = limit(() => Promise.resolve('first'), { client: 'a' })
  await expect(gone('in the line')).rejects.toThrow('Gone.')
  expect([await first, begun]).toEqual(['first', []])
})

it('goes on after work that fails, even at once', async () => {
  const limit = createLimit({ most: 1 })
  const fail = () => {
    throw new Error('At once.')
  }
  await expect(limit(fail)).rejects.toThrow('At once.')
  await expect(limit(() => Promise.reject(new Error('Later.')))).rejects.toThrow('Later.')
  expect(await limit(() => Promise.resolve('done'))).toBe('done')
})
