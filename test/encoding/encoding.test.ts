import fc from 'fast-check'
import forge from 'node-forge'
import { parse } from 'plist'
import { describe, expect, it } from 'vitest'
import * as der from '../../src/encoding/der.js'
import { writePlist, type PlistValue } from '../../src/encoding/plist.js'
import { addressPart, queryString, queryValues } from '../../src/encoding/uri.js'
import { uuidBytes, uuidV5 } from '../../src/encoding/uuid.js'
import { readXml, type XmlNode } from '../../src/encoding/read-xml.js'
import { escapeXml, writeXml, type XmlElement } from '../../src/encoding/xml.js'
import { address, text } from '../support/arbitraries.js'
import { runs } from '../support/runs.js'

describe('writePlist', () => {
  // Its reader trims nothing and knows the same types.
  const { value } = fc.letrec<{ value: PlistValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      text(60),
      fc.constantFrom(' a ', '&<>"\']]>', '\t\n\r', '<![CDATA[x]]>', '&amp;', '🙂'),
      fc.maxSafeInteger(),
      fc.boolean(),
      fc.uint8Array(),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(fc.stringMatching(/^[A-Za-z&<]{1,9}$/), tie('value'), { maxKeys: 4 }),
    ),
  }))

  it('is read back by the plist package exactly', () => {
    fc.assert(
      fc.property(value, (input) => {
        expect(plain(parse(writePlist({ it: input })))).toEqual(plain({ it: input }))
      }),
      { numRuns: runs(2000) },
    )
  })

  it.each([[Number.NaN], [1.5], [Infinity], ['\u0000'], ['\ud800'], ['\ufffe']])(
    'refuses %j',
    (input) => {
      expect(() => writePlist({ it: input })).toThrow(RangeError)
    },
  )

  it('leaves out what is undefined, and keeps the order of keys', () => {
    expect(Object.keys(parse(writePlist({ b: 1, c: undefined, a: 2 })) as object)).toEqual([
      'b',
      'a',
    ])
  })

  function plain(input: unknown): unknown {
    if (input instanceof Uint8Array) return `bytes ${Buffer.from(input).toString('hex')}`
    if (Array.isArray(input)) return input.map(plain)
    if (typeof input !== 'object' || input === null) return input
    return Object.fromEntries(Object.entries(input).map(([key, item]) => [key, plain(item)]))
  }
})

describe('DER', () => {
  it.each([0, 1, 127, 128, 255, 256, 65535, 65536])(
    'has lengths that node-forge reads: %i',
    (length) => {
      const written = der.octetString(Buffer.alloc(length, 7))
      const read = forge.asn1.fromDer(forge.util.createBuffer(written.toString('binary')))
      expect((read.value as string).length).toBe(length)
      expect(der.elementAt(written, 0)).toEqual({
        tag: 4,
        start: written.length - length,
        end: written.length,
      })
    },
  )

  it.each(['1.2.840.113549.1.7.2', '2.16.840.1.101.3.4.2.1', '2.5.4.3', '1.3.132.0.34'])(
    'writes %s',
    (oid) => {
      const content = der.objectIdentifier(oid).subarray(2).toString('binary')
      expect(forge.asn1.derToOid(content)).toBe(oid)
    },
  )

  it('writes times as RFC 5652 section 11.3 wants them', () => {
    expect(der.derTime(new Date('2049-12-31T23:59:59.9Z')).toString('latin1')).toBe(
      '\x17\x0d491231235959Z',
    )
    expect(der.derTime(new Date('2050-01-01T00:00:00Z')).toString('latin1')).toBe(
      '\x18\x0f20500101000000Z',
    )
  })

  it('sorts a SET OF', () => {
    const [a, b, c] = [Buffer.from([2, 1, 9]), Buffer.from([2, 1, 1]), Buffer.from([1, 1, 255])]
    expect(der.setOf([a, b, c])).toEqual(der.derElement(0x31, c, b, a))
  })
})

describe('uuidV5', () => {
  // What uuid.uuid5 of Python gives for names of domains.
  it.each([
    ['www.example.com', '2ed6657d-e927-568b-95e1-2665a8aea6a2'],
    ['python.org', '886313e1-3b8a-5372-9b90-0c9aee199e5d'],
    ['größe.example', '86dfc633-9191-5471-baa4-0b4f65f54b37'],
  ])('%s', (name, uuid) => {
    const dns = uuidBytes('6ba7b810-9dad-11d1-80b4-00c04fd430c8')
    expect(uuidV5(dns, name)).toBe(uuid)
  })
})

describe('escapeXml', () => {
  it.each([
    ['a&b<c>"d\'', 'a&amp;b&lt;c&gt;&quot;d&apos;'],
    ['\r\n\t', '&#13;&#10;&#9;'],
    ['plain', 'plain'],
  ])('%j', (input, output) => {
    expect(escapeXml(input)).toBe(output)
  })
})

describe('query strings', () => {
  it('come back as they went in', () => {
    fc.assert(
      fc.property(fc.array(text(40), { maxLength: 4 }), (values) => {
        const query = queryString(values.map((value) => ['name', value]))
        expect(queryValues(query.slice(1), 'name')).toEqual(values)
        expect(new URLSearchParams(query).getAll('name')).toEqual(values)
      }),
    )
  })

  it.each(['name=%', 'name=%ff', 'name=%ed%a0%80', 'na%6De=%zz'])(
    '%s is no query of ours',
    (query) => {
      expect(() => queryValues(query, 'name')).toThrow(URIError)
    },
  )

  it('do not mind what others wrote', () => {
    expect(queryValues('%=1&utm=%ff&name=a+b&name', 'name')).toEqual(['a b', ''])
  })
})

describe('XML', () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/)
  const { element } = fc.letrec<{ element: XmlElement }>((tie) => ({
    element: fc.record({
      name,
      attributes: fc.dictionary(name, text(30), { maxKeys: 3 }),
      children: fc.oneof({ maxDepth: 3 }, text(60), fc.array(tie('element'), { maxLength: 4 })),
    }),
  }))

  it('is read back exactly, spaces and all', () => {
    fc.assert(
      fc.property(element, (root) => {
        expect(plain(readXml(writeXml(root)))).toEqual(written(root))
      }),
      { numRuns: runs(1000) },
    )
  })

  it.each([
    ['nothing', ''],
    ['text', 'hello'],
    ['an open end', '<a>'],
    ['two roots', '<a/><b/>'],
    ['an attribute twice', '<a b="1" b="2"/>'],
    ['an unknown entity', '<a>&b;</a>'],
    ['entities that a document type defines', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'],
    ['a control character', '<a>\u0001</a>'],
  ])('refuses %s', (_, document) => {
    expect(() => readXml(document)).toThrow()
  })

  it('takes pieces of text and CDATA together', () => {
    expect(readXml('<a>1<b/>2<![CDATA[<3>]]>&amp;</a>').text).toBe('12<3>&')
  })

  function written({ name: tag, attributes, children }: XmlElement): unknown {
    return typeof children === 'string'
      ? { name: tag, attributes, text: children, elements: [] }
      : {
          name: tag,
          attributes,
          text: '',
          elements: children.map((child) => child && written(child)),
        }
  }

  function plain({ name: tag, attributes, elements, text: content }: XmlNode): unknown {
    // Between elements there are line breaks only.
    const inner = elements.length > 0 ? content.trim() : content
    return { name: tag, attributes, text: inner, elements: elements.map(plain) }
  }
})

describe('addressPart', () => {
  it('decodes to the address, and leaves what old readers need', () => {
    fc.assert(
      fc.property(address, (mailbox) => {
        const part = addressPart(mailbox)
        expect(decodeURIComponent(part)).toBe(mailbox)
        expect(part).toMatch(/^(?:[A-Za-z0-9@._+-]|%[0-9A-F]{2})+$/)
      }),
    )
  })
})
