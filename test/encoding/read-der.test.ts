import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { withDefiniteLengths } from '../../src/encoding/ber.js'
import {
  derElement,
  objectIdentifier,
  octetString,
  sequence,
  setOf,
} from '../../src/encoding/der.js'
import { holderName } from '../../src/certificates/holder-name.js'
import {
  derChildren,
  DerError,
  numberOf,
  octetsOf,
  oidOf,
  readDer,
} from '../../src/encoding/read-der.js'
import { runs } from '../support/runs.js'

describe('DER that we write', () => {
  it.each(['1.2.840.113549.1.7.2', '2.5.4.3', '2.999.3', '0.9.2342.19200300.100.1.25'])(
    'says %s when it is read',
    (oid) => expect(oidOf(readDer(objectIdentifier(oid)))).toBe(oid),
  )

  it('is read element by element', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 5 }), (parts) => {
        const read = derChildren(readDer(sequence(...parts.map(octetString))))
        expect(read.map((part) => Buffer.from(octetsOf(part)))).toEqual(
          parts.map((p) => Buffer.from(p)),
        )
      }),
    )
  })

  it('stays as it is where every length is definite', () => {
    const der = sequence(octetString(Buffer.alloc(200)), setOf([objectIdentifier('1.2.3')]))
    expect(withDefiniteLengths(der)).toEqual({ bytes: der, rest: Buffer.alloc(0), isBer: false })
  })

  it('has numbers, and those that are too large for one', () => {
    expect(numberOf(readDer(Buffer.from('02030f4240', 'hex')))).toBe(1_000_000)
    expect(numberOf(readDer(Buffer.from(`0210${'7f'.repeat(16)}`, 'hex')))).toBe(Infinity)
    expect(() => numberOf(readDer(Buffer.from('0201ff', 'hex')))).toThrow(DerError)
  })
})

describe('BER', () => {
  it('gets definite lengths, in every level, and says where it ends', () => {
    const inner = sequence(octetString(Buffer.from('kept')))
    // SEQUENCE { [0] { inner, OCTET STRING in two pieces } }, the first three lengths left open.
    const ber = Buffer.concat([
      Buffer.from('3080a080', 'hex'),
      inner,
      Buffer.from('2480040161040162', 'hex'),
      Buffer.from('0000'.repeat(3), 'hex'),
      Buffer.from('\r\n'),
    ])
    const { bytes, rest, isBer } = withDefiniteLengths(ber)
    expect({ rest: rest.toString(), isBer }).toEqual({ rest: '\r\n', isBer: true })
    const [kept, string] = derChildren(derChildren(readDer(bytes))[0])
    expect(kept?.bytes).toEqual(inner)
    expect(octetsOf(string).toString()).toBe('ab')
  })

  it.each(['30820003040161', '308103040161'])(
    'in a longer form than needed is known as such, and not changed: %s',
    (hex) => {
      const bytes = Buffer.from(hex, 'hex')
      expect(withDefiniteLengths(bytes)).toMatchObject({ isBer: true, bytes })
    },
  )

  it('is DER or an error, whatever the bytes are', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.array(fc.constantFrom(0x30, 0x80, 0xa0, 0x04, 0x24, 0x00, 0x01, 0x02), { maxLength: 400 }),
    )
    fc.assert(
      fc.property(bytes, (input) => {
        try {
          const { bytes: made } = withDefiniteLengths(Buffer.from(input))
          expect(withDefiniteLengths(made).bytes).toEqual(made)
        } catch (error) {
          expect(error).toBeInstanceOf(DerError)
        }
      }),
      { numRuns: runs(2000) },
    )
  })
})

describe('the name of a holder', () => {
  const name = (...attributes: readonly (readonly [oid: string, tag: number, value: Buffer])[]) =>
    sequence(
      ...attributes.map(([oid, tag, value]) =>
        setOf([sequence(objectIdentifier(oid), derElement(tag, value))]),
      ),
    )
  const [CN, OU, O] = ['2.5.4.3', '2.5.4.11', '2.5.4.10'] as const

  it.each([
    ['UTF-8', 0x0c, Buffer.from('Größe')],
    ['UTF-16', 0x1e, Buffer.from('Größe', 'utf16le').swap16()],
    ['Latin-1', 0x14, Buffer.from('Größe', 'latin1')],
  ])('is read from %s', (_name, tag, value) => {
    expect(holderName(name([CN, tag, value]))).toBe('Größe')
  })

  it('is the common name, else the unit, else the organisation, else none', () => {
    const text = (value: string) => Buffer.from(value)
    const organisation = [O, 0x0c, text('Example')] as const
    const unit = [OU, 0x0c, text('Mail')] as const
    expect(holderName(name(organisation, unit, [CN, 0x0c, text('a\nCN=b')]))).toBe('Mail')
    expect(holderName(name(organisation, unit))).toBe('Mail')
    expect(holderName(name(organisation))).toBe('Example')
    expect(holderName(name())).toBeUndefined()
  })
})
