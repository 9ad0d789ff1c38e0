import { afterAll, describe, expect, it } from 'vitest'
import { listen } from '../../src/server/listen.js'
import { testApp } from '../support/app.js'
import { KeptConnection } from '../support/kept-connection.js'
import { headerOf, parseAnswer } from '../support/wire.js'

const listener = await listen(() => testApp(), { host: '127.0.0.1', port: 0 })
afterAll(() => listener.stop())

describe('a short body that came with its header', () => {
  it.each([
    '/nothing',
    '/',
    '/healthz',
    '/setup',
    '/mail/config-v1.1.xml',
    '/formats/apple-profile',
  ])('costs no connection where nobody wants it: %s', async (path) => {
    const connection = new KeptConnection(listener.port, 10_000)
    const header = `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\n`
    // The first one may wait for others who are new, and is read meanwhile.
    for (let i = 0; i < 3; i++) {
      const { status, bytes } = (await connection.send(Buffer.from(`${header}a=b`))) ?? {}
      expect(status).toBeGreaterThanOrEqual(400)
      expect(headerOf(parseAnswer(bytes ?? Buffer.alloc(0)), 'Connection')).not.toBe('close')
    }
  })
})
