import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  domainOf,
  foldAddress,
  localPart,
  parseAddress,
  parseDomain,
} from '../../src/account/address.js'
import { parseHostName } from '../../src/account/host-name.js'
import { MailProfileError } from '../../src/errors.js'
import { refusal, refusalCode } from '../support/errors.js'
import { runs } from '../support/runs.js'

const A64 = 'a'.repeat(64)
const LABEL63 = 'b'.repeat(63)

describe('parseAddress', () => {
  it.each([
    ['ann@example.com', 'ann@example.com'],
    ['Ann.Lee@Example.COM', 'Ann.Lee@example.com'],
    ['a+b_c-d@example.co.uk', 'a+b_c-d@example.co.uk'],
    ["!#$%&'*+/=?^_`{|}~-@example.com", "!#$%&'*+/=?^_`{|}~-@example.com"],
    ['ann@müller.example', 'ann@xn--mller-kva.example'],
    ['ann@MÜLLER.example', 'ann@xn--mller-kva.example'],
    ['ann@例え.テスト', 'ann@xn--r8jz45g.xn--zckzah'],
    ['ann@XN--MLLER-KVA.example', 'ann@xn--mller-kva.example'],
    ['ann@example．com', 'ann@example.com'],
    [`${A64}@example.com`, `${A64}@example.com`],
    [`a@${LABEL63}.com`, `a@${LABEL63}.com`],
    ['ann@constructor', 'ann@constructor'],
  ])('reads %s', (text, address) => {
    expect(parseAddress(text)).toBe(address)
  })

  it('reads no domain that is longer than any, whatever is left of it', async () => {
    const softHyphens = (count: number) => `ann@${'\u00ad'.repeat(count)}example.com`
    expect(parseAddress(softHyphens(9))).toBe('ann@example.com')
    expect(await refusalCode(() => parseDomain(softHyphens(600).slice(4)))).toBe('invalid_address')
  })

  it.each([
    '',
    ' ',
    'ann',
    '@',
    'ann@',
    '@example.com',
    'a@b@example.com',
    'ann@@example.com',
    ' ann@example.com',
    'ann@example.com ',
    'ann @example.com',
    'ann@exa mple.com',
    'ann@example.com\n',
    'ann\r\n@example.com',
    'ann\0@example.com',
    'ann@example\u0001.com',
    '.ann@example.com',
    'ann.@example.com',
    'a..b@example.com',
    '"ann"@example.com',
    'ann@[127.0.0.1]',
    'ann@127.0.0.1',
    'ann@1.2',
    'ann@0x7f.1',
    'ann@２130706433',
    'ann@-example.com',
    'ann@example-.com',
    'ann@exam_ple.com',
    'ann@example..com',
    'ann@.example.com',
    'ann@ex%61mple.com',
    'ann@example.com.',
    'ann@xn--.com',
    'ann@xn--a.com',
    'ann@XN--A.com',
    'ann@example.xn--a',
    // Punycode of what no domain may have in it, and of another A-label.
    'ann@xn--a-ecp.ru',
    'ann@xn--u-ccb.com',
    'ann@xn--xn---epa.com',
    'änn@example.com',
    'ann\ud800@example.com',
    'ann@example\udc00.com',
    'ann@exam\u202eple.com',
    'ann@example.com/x',
    'ann@example.com:25',
    'ann@ex<b>.com',
    'ann,bob@example.com',
    `${A64}a@example.com`,
    `a@${LABEL63}b.com`,
    `a@${'b.'.repeat(130)}com`,
    `${A64}@${`${LABEL63}.`.repeat(3)}com`,
    undefined,
    null,
    1,
    ['ann@example.com'],
    { toString: () => 'ann@example.com' },
  ])('refuses %j', async (text) => {
    expect(await refusalCode(() => parseAddress(text))).toBe('invalid_address')
  })

  it('reads again what it gave, whatever the text, or refuses it with its code', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.emailAddress()), (text) => {
        try {
          const address = parseAddress(text)
          expect(parseAddress(address)).toBe(address)
          expect(`${localPart(address)}@${domainOf(address)}`).toBe(address)
          expect(address).toMatch(/^[\x21-\x7e]+$/)
          expect(foldAddress(address)).toBe(address.toLowerCase())
        } catch (error) {
          expect((error as MailProfileError).code).toBe('invalid_address')
        }
      }),
      { numRuns: runs(3000) },
    )
  })
})

describe('parseHostName', () => {
  it.each([
    ['mail.example.com', 'mail.example.com'],
    ['Mail.Example.COM.', 'mail.example.com'],
    ['localhost', 'localhost'],
    ['xn--mller-kva.example', 'xn--mller-kva.example'],
    ['192.0.2.10', '192.0.2.10'],
    ['2001:DB8::1', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
  ])('reads %s', (text, host) => {
    expect(parseHostName(text)).toBe(host)
  })

  it.each([
    '',
    '.',
    'a b',
    'smtp_1.example.com',
    'müller.example',
    'mail.example.com:993',
    '-a.example',
    'a-.example',
    'a..b',
    '256.1.1.1',
    '1.2.3',
    '01.2.3.4',
    '2130706433',
    '0x7f000001',
    'fe80::1%eth0',
    '[192.0.2.1]',
    'http://a.example',
    'a\n.example',
    `${'a'.repeat(64)}.example`,
    'a.'.repeat(127) + 'aa',
    undefined,
    5,
    {},
  ])('refuses %j', async (text) => {
    expect(await refusalCode(() => parseHostName(text))).toBe('invalid_host')
  })
})

describe('the reason why an address is none', () => {
  it.each([
    ['jörg@example.com', 'SMTPUTF8'],
    ['a..b@example.com', 'two dots in a row'],
    ['.a@example.com', 'begins or ends with a dot'],
    ['a.@example.com', 'begins or ends with a dot'],
    ['a b@example.com', 'a space'],
    ['a@b@example.com', 'one @ only'],
    ['"a"@example.com', 'quotation marks'],
    ['a\0b@example.com', 'cannot be seen'],
    ['a,b@example.com', 'characters that mail servers do not accept'],
  ])('of %j says: %s', async (text, words) => {
    expect((await refusal(() => parseAddress(text))).message).toContain(words)
  })
})
