import { describe, expect, it } from 'vitest'
import { parseAddress } from '../../src/account/address.js'
import { parseRecipient, recipientDomain } from '../../src/delivery/recipient.js'

const owner = {
  address: parseAddress('Ann.Example@example.com'),
  aliases: [parseAddress('ann@example.net')],
}

describe('where an invitation is sent to', () => {
  it.each([
    ['ann.private@example.org', 'ann.private@example.org'],
    [' ann.private@example.org ', 'ann.private@example.org'],
    ["o'brien+mail=x@example.org", "o'brien+mail=x@example.org"],
    ['ann@müller.example', 'ann@xn--mller-kva.example'],
    // Another domain's mailbox of the same name is another mailbox.
    ['ann.example@example.org', 'ann.example@example.org'],
  ])('may be %s', (typed, parsed) => {
    expect(parseRecipient(typed, { kind: 'addresses' }, owner)).toBe(parsed)
  })

  it.each([
    // The mailbox itself, and its other addresses.
    'ann.example@example.com',
    'ANN.EXAMPLE@EXAMPLE.COM',
    'ann.example+phone@example.com',
    'Ann@Example.net',
    'ann+x@example.net',
    // Not one address and nothing else.
    '',
    'ann',
    'ann@example.org, bob@example.org',
    'ann@example.org,bob@example.org',
    'ann@example.org;bob@example.org',
    'ann@example.org bob@example.org',
    'Ann <ann@example.org>',
    '<ann@example.org>',
    'ann@example.org (Ann)',
    'friends: ann@example.org;',
    'ann@bob@example.org',
    '@relay.example:ann@example.org',
    // What other programs read as something else.
    '"ann example"@example.org',
    '"ann\\"x"@example.org',
    '-oQ/tmp@example.org',
    '-ann@example.org',
    'ann%example.net@example.org',
    'example.net!ann@example.org',
    '|sh@example.org',
    '/etc/passwd@example.org',
    '`id`@example.org',
    '=?utf-8?q?bob=40example.net=2C?=@example.org',
    'ann@[127.0.0.1]',
    'ann@127.0.0.1',
    'ann@-example.org',
    'ann@example.org\r\nBcc: bob@example.org',
    'ann@example.org\nRCPT TO:<bob@example.org>',
    'ann\0@example.org',
    'jörg@example.org',
  ])('may not be %j', (typed) => {
    expect(() => parseRecipient(typed, { kind: 'addresses' }, owner)).toThrow(
      expect.objectContaining({ code: 'invalid_request', field: 'deliverTo' }) as Error,
    )
  })

  it('may be named by nothing but text', () => {
    for (const value of [undefined, null, 1, ['a@example.org'], { address: 'a@example.org' }]) {
      expect(() => parseRecipient(value, { kind: 'addresses' }, owner)).toThrow('deliverTo')
    }
  })

  it('is in the domains that are allowed', () => {
    const rules = { kind: 'addresses', allowedDomains: ['example.org'] } as const
    expect(parseRecipient('ann@EXAMPLE.ORG', rules, owner)).toBe('ann@example.org')
    for (const other of ['ann@example.net.', 'ann@sub.example.org', 'ann@evil-example.org']) {
      expect(() => parseRecipient(other, rules, owner)).toThrow()
    }
    expect(() => parseRecipient('ann@other.example', rules, owner)).toThrow(
      expect.objectContaining({ code: 'forbidden' }) as Error,
    )
  })

  it.each([
    ['+49 (0)30 / 123-45.67', '+49301234567'],
    ['+49 30 123-45.67', '+49301234567'],
    ['tel:+49301234567', '+49301234567'],
    ['030 1234567', undefined],
    ['+0301234567', undefined],
    ['+4930123456789012345', undefined],
    ['+49301234567\n', '+49301234567'],
    ['+49301234567,+49301234568', undefined],
    ['ann@example.org', undefined],
  ])('may be the telephone number %j: %s', (typed, parsed) => {
    const parse = () => parseRecipient(typed, { kind: 'telephones' }, owner)
    if (parsed === undefined) expect(parse).toThrow('telephone number')
    else expect(parse()).toBe(parsed)
  })

  it('is in logs by its domain alone', () => {
    const of = (kind: 'addresses' | 'telephones', text: string) =>
      recipientDomain(parseRecipient(text, { kind }, owner))
    expect(of('addresses', 'ann.private@example.org')).toBe('example.org')
    expect(of('addresses', '+49301234567@example.org')).toBe('example.org')
    expect(of('telephones', '+49301234567')).toBe('telephone')
  })
})
