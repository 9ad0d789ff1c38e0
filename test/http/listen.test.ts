import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { Server, type AddressInfo } from 'node:net'
import express from 'express'
import { describe, expect, it, onTestFinished } from 'vitest'
import { bind } from '../../src/server/bind.js'
import { listen, type Listener } from '../../src/server/listen.js'
import { refusal, refusalCode } from '../support/errors.js'

const NOBODY = 65_534
const FIRST_FREE_PORT = '/proc/sys/net/ipv4/ip_unprivileged_port_start'
const mayForgoRights =
  process.getuid?.() === 0 &&
  existsSync(FIRST_FREE_PORT) &&
  Number(readFileSync(FIRST_FREE_PORT, 'utf8')) > 443

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
    const error = await refusal(() => listen(() => express(), { host: '192.0.2.1', port: 0 }))
    expect(error.code).toBe('invalid_configuration')
    expect(error.message).toBe(
      'The server cannot listen on 192.0.2.1: this machine has no such address.',
    )
  })

  it.skipIf(!mayForgoRights)('says when the port may not be used', async () => {
    const port = 443
    process.seteuid?.(NOBODY)
    try {
      const error = await refusal(() => listen(() => express(), { host: '127.0.0.1', port }))
      expect(error.code).toBe('invalid_configuration')
      expect(error.message).toBe(
        'Port 443 may not be used by this user: those below 1024 are for root.',
      )
      expect(error.hint).toContain('CAP_NET_BIND_SERVICE')
    } finally {
      process.seteuid?.(0)
    }
  })

  // What depends on the machine and its network, as Node tells it.
  it.each([
    ['EACCES', /Port 80 may not be used by this user/, 'forbidden'],
    ['EADDRNOTAVAIL', /this machine has no such address/, 'host'],
    ['EAFNOSUPPORT', /no addresses of this kind/, 'host'],
    ['ENOTFOUND', /nobody knows an address of this name/, 'host'],
    ['EAI_AGAIN', /nobody knows an address of this name now/, 'host'],
    ['EIO', /cannot listen on mail\.example\.$/, 'host'],
  ])('does not call %s a port in use', async (code, message, hint) => {
    const server = new Server()
    server.listen = () => {
      const error = Object.assign(new Error(), { code })
      queueMicrotask(() => server.emit('error', error))
      return server
    }
    const hints = { inUse: 'used', forbidden: 'forbidden', host: 'host' }
    const place = { host: 'mail.example', port: 80 }
    const error = await refusal(() => bind(server, place, { listener: 'It', hints }))
    expect([error.code, error.hint]).toEqual(['invalid_configuration', hint])
    expect(error.message).toMatch(message)
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
