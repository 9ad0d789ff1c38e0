import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createSecureContext, createServer } from 'node:tls'
import { describe, expect, it, onTestFinished } from 'vitest'
import { parseRedisAddress } from '../../src/store/redis/address.js'
import { openRedisStore } from '../../src/store/redis/store.js'
import { refusal } from '../support/errors.js'
import { commonServerCertificate } from '../support/server-certificate.js'

/** The names that TLS clients ask for at a port of loopback. */
async function listenForNames() {
  const { chain: cert, key } = commonServerCertificate()
  const names: string[] = []
  let hellos = 0
  const server = createServer({
    cert,
    key,
    SNICallback: (name, done) => {
      names.push(name)
      done(null, createSecureContext({ cert, key }))
    },
  })
  server.on('connection', () => hellos++)
  server.on('tlsClientError', () => undefined)
  server.listen(0, 'localhost')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const { port, address } = server.address() as AddressInfo
  return { port, address, names, hellos: () => hellos }
}

// RFC 6066 section 3: the DNS name without a trailing dot; "literal IPv4 and IPv6 addresses are not
// permitted". How the certificate is judged is another test's matter: it is not trusted here.
describe('the server name of rediss://', () => {
  it.each([
    ['localhost', ['localhost']],
    ['LocalHost', ['localhost']],
  ])('%s', async (host, expected) => {
    const { port, names } = await listenForNames()
    const { code } = await refusal(() => openRedisStore(`rediss://${host}:${port}`))
    expect([code, names]).toEqual(['store_unavailable', expected])
  })

  it('is not sent for an address', async () => {
    const { port, address, names, hellos } = await listenForNames()
    const host = address.includes(':') ? `[${address}]` : address
    const { code } = await refusal(() => openRedisStore(`rediss://${host}:${port}`))
    expect([code, names, hellos()]).toEqual(['store_unavailable', [], 1])
  })

  it.each([
    ['redis.example.com', 'redis.example.com'],
    ['redis.example.com.:7000', 'redis.example.com'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['b%C3%BCcher.example', 'xn--bcher-kva.example'],
    ['[::1]', undefined],
    ['192.0.2.1', undefined],
  ])('for %s is %s', (host, name) => {
    expect(parseRedisAddress(`rediss://${host}`).serverName).toBe(name)
  })
})
