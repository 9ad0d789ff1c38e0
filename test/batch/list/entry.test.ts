import { describe, expect, it } from 'vitest'
import { findColumns } from '../../../src/batch/list/columns.js'
import { parseEntry } from '../../../src/batch/list/entry.js'
import { fingerprintOf } from '../../../src/batch/list/fingerprint.js'

function entry(cells: Readonly<Record<string, string>>) {
  const columns = findColumns(Object.keys(cells))
  return parseEntry({ line: 2, cells: new Map(Object.entries(cells)), columns })
}

describe('an entry of a list', () => {
  it('is a person, with what letters need', () => {
    const { person, mailbox, postal, fields, deliverTo, reference } = entry({
      Email: 'Ann@Example.com',
      'First name': 'Ann  ',
      Surname: 'Example',
      Protocol: 'POP',
      Language: 'pt_BR',
      Street: '1 High Street',
      Postcode: 'AB1 2CD',
      Town: 'Leeds',
      'Private email': 'ann@home.example',
      Reference: 'class 7b',
      Room: '12',
    })
    expect(person).toMatchObject({
      address: 'Ann@example.com',
      name: 'Ann Example',
      protocol: 'pop3',
      language: 'pt-BR',
    })
    expect(mailbox).toBe('ann@example.com')
    expect(postal).toEqual(['Ann Example', '1 High Street', 'AB1 2CD Leeds'])
    expect([...fields]).toEqual([['Room', '12']])
    expect({ deliverTo, reference }).toEqual({
      deliverTo: 'ann@home.example',
      reference: 'class 7b',
    })
  })

  it.each([
    [{ email: '' }, 'invalid_address'],
    [{ email: 'ann' }, 'invalid_address'],
    [{ email: 'ann@example.com', protocol: 'exchange' }, 'invalid_request'],
    [{ email: 'ann@example.com', language: 'Klingon!' }, 'invalid_request'],
    [{ email: 'ann@example.com', name: 'x'.repeat(2000) }, 'invalid_request'],
    [{ email: 'ann@example.com', reference: 'a@b' }, 'invalid_request'],
  ])('that is %j is refused', (cells, code) => {
    expect(() => entry(cells)).toThrow(expect.objectContaining({ code }))
  })

  it('is known again by what it asks for', () => {
    const fingerprint = (cells: Readonly<Record<string, string>>) => fingerprintOf(entry(cells))
    const first = fingerprint({ email: 'ann@example.com', name: 'Ann', password: 'one' })
    expect(first).toMatch(/^[0-9a-f]{16}$/)
    expect(
      fingerprint({ 'E-Mail': 'ANN@example.com', Name: 'Ann', Kennwort: 'one', Room: '7' }),
    ).toBe(first)
    expect(fingerprint({ email: 'ann@example.com', name: 'Ann', password: 'two' })).not.toBe(first)
    expect(fingerprint({ email: 'ann@example.com', name: 'Anne', password: 'one' })).not.toBe(first)
  })

  it('gives 12 bits of a password away, and no more', () => {
    const known = new Set<string>()
    for (let i = 0; i < 15_000; i++) {
      known.add(fingerprintOf(entry({ email: 'ann@example.com', password: `password ${i}` })))
    }
    expect(known.size).toBeLessThanOrEqual(4096)
    expect(known.size).toBeGreaterThan(3900)
  })
})
