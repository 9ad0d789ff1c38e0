import { describe, expect, it } from 'vitest'
import express from 'express'
import request from 'supertest'
import { clientAddress, networkOf, trustedProxies } from '../../src/http/request/client-address.js'

describe('the network of an address', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:c000:201', '192.0.2.1'],
    ['192.0.2.1:4711', '192.0.2.1'],
    ['2001:db8:1:2::1', '20010db800010002/64'],
    ['2001:DB8:1:2:ffff:ffff:ffff:ffff', '20010db800010002/64'],
    ['2001:db8:1:3::1', '20010db800010003/64'],
    ['[2001:db8:1:2::1]:4711', '20010db800010002/64'],
    ['fe80::1%eth0', 'fe80000000000000/64'],
    ['[fe80::1%25eth0]:80', 'fe80000000000000/64'],
    ['::1', '0000000000000000/64'],
    ['64:ff9b::192.0.2.1', '192.0.2.1'],
    ['64:ff9b::c000:202', '192.0.2.2'],
    // What some readers of addresses take for one, too.
    ['0x7f.1', 'unknown'],
    ['127.1', 'unknown'],
    ['2130706433', 'unknown'],
    ['192.0.2.1.', 'unknown'],
    ['192.0.2.256', 'unknown'],
    ['', 'unknown'],
    ['unknown', 'unknown'],
    ['_hidden', 'unknown'],
    ['__proto__', 'unknown'],
    ['constructor', 'unknown'],
    ['192.0.2.1, 192.0.2.2', 'unknown'],
    ['192.0.2.1\n', 'unknown'],
    [':'.repeat(8000), 'unknown'],
  ])('%j is %s', (address, network) => {
    expect(networkOf(address)).toBe(network)
  })
})

describe('the address of a client behind proxies', () => {
  const PROXIES = ['127.0.0.1/8', '::1', '10.0.0.0/8', '147.243.0.0/24', '2001:db8::/32']

  async function addressFor(forwarded: string, proxies: readonly string[] = PROXIES) {
    const app = express()
    app.set('trust proxy', trustedProxies(proxies))
    app.get('/', (asked, response) => {
      response.send(clientAddress(asked))
    })
    return networkOf((await request(app).get('/').set('X-Forwarded-For', forwarded)).text)
  }

  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['198.51.100.9, 192.0.2.1', '192.0.2.1'],
    // Azure's gateways write a port behind every address.
    ['192.0.2.1, 147.243.0.5:5001', '192.0.2.1'],
    ['192.0.2.1:4711, 147.243.0.5:5001', '192.0.2.1'],
    ['192.0.2.1:4711, 147.243.0.5:5001, 10.1.2.3:80', '192.0.2.1'],
    ['192.0.2.1, [2001:db8::5]:5001', '192.0.2.1'],
    ['192.0.2.1, ::ffff:10.0.0.1', '192.0.2.1'],
    // Whoever is not trusted is the client, whatever stands before.
    ['192.0.2.1, 203.0.113.7:5001, 10.0.0.1', '203.0.113.7'],
    ['192.0.2.1, 147.243.1.5:5001', '147.243.1.5'],
  ])('%s is %s', async (forwarded, network) => {
    expect(await addressFor(forwarded)).toBe(network)
  })

  it('is the connection’s own where no proxy is trusted', async () => {
    expect(await addressFor('192.0.2.1', [])).toBe('127.0.0.1')
  })

  it.each(['loopback', '10.0.0.0/33', '10.0.0.0/', 'a', '10.0.0/8', ''])(
    '“%s” is no proxy',
    (proxy) => {
      expect(() => trustedProxies([proxy])).toThrow(TypeError)
    },
  )
})
