import { setMaxListeners } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { parseAddress } from '../../src/account/address.js'
import { askedDirectory, type AskedDirectoryOptions } from '../../src/directory/asked-directory.js'
import { completed } from '../../src/directory/complete.js'
import { rawPerson, type DirectorySource } from '../../src/directory/source.js'
import { questionTurns } from '../../src/directory/question-turns.js'
import { DirectoryTrouble } from '../../src/directory/trouble.js'

const ATTRIBUTES = { address: ['address'], name: ['name'], username: [], aliases: [], language: [] }
const address = (local: string) => parseAddress(`${local}@example.com`)

/** A source that says of whom it was asked. */
function asked(
  ask: DirectorySource['ask'] = (who) =>
    Promise.resolve(who.startsWith('nobody') ? [] : [rawPerson([['name', who]])]),
  options: Partial<AskedDirectoryOptions> = {},
) {
  const clock = { now: 0 }
  const questions: string[] = []
  const people = askedDirectory(
    {
      ask(who, signal) {
        questions.push(who)
        return ask(who, signal)
      },
      async *list() {
        yield await Promise.resolve([])
      },
      close: () => Promise.resolve(),
    },
    {
      attributes: ATTRIBUTES,
      timeout: 60_000,
      entries: 3,
      keep: 1000,
      keepMissing: 100,
      elapsed: () => clock.now,
      ...options,
    },
  )
  return { people, questions, clock }
}

describe('a directory', () => {
  it('is asked once for a while, and less long for who is not there', async () => {
    const { people, questions, clock } = asked()
    for (const now of [0, 99, 100, 999, 1000]) {
      clock.now = now
      await people.find(address('ann'))
      await people.find(address('nobody'))
    }
    expect(questions.filter((who) => who.startsWith('ann'))).toHaveLength(2)
    expect(questions.filter((who) => who.startsWith('nobody'))).toHaveLength(3)
  })

  it('is remembered in so many answers, the last ones used', async () => {
    const { people, questions } = asked()
    for (const local of ['a', 'b', 'c', 'a', 'd', 'a', 'b']) await people.find(address(local))
    expect(questions.map((who) => who[0]).join('')).toBe('abcdb')
  })

  it('is asked once by many who want the same, in any letter case', async () => {
    const { people, questions } = asked()
    const all = ['ann', 'Ann', 'ANN'].map((local) => people.find(address(local)))
    expect(await Promise.all(all)).toEqual(Array(3).fill({ name: 'ann@example.com', aliases: [] }))
    expect(questions).toEqual(['ann@example.com'])
  })

  it('is asked again after an answer that was none, and whoever leaves stops nobody', async () => {
    let isAway = true
    const { people, questions } = asked(async () => {
      await sleep(1)
      if (isAway) throw Object.assign(new Error('at ann@example.com'), { code: 'ECONNREFUSED' })
      return []
    })
    const leaving = new AbortController()
    const left = people.find(address('ann'), { signal: leaving.signal })
    const waiting = people.find(address('ann'))
    leaving.abort(new Error('Gone.'))
    await expect(left).rejects.toThrow('Gone.')
    await expect(waiting).rejects.toMatchObject({
      code: 'directory_unavailable',
      message: 'The directory of people gives no answer.',
      cause: { message: 'It failed with ECONNREFUSED.' },
    })
    isAway = false
    expect(await people.find(address('ann'))).toBeUndefined()
    expect(questions).toHaveLength(2)
  })

  it('has a limit of time for all of a question, and is told when that is over', async () => {
    let signal: AbortSignal | undefined
    const { people } = asked(
      (_who, given) => {
        signal = given
        return new Promise(() => undefined)
      },
      { timeout: 20 },
    )
    await expect(people.find(address('ann'))).rejects.toMatchObject({
      cause: { message: 'It did not answer in time.' },
    })
    expect(signal?.aborted).toBe(true)
  })
})

describe('a list of a directory', () => {
  const options = {
    attributes: ATTRIBUTES,
    timeout: 60_000,
    entries: 3,
    keep: 1000,
    keepMissing: 100,
    elapsed: () => 0,
  }
  const nobody = Array<DirectoryTrouble>(10_000).fill(new DirectoryTrouble('It is nobody.'))

  it('without an end is read no longer than a million', async () => {
    let ended = false
    const people = askedDirectory(
      {
        ask: () => Promise.resolve([]),
        async *list() {
          try {
            for (;;) yield await Promise.resolve(nobody)
          } finally {
            ended = true
          }
        },
        close: () => Promise.resolve(),
      },
      options,
    )
    let count = 0
    const reading = (async () => {
      for await (const entry of people.list('*')) count += Number('trouble' in entry)
    })()
    await expect(reading).rejects.toMatchObject({
      code: 'directory_unavailable',
      message: expect.stringContaining('It lists more than 1000000 people.') as string,
    })
    expect([count, ended]).toEqual([1_000_000, true])
  })

  it('is given up when the directory is closed, whatever its source does', async () => {
    const people = askedDirectory(
      {
        ask: () => Promise.resolve([]),
        list: () => ({
          [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => undefined) }),
        }),
        close: () => Promise.resolve(),
      },
      options,
    )
    const next = people.list('*')[Symbol.asyncIterator]().next()
    const refused = expect(next).rejects.toMatchObject({ code: 'directory_unavailable' })
    await people.close()
    await refused
  })
})

describe('somebody with what the directory knows', () => {
  const people = {
    find: () => Promise.resolve({ name: 'Ann', username: 'u1', language: 'de', aliases: [] }),
  }

  it('has what the caller said all the same', async () => {
    const given = { address: address('ann'), name: 'Anna', protocol: 'pop3' }
    expect(await completed(given, people)).toEqual({ ...given, username: 'u1', language: 'de' })
    expect(await completed({ address: address('ann'), username: 'x' }, people)).toMatchObject({
      name: 'Ann',
      username: 'x',
    })
  })

  it('is not asked for where there is none, or nothing is missing', async () => {
    const whole = { address: address('ann'), name: 'A', username: 'u', language: 'en' }
    const never = { find: () => Promise.reject(new Error('Asked.')) }
    expect(await completed(whole, never)).toBe(whole)
    expect(await completed({ address: whole.address }, undefined)).toEqual({
      address: whole.address,
    })
  })
})

describe('turns', () => {
  it('are taken in order, and passed on by whoever leaves', async () => {
    const turns = questionTurns(1)
    const done: number[] = []
    let end: () => void = () => undefined
    const first = turns.take(
      () => new Promise<void>((resolve) => (end = resolve)),
      AbortSignal.any([]),
    )
    const leaving = new AbortController()
    const all = [1, 2, 3].map((n) =>
      turns
        .take(() => Promise.resolve(done.push(n)), n === 2 ? leaving.signal : AbortSignal.any([]))
        .catch(() => undefined),
    )
    leaving.abort(new Error('Gone.'))
    end()
    await Promise.all([first, ...all])
    expect(done).toEqual([1, 3])
    await turns.take(() => Promise.resolve(done.push(4)), AbortSignal.any([]))
    expect(done).toEqual([1, 3, 4])
  })

  it('are waited for by a thousand at most', async () => {
    const turns = questionTurns(1)
    const never = new AbortController()
    setMaxListeners(0, never.signal)
    const waiting = Array.from({ length: 1001 }, () =>
      turns.take(() => new Promise(() => undefined), never.signal).catch(() => undefined),
    )
    await expect(turns.take(() => Promise.resolve(1), never.signal)).rejects.toThrow('Too many')
    never.abort(new Error('Gone.'))
    await Promise.all(waiting.slice(1))
  })
})
