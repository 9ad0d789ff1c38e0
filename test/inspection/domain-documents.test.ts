import { describe, expect, it } from 'vitest'
import { inspectBytes } from '../../src/inspection/inspect.js'
import { SIMPLE } from '../support/client-configs.js'
import { refusalCode } from '../support/errors.js'

const anyDomain = SIMPLE.replace(/<domain>.*<\/domain>/, '<domain>%EMAILDOMAIN%</domain>')

const answer = (account: string) =>
  Buffer.from(
    '<?xml version="1.0" encoding="utf-8"?>' +
      '<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006">' +
      '<Response xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a">' +
      `<Account><AccountType>email</AccountType>${account}</Account></Response></Autodiscover>`,
  )

describe('inspect of what is told about a domain', () => {
  it('takes an autoconfig document for any domain, as Thunderbird does', async () => {
    const { accepted, sections } = await inspectBytes(Buffer.from(anyDomain))
    expect(accepted).toBe(true)
    expect(sections[0]?.rows).toContainEqual([
      'Domains',
      '%EMAILDOMAIN%, whatever domain is asked for',
    ])
  })

  it('reads a document in the encoding that it names', async () => {
    const text = SIMPLE.replace(
      /^(<\?xml[^>]*\?>)?/,
      '<?xml version="1.0" encoding="ISO-8859-1"?>',
    ).replace(/<displayName>.*<\/displayName>/, '<displayName>Télécom Süd</displayName>')
    const { sections } = await inspectBytes(Buffer.from(text, 'latin1'))
    expect(sections[0]?.rows).toContainEqual(['Name', 'Télécom Süd'])
    const wrong = Buffer.from(text.replace('ISO-8859-1', 'UTF-8'), 'latin1')
    expect(await refusalCode(() => inspectBytes(wrong))).toBe('invalid_profile')
  })

  it.each([
    [
      'redirectUrl',
      '<RedirectUrl>https://a.example/autodiscover.xml</RedirectUrl>',
      ['Asks at', 'https://a.example/autodiscover.xml'],
    ],
    ['redirectAddr', '<RedirectAddr>ann@b.example</RedirectAddr>', ['Asks as', 'ann@b.example']],
  ])('shows where an Autodiscover answer leads: %s', async (action, element, row) => {
    const { accepted, sections } = await inspectBytes(
      answer(`<Action>${action}</Action>${element}`),
    )
    expect(accepted).toBe(true)
    expect(sections).toEqual([{ title: 'Redirect', rows: [row] }])
  })

  it.each([
    ['<Action>redirectUrl</Action><RedirectUrl>http://a.example/</RedirectUrl>'],
    ['<Action>redirectUrl</Action>'],
    ['<Action>redirectAddr</Action><RedirectAddr>ann</RedirectAddr>'],
    ['<Action>other</Action>'],
  ])('refuses %s', async (account) => {
    expect(await refusalCode(() => inspectBytes(answer(account)))).toBe('invalid_profile')
  })
})
