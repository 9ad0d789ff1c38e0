import { describe, expect, it } from 'vitest'
import { childOf, childrenOf, readXml, textOf } from '../../src/encoding/read-xml.js'

describe('readXml', () => {
  it('passes a document type over, or refuses it', () => {
    const document = '<!DOCTYPE a [<!ENTITY b "c">]><a>d</a>'
    expect(readXml(document).text).toBe('d')
    expect(() => readXml(document, { refuseDoctype: true })).toThrow('document type')
    expect(() => readXml(document.replace('d<', '&b;<'))).toThrow('undefined entity')
  })

  it('goes as deep as it may', () => {
    const deep = (levels: number) => `${'<a>'.repeat(levels)}${'</a>'.repeat(levels)}`
    expect(readXml(deep(3), { maxDepth: 3 }).elements).toHaveLength(1)
    expect(() => readXml(deep(4), { maxDepth: 3 })).toThrow('3 elements deep')
    expect(readXml(deep(1000)).name).toBe('a')
  })

  it('knows names as they are written, or by namespace', () => {
    const document =
      '<p:a xmlns:p="urn:p" xmlns:q="urn:q"><p:b q:n="1" n="2"/><q:b/><b/><b xmlns="urn:p"/></p:a>'
    expect(readXml(document).elements.map(({ name }) => name)).toEqual(['p:b', 'q:b', 'b', 'b'])
    const root = readXml(document, { namespaces: true })
    expect(root.name).toBe('a')
    expect(root.elements.map(({ name }) => name)).toEqual(['b', '{urn:q}b', '{}b', 'b'])
    expect(childOf(root, 'b')?.attributes).toEqual({ 'q:n': '1', n: '2' })
    expect(() => readXml('<a><x:b/></a>', { namespaces: true })).toThrow()
  })

  it('finds children by name, in order', () => {
    const root = readXml('<a><b>1</b><c/><b>2<d/>3</b></a>')
    expect(childrenOf(root, 'b').map(({ text }) => text)).toEqual(['1', '23'])
    expect(textOf(root, 'b')).toBe('1')
    expect([childOf(undefined, 'b'), childrenOf(undefined, 'b'), textOf(root, 'x')]).toEqual([
      undefined,
      [],
      undefined,
    ])
  })
})
