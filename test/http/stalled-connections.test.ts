import { EventEmitter } from 'node:events'
import { Server, type Socket } from 'node:net'
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { Connections } from '../../src/server/connections.js'

const SWEEP = 1000

describe('an answer that nobody takes', () => {
  let server: Server
  let ports = 0

  beforeEach(() => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    server = new Server()
    new Connections(server, { max: 3, sweep: SWEEP })
    server.emit('listening')
  })

  function open(writableLength = 0): Socket & { readonly destroyed: boolean } {
    const socket = Object.assign(new EventEmitter(), {
      remoteAddress: '192.0.2.1',
      remotePort: ++ports,
      writable: true,
      writableLength,
      destroyed: false,
      destroy: () => (socket.destroyed = true),
    })
    server.emit('connection', socket)
    return socket as unknown as Socket
  }

  function answer(socket: Socket): void {
    const request = { socket, headers: {}, complete: true }
    server.emit('request', request, Object.assign(new EventEmitter(), { writableEnded: true }))
  }

  it('makes its connection give way before those that are idle for a shorter time', () => {
    const stalled = open(4096)
    answer(stalled)
    vi.advanceTimersByTime(2 * SWEEP)
    const idle = [open(), open()]
    vi.advanceTimersByTime(2 * SWEEP)
    open()
    expect([stalled, ...idle].map(({ destroyed }) => destroyed)).toEqual([true, false, false])
  })

  it('counts from anew once some of it has been taken', () => {
    const slow = open(4096)
    answer(slow)
    vi.advanceTimersByTime(2 * SWEEP)
    const idle = [open(), open()]
    Object.assign(slow, { writableLength: 1024 })
    vi.advanceTimersByTime(2 * SWEEP)
    open()
    expect([slow, ...idle].map(({ destroyed }) => destroyed)).toEqual([false, true, false])
  })
})
