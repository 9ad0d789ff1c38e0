import { describe, expect, it } from 'vitest'
import { Catalogue, type ListedEntry } from '../../src/providers/catalogue.js'
import { parseProvider } from '../../src/providers/provider.js'
import { refusal } from '../support/errors.js'

function entry(id: string, name: string, lists: string, shipped = false): ListedEntry {
  const server = "security: tls, authentication: password-cleartext, username: '%EMAILADDRESS%' }"
  const yaml = `id: ${id}
name: '${name}'
${lists}
incoming: [{ protocol: imap, host: imap.host.example, port: 993, ${server}]
outgoing: [{ protocol: smtp, host: smtp.host.example, port: 465, ${server}]
`
  return { provider: parseProvider(yaml, `${id}.yaml`), file: `${id}.yaml`, shipped }
}

const whole = new Catalogue([
  entry('shared', 'Mail of %EMAILDOMAIN%', 'domains: [wombat.example, quokka.example]'),
  entry('wombat', 'Wombat Post', 'domains: [post.wombat.example]\nmx: [mx.wombat.example]'),
  entry('anybody', 'Anybody', 'mx: [mx.anybody.example]'),
  entry('large', 'Large Mail', 'domains: [large.example]', true),
])
const wombats = ['wombat.example', 'post.wombat.example']

describe('a catalogue without the domains of somebody else', () => {
  const rest = whole.without(wombats)

  it.each(wombats)(
    'does not answer for %s, nor say more of it than of any other',
    async (domain) => {
      expect([rest.serves(domain), rest.names(domain), rest.forDomain(domain)]).toEqual([
        false,
        false,
        undefined,
      ])
      const error = await refusal(() => rest.account(`ann@${domain}`))
      const other = await refusal(() => rest.account('ann@nowhere.example'))
      expect(error).toMatchObject({ code: 'unknown_domain', suggestion: undefined })
      expect(error.message.replace(domain, 'nowhere.example')).toBe(other.message)
      expect(error.hint).toBe(other.hint)
    },
  )

  it('answers for all else', () => {
    expect(rest.account('ann@quokka.example').incoming?.host).toBe('imap.host.example')
    expect(rest.account('ann@large.example').incoming?.host).toBe('imap.host.example')
    expect(rest.forMx('mx.anybody.example')).toBeDefined()
  })

  it('names nobody of theirs', () => {
    expect(rest.providerNames).toEqual(['Mail of quokka.example', 'Anybody', 'Large Mail'])
    expect(rest.search('mail')).toEqual(['Large Mail'])
    for (const words of ['wombat', 'Wombat Post', ...wombats])
      expect(rest.search(words)).toEqual([])
    expect(rest.search('quokka.example')).toEqual(['Mail of quokka.example'])
  })

  it('suggests no domain of theirs', async () => {
    const error = await refusal(() => rest.account('ann@wombats.example'))
    expect(error.suggestion).toBeUndefined()
    expect((await refusal(() => whole.account('ann@wombats.example'))).suggestion).toBe(
      'wombat.example',
    )
  })

  it('leaves out the same again once it is restricted', () => {
    expect(
      rest.restrictedTo(['wombat.example', 'quokka.example']).forDomain('wombat.example'),
    ).toBe(undefined)
  })
})

describe('the catalogue of some domains', () => {
  it('calls a provider by a domain that it answers for', () => {
    expect(whole.restrictedTo(['quokka.example']).providerNames).toEqual(['Mail of quokka.example'])
  })
})

describe('the operator’s own part of a catalogue', () => {
  it('has no shipped provider', () => {
    expect(whole.ofOperator().forDomain('large.example')).toBeUndefined()
    expect(whole.ofOperator().forDomain('quokka.example')).toBeDefined()
  })
})
