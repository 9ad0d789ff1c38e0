import { describe, expect, it } from 'vitest'
import { parseAccount } from '../../src/account/account.js'
import { parseInvitationRequest } from '../../src/invitations/request.js'
import { invitationRequestSchema } from '../../src/invitations/schemas.js'
import { MailProfileError } from '../../src/errors.js'
import { annJson } from '../support/accounts.js'
import { refusal } from '../support/errors.js'
import { ofTheLibrary, WRONG_VALUES } from '../support/sentences.js'

const WHOLE = {
  ...annJson(),
  calendar: { url: 'https://dav.example.com' },
  contacts: { url: 'https://dav.example.com' },
}
const SERVER = ['protocol', 'host', 'port', 'security', 'authentication', 'username', 'password']
const PATHS = [
  'identity',
  'identity.address',
  'identity.name',
  'accountName',
  ...['incoming', 'outgoing'].flatMap((one) => [one, ...SERVER.map((key) => `${one}.${key}`)]),
  'calendar',
  'calendar.url',
  'contacts',
  'contacts.url',
]

function withValue(path: string, value: unknown): unknown {
  const copy = structuredClone(WHOLE) as unknown as Record<string, Record<string, unknown>>
  const [section = '', key] = path.split('.')
  if (key === undefined) return { ...copy, [section]: value }
  return { ...copy, [section]: { ...copy[section], [key]: value } }
}

function messageOf(parse: () => unknown): { message: string; field?: string | undefined } {
  try {
    parse()
    return { message: '' }
  } catch (error) {
    if (!(error instanceof MailProfileError)) throw error
    return error
  }
}

describe('every key of an account', () => {
  it.each(PATHS)('%s says what is wanted', (path) => {
    const told = WRONG_VALUES.map((value) =>
      messageOf(() => parseAccount(withValue(path, value))),
    ).filter(({ message }) => message !== '')
    expect(told.length).toBeGreaterThan(5)
    for (const { message, field = '' } of told) {
      expect(`${field} ${message}`).toContain(path.split('.')[0])
      expect(message).toMatch(
        /has to be|is not a host name|Type a mail address|has a name, an @|is empty: leave|holds a|which is unknown|is missing: |takes none|longer than/,
      )
      expect(message).not.toMatch(ofTheLibrary)
    }
    const { message } = messageOf(() => parseAccount(withValue(path, undefined)))
    if (message !== '' && path !== 'identity.address') expect(message).toContain('is missing: ')
  })

  it.each([
    ['incoming.username', '%EMAILADDRESS%', /has to be the value itself/],
    ['outgoing.username', '%email%', /has to be the value itself/],
    ['calendar.url', 'https://a.example/%EMAILADDRESS%/', /has to be the value itself/],
  ])('%s takes no placeholder such as %s', async (path, value, message) => {
    const error = await refusal(() => parseAccount(withValue(path, value)))
    expect([error.code, error.field]).toEqual(['invalid_account', path])
    expect(error.message).toMatch(message)
  })

  it('may have an address that looks like a placeholder', () => {
    const identity = { address: '%EMAIL%@example.com' }
    const account = parseAccount({ ...annJson({ incoming: { username: '%EMAIL%' } }), identity })
    expect(account.incoming.username).toBe('%EMAIL%')
  })
})

describe('every key of a request for an invitation', () => {
  it.each(Object.keys(invitationRequestSchema.shape))('%s says what is wanted', (key) => {
    const told = WRONG_VALUES.map((value) =>
      messageOf(() => parseInvitationRequest({ address: 'ann@example.com', [key]: value })),
    ).filter(({ message }) => message !== '')
    expect(told.length).toBeGreaterThan(5)
    for (const { message } of told) {
      expect(message).toMatch(
        /^The value of \w+ (?:has to be|is empty: leave|holds a)|^Type a mail address|^A mail address has/,
      )
      expect(message).not.toMatch(ofTheLibrary)
    }
  })

  it('takes no placeholder', async () => {
    const request = { address: 'ann@example.com', username: '%EMAILADDRESS%' }
    const error = await refusal(() => parseInvitationRequest(request))
    expect(error.message).toMatch(/^The value of username has to be the user name itself/)
  })
})
