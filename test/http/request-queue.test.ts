import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { RequestQueue, waitOf, type Exchange } from '../../src/server/request-queue.js'

/** A queue whose clock and event loop go on when the test says so, for an app that takes a while. */
function queue({ takes = 0, basePath = '' } = {}) {
  let time = 1000
  const turns: (() => void)[] = []
  const ticks: (() => void)[] = []
  const passed: { path: string; waited: number }[] = []
  const own = new RequestQueue(
    (request) => {
      passed.push({ path: request.url ?? '', waited: waitOf(request) })
      time += takes
    },
    {
      basePath,
      now: () => time,
      inNextTurn: (callback) => void turns.push(callback),
      soon: (callback) => void ticks.push(callback),
    },
  )
  return {
    add: (...paths: readonly string[]) =>
      paths.map((url) => {
        const request = new IncomingMessage(new Socket())
        request.url = url
        const exchange = { request, response: new ServerResponse(request) }
        own.add(exchange)
        return exchange
      }),
    drop: (exchange: Exchange) => own.drop(exchange),
    hurry: () => own.hurry(),
    pass: (milliseconds: number) => (time += milliseconds),
    turn: () => {
      for (const callback of turns.splice(0)) callback()
      for (let tick = ticks.shift(); tick !== undefined; tick = ticks.shift()) tick()
    },
    /** The paths that the app got since it was asked before. */
    passed: () => passed.splice(0).map(({ path }) => path),
    waited: () => passed.map(({ waited }) => waited),
    isWatching: () => turns.length > 0,
  }
}

describe('requests of one turn', () => {
  it('are passed on at once, while they take little', () => {
    const { add, passed, waited } = queue()
    add('/a', '/b', '/c')
    expect(waited()).toEqual([0, 0, 0])
    expect(passed()).toEqual(['/a', '/b', '/c'])
  })

  it('wait for the next turns, once they have taken much', () => {
    const { add, passed, turn } = queue({ takes: 1 })
    add('/a', '/b', '/c', '/d', '/e', '/f')
    expect(passed()).toEqual(['/a', '/b'])
    turn()
    expect(passed()).toEqual(['/c', '/d'])
    add('/g')
    turn()
    expect(passed()).toEqual(['/e', '/f'])
    turn()
    expect(passed()).toEqual(['/g'])
  })

  it('wait for the next turns, once there were many of them', () => {
    const { add, passed, turn } = queue()
    add(...Array.from({ length: 40 }, () => '/a'))
    expect(passed()).toHaveLength(16)
    turn()
    expect(passed()).toHaveLength(16)
    turn()
    expect(passed()).toHaveLength(8)
  })

  it('wait for some turns while there are new connections', () => {
    const { add, hurry, passed, turn } = queue()
    add('/a')
    hurry()
    add('/b', '/c')
    expect(passed()).toEqual(['/a'])
    for (let i = 0; i < 20; i++) {
      turn()
      hurry()
    }
    expect(passed()).toEqual([])
    turn()
    expect(passed()).toEqual(['/b', '/c'])
  })

  it('wait no longer than for the next turn when there was one new connection', () => {
    const { add, hurry, passed, turn } = queue()
    add('/a')
    hurry()
    add('/b')
    turn()
    turn()
    expect(passed()).toEqual(['/a', '/b'])
  })

  it('know how long they waited', () => {
    const { add, pass, turn, waited } = queue({ takes: 2 })
    add('/a', '/b')
    pass(40)
    turn()
    expect(waited()).toEqual([0, 40])
  })

  it('come in the order of what they are for', () => {
    const { add, passed, turn } = queue({ takes: 2, basePath: '/base' })
    add('/')
    add(
      '/setup',
      '/mail/config-v1.1.xml',
      '/api/v1/formats',
      '/base/i/a?show',
      '/base/healthz',
      '/i/b',
      '/base/public/style.css?v=1',
    )
    passed()
    for (let i = 0; i < 7; i++) turn()
    expect(passed()).toEqual([
      '/base/healthz',
      '/base/public/style.css?v=1',
      '/base/i/a?show',
      '/i/b',
      '/api/v1/formats',
      '/mail/config-v1.1.xml',
      '/setup',
    ])
  })

  it('do not wait for ever behind those that are more urgent, also where these are late themselves', () => {
    const { add, pass, passed, turn } = queue({ takes: 2 })
    add('/')
    add('/setup')
    pass(1)
    passed()
    for (let i = 0; i < 3; i++) {
      add('/i/a', '/i/b', '/i/c')
      pass(1100)
      turn()
    }
    expect(passed()).toContain('/setup')
  })

  it('come newest first once the oldest are late, so that not all of them are', () => {
    const { add, pass, passed, turn } = queue({ takes: 2 })
    add('/')
    add('/a', '/b')
    pass(300)
    add('/c', '/d')
    passed()
    for (let i = 0; i < 4; i++) turn()
    expect(passed()).toEqual(['/a', '/d', '/b', '/c'])
  })

  it('are dropped when their client has gone', () => {
    const { add, drop, passed, turn } = queue({ takes: 2 })
    add('/')
    const [gone] = add('/a', '/b')
    if (gone !== undefined) drop(gone)
    passed()
    for (let i = 0; i < 3; i++) turn()
    expect(passed()).toEqual(['/b'])
  })

  it('wake nobody up once there are none', () => {
    const { add, turn, isWatching } = queue({ takes: 2 })
    expect(isWatching()).toBe(false)
    add('/a', '/b')
    turn()
    expect(isWatching()).toBe(true)
    turn()
    expect(isWatching()).toBe(false)
  })
})
