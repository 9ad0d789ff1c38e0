import { describe, expect, it } from 'vitest'
import {
  createApp,
  DEFAULT_TERMS,
  invitableAccount,
  Invitations,
  invitationUrl,
  openStore,
  parseInvitedPerson,
} from '../../src/index.js'
import { catalogue, get } from '../support/app.js'
import { refusal } from '../support/errors.js'

describe('the link of an invitation that a program made', () => {
  it.each(['https://setup.example.com', 'https://example.com/mail/'])(
    'is answered by the server at %s',
    async (baseUrl) => {
      const store = await openStore('memory:', { now: Date.now })
      const invitations = new Invitations({ store })
      const person = parseInvitedPerson({ address: 'ann@btinternet.com', password: 'pass-word-1' })
      expect(invitableAccount(catalogue, person).incoming?.password?.reveal()).toBe('pass-word-1')
      const made = await invitations.make(person, { ...DEFAULT_TERMS, maker: 'sign-up' })
      const link = invitationUrl(made, baseUrl)
      expect(link).toBe(`${baseUrl.replace(/\/$/, '')}/i/${made.token}`)
      const app = createApp({ catalogue, invitations, baseUrl })
      expect((await get(app, new URL(link).pathname)).status).toBe(200)
      expect((await get(app, `${new URL(link).pathname.slice(0, -1)}!`)).status).toBe(404)
    },
  )

  it.each(['setup.example.com', 'setup.example.com:8080/mail', '/mail', '', undefined])(
    'leads somewhere, so not to %s',
    async (baseUrl) => {
      const made = { token: '0aXkq3cTn5Zr8wQyLm2VdA' }
      const error = await refusal(() => invitationUrl(made, baseUrl ?? (undefined as never)))
      expect(error).toMatchObject({ code: 'invalid_configuration', field: 'baseUrl' })
    },
  )

  it('is for nobody whose protocol is none', async () => {
    const error = await refusal(() =>
      parseInvitedPerson({ address: 'ann@btinternet.com', protocol: 'imaps' }),
    )
    expect(error).toMatchObject({ code: 'invalid_request', field: 'protocol' })
  })
})
