import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { describe, expect, it, onTestFinished } from 'vitest'
import { listen, type Listener } from '../../src/http/listen.js'
import { refusalCode } from '../support/errors.js'

const LOOPBACK = { host: '127.0.0.1', port: 0 }

/** Listens; `/` calls back and then waits for `answerAfter`. */
async function start(
  answerAfter: Promise<unknown> = Promise.resolve(),
  arrived: () => void = () => undefined,
): Promise<Listener> {
  const listener = await listen(() => {
    const app = express()
    app.get('/', async (_request, response) => {
      arrived()
      await answerAfter
      response.send('ok')
    })
    return app
  }, LOOPBACK)
  onTestFinished(() => listener.stop())
  return listener
}

describe('listen', () => {
  it('knows its port before the app is made', async () => {
    let told = 0
    const listener = await listen((port) => {
      told = port
      return express()
    }, LOOPBACK)
    onTestFinished(() => listener.stop())
    expect(told).toBe(listener.port)
  })

  it('does not go on listening for an app that could not be made', async () => {
    let port = 0
    const failed = listen((bound) => {
      port = bound
      throw new Error('no app')
    }, LOOPBACK)
    await expect(failed).rejects.toThrow('no app')
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow()
  })

  it('says when the port is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    onTestFinished(() => void other.close())
    const { port } = other.address() as AddressInfo
    expect(await refusalCode(() => listen(() => express(), { host: '127.0.0.1', port }))).toBe(
      'port_in_use',
    )
  })

  it('says when the host is not here', async () => {
    const call = () => listen(() => express(), { host: '192.0.2.1', port: 0 })
    expect(await refusalCode(call)).toBe('invalid_configuration')
  })

  it('finishes what is under way before it stops, and takes nothing new', async () => {
    let finish: () => void = () => undefined
    let arrived: () => void = () => undefined
    const isIn = new Promise<void>((resolve) => (arrived = resolve))
    const listener = await start(new Promise<void>((resolve) => (finish = resolve)), arrived)
    const url = `http://127.0.0.1:${listener.port}/`
    const answer = fetch(url)
    await isIn
    const stopped = listener.stop()
    await expect(fetch(url)).rejects.toThrow()
    finish()
    expect(await (await answer).text()).toBe('ok')
    await stopped
  })

  it('refuses headers beyond 16 KB', async () => {
    const { port } = await start()
    const response = await fetch(`http://127.0.0.1:${port}/`, {
      headers: { 'X-Large': 'x'.repeat(20_000) },
    })
    expect(response.status).toBe(431)
  })
})
