import { describe, expect, it } from 'vitest'
import { findColumns } from '../../../src/batch/list/columns.js'
import { COLUMN_NAMES, comparable, FIELDS, type Field } from '../../../src/batch/list/fields.js'

function found(...names: readonly string[]) {
  return Object.fromEntries(findColumns(names).fields)
}

describe('columns', () => {
  it.each([
    'address',
    'Address',
    'E-Mail',
    'EMAIL',
    'e-mail address',
    'Email Address',
    'Mailbox',
    'Adresse',
    'E-Mail-Adresse',
    'Adresse électronique',
    'correo electrónico',
    'User Principal Name',
    'メールアドレス',
    'Электронная почта',
    'E-postadress',
    'البريد الإلكتروني',
    'ईमेल पता',
    '邮箱',
  ])('of addresses may be called %s', (name) => {
    expect(found('Zimmer', name)).toEqual({ address: name })
  })

  it('are believed the more, the more they say', () => {
    expect(found('Adresse', 'E-Mail', 'Name')).toEqual({ address: 'E-Mail', name: 'Name' })
    expect(found('address', 'email')).toEqual({ address: 'email' })
    expect(found('Email', 'Private email')).toEqual({
      address: 'Email',
      deliverTo: 'Private email',
    })
  })

  it('may have names in two parts', () => {
    expect(found('Vorname', 'Nachname', 'E-Mail')).toEqual({
      address: 'E-Mail',
      firstName: 'Vorname',
      lastName: 'Nachname',
    })
  })

  it('are those that the operator names', () => {
    const named = new Map<Field, string>([
      ['address', 'primary'],
      ['name', 'Who?'],
    ])
    const { fields } = findColumns(['email', 'Primary', 'Who'], named)
    expect(Object.fromEntries(fields)).toEqual({ address: 'Primary', name: 'Who' })
    expect(() => findColumns(['email'], new Map([['name', 'Who']]))).toThrow(
      'The list has no column “Who”.',
    )
  })

  it('have no name that means two fields', () => {
    const fields = new Map<string, Set<Field>>()
    for (const field of FIELDS) {
      for (const name of COLUMN_NAMES[field]) {
        const key = comparable(name)
        fields.set(key, (fields.get(key) ?? new Set()).add(field))
      }
    }
    expect([...fields].filter(([, of]) => of.size > 1)).toEqual([])
    expect([...fields.keys()].filter((key) => key === '')).toEqual([])
  })
})
