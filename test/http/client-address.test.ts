import { describe, expect, it } from 'vitest'
import { networkOf } from '../../src/http/client-address.js'

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
