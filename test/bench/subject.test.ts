import { describe, expect, it } from 'vitest'
import { inTurn, row } from '../../bench/support/subject.js'

describe('row', () => {
  it('has the median, the spread and the share of a peer, round by round', () => {
    const peer = { title: 'bare', values: [10, 40, 20] }
    const made = row(['name', 'a title'], 'ms', [5, 30, 12], { peer })
    expect(made).toEqual({
      name: 'name',
      title: 'a title',
      unit: 'ms',
      rounds: 3,
      median: 12,
      least: 5,
      most: 30,
      peer: { title: 'bare', median: 20 },
      // Of 0.5, 0.75 and 0.6; the medians' would be another.
      ratio: 0.6,
    })
  })

  it('has the share of the medians where rounds are not the same', () => {
    const peer = { title: 'bare', values: [10] }
    expect(row(['name', ''], 'ms', [5, 30, 12], { peer }).ratio).toBe(1.2)
  })

  it.each([
    ['at least', { of: 'median', atLeast: 12 }, true],
    ['not at least', { of: 'median', atLeast: 12.1 }, false],
    ['at most', { of: 'most', atMost: 30 }, true],
    ['not at most', { of: 'most', atMost: 29 }, false],
    ['between', { of: 'ratio', atLeast: 0.5, atMost: 0.7 }, true],
    ['below', { of: 'ratio', atLeast: 0.61, atMost: 0.7 }, false],
    ['as shown', { of: 'ratio', atLeast: 0.6 }, true],
  ] as const)('says whether what is wanted is met: %s', (_title, wanted, isMet) => {
    const peer = { title: 'bare', values: [10, 40, 20.04] }
    expect(row(['name', ''], 'ms', [5, 30, 12], { peer, wanted })).toMatchObject({ wanted, isMet })
  })
})

describe('inTurn', () => {
  it('takes the ways in turn', async () => {
    const taken: string[] = []
    const way = (name: string) => () => taken.push(name)
    expect(await inTurn(3, { a: way('a'), b: way('b') })).toEqual({ a: [1, 3, 5], b: [2, 4, 6] })
    expect(taken.join('')).toBe('ababab')
  })
})
