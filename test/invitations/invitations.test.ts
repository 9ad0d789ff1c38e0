import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { Secret } from '../../src/account/secret.js'
import { writePerson } from '../../src/invitations/person.js'
import { createToken, deriveSecrets, parseToken } from '../../src/invitations/token.js'
import type { Invitations } from '../../src/invitations/invitations.js'
import { refusal } from '../support/errors.js'
import { TERMS, ann, createInvitations } from '../support/invitations.js'

const HOUR = 60 * 60 * 1000

async function held(invitations: Invitations, token: string) {
  const invitation = await invitations.open(token)
  if (invitation === undefined) throw new Error('Nobody knows it.')
  return invitation
}

describe('an invitation', () => {
  it('is made with a token from which everything follows', async () => {
    const { invitations, now } = createInvitations()
    const made = await invitations.make(ann(), { ...TERMS, reference: 'ticket 7' })
    const { token, id, expiresAt, repeated } = made
    expect(made).not.toHaveProperty('code')
    expect(repeated).toBe(false)
    expect(expiresAt.getTime()).toBe(now() + 72 * HOUR)
    expect(deriveSecrets(parseToken(token) ?? Buffer.of(), undefined).id).toBe(id)
    expect((await held(invitations, token)).record).toEqual({
      id,
      maker: 'helpdesk',
      reference: 'ticket 7',
      createdAt: now(),
      expiresAt: now() + 72 * HOUR,
      window: 10 * 60_000,
      downloads: 5,
      used: 0,
    })
  })

  it('gives the person back as it was', async () => {
    const { invitations } = createInvitations()
    const { token } = await invitations.make(ann(), TERMS)
    const { person, state } = await held(invitations, token)
    expect(state).toBe('pending')
    expect(person && writePerson(person)).toBe(writePerson(ann()))
  })

  // A program need not ask the parsers first; what is kept has to be what can be read back.
  it.each<[string, object, object, string, string]>([
    ['no time', {}, { expires: NaN }, 'invalid_request', 'expires'],
    ['a past time', {}, { expires: -1 }, 'invalid_request', 'expires'],
    ['for ever', {}, { expires: 721 }, 'invalid_request', 'expires'],
    ['half an hour', {}, { expires: 0.5 }, 'invalid_request', 'expires'],
    ['a window of none', {}, { window: 0 }, 'invalid_request', 'window'],
    ['no download', {}, { downloads: 0 }, 'invalid_request', 'downloads'],
    ['a code of its own', {}, { code: '123456' }, 'invalid_request', 'code'],
    ['an address in clear', {}, { reference: 'ann@example.com' }, 'invalid_request', 'reference'],
    ['nobody', {}, { maker: undefined }, 'invalid_request', 'maker'],
    ['no address', { address: 'ann' }, {}, 'invalid_address', 'address'],
    ['a name of two lines', { name: 'a\nb' }, {}, 'invalid_request', 'name'],
    ['an empty password', { password: new Secret('') }, {}, 'invalid_request', 'password'],
    [
      'another one that is empty',
      { outgoingPassword: new Secret('') },
      {},
      'invalid_request',
      'outgoingPassword',
    ],
    ['a password in null', { password: null }, {}, 'invalid_request', 'password'],
  ])('is not made with %s', async (_name, person, terms, code, field) => {
    const { invitations, store } = createInvitations()
    const whom = { ...ann(), ...person }
    const how = { ...TERMS, ...terms }
    const wrong = { code, field }
    expect(await refusal(() => invitations.make(whom, how))).toMatchObject(wrong)
    const drawn = invitations.draw(TERMS)
    expect(await refusal(() => invitations.makeDrawn(drawn, whom, how))).toMatchObject(wrong)
    expect((await store.list({ limit: 1 })).invitations).toEqual([])
  })

  it('is opened as often as anybody likes, and nothing comes of it', async () => {
    const { invitations, events } = createInvitations()
    const { token, id } = await invitations.make(ann(), TERMS)
    const first = await held(invitations, token)
    for (let i = 0; i < 10; i++) expect(await invitations.open(token)).toEqual(first)
    expect(events).toEqual([{ event: 'made', id, key: 'helpdesk' }])
  })

  it('is told to be spent when its window is over', async () => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    const { invitations, events, advance } = createInvitations()
    const { token, id } = await invitations.make(ann(), { ...TERMS, window: 5 })
    const invitation = await held(invitations, token)
    await invitations.claim(invitation)
    await invitations.claim(invitation)
    const opened = [
      { event: 'made', id, key: 'helpdesk' },
      { event: 'opened', id },
    ]
    expect(events).toEqual(opened)
    advance(5)
    await vi.advanceTimersByTimeAsync(6 * 60_000)
    expect(events).toEqual([...opened, { event: 'spent', id }])
  })

  it('is told to be spent or revoked once', async () => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    const { invitations, events, advance } = createInvitations()
    const { token, id } = await invitations.make(ann(), TERMS)
    await invitations.claim(await held(invitations, token))
    await invitations.revoke(id, 'helpdesk')
    advance(60)
    await vi.advanceTimersByTimeAsync(HOUR)
    expect(events.map(({ event }) => event)).toEqual(['made', 'opened', 'revoked'])
  })

  it('gives so many downloads, then nothing but when it was used', async () => {
    const { invitations, events, now, advance } = createInvitations()
    const { token, id } = await invitations.make(ann(), { ...TERMS, downloads: 2 })
    const opened = now()
    const invitation = await held(invitations, token)
    expect((await invitations.claim(invitation))?.used).toBe(1)
    advance(1)
    expect((await invitations.claim(invitation))?.used).toBe(2)
    expect(await invitations.claim(invitation)).toBeUndefined()
    const spent = await held(invitations, token)
    expect(spent).toMatchObject({ state: 'spent', record: { openedAt: opened } })
    expect(spent).not.toHaveProperty('person')
    expect(events).toEqual([
      { event: 'made', id, key: 'helpdesk' },
      { event: 'opened', id },
      { event: 'spent', id },
    ])
  })

  it('tells of both when its only download is taken', async () => {
    const { invitations, events } = createInvitations()
    const { token } = await invitations.make(ann(), { ...TERMS, downloads: 1 })
    await invitations.claim(await held(invitations, token))
    expect(events.map(({ event }) => event)).toEqual(['made', 'opened', 'spent'])
  })

  it.each([
    ['spent', 'when its window is over', 1, 10],
    ['expired', 'when it was never used', 0, 72 * 60],
    ['expired', 'when the window would last longer', 1, 5],
  ])('is %s %s', async (state, _name, downloads, minutes) => {
    const { invitations, advance } = createInvitations()
    const { token } = await invitations.make(ann(), TERMS)
    // So that in the last case there are five minutes left.
    if (minutes === 5) advance(72 * 60 - 5)
    const invitation = await held(invitations, token)
    for (let i = 0; i < downloads; i++) await invitations.claim(invitation)
    advance(minutes - 1)
    expect(await held(invitations, token)).toHaveProperty('person')
    advance(1)
    const ended = await held(invitations, token)
    expect(ended.state).toBe(state)
    expect(ended).not.toHaveProperty('person')
    expect(await invitations.claim(invitation)).toBeUndefined()
    advance(7 * 24 * 60)
    expect(await invitations.open(token)).toBeUndefined()
  })

  it('is revoked by its id', async () => {
    const { invitations, events } = createInvitations()
    const { token, id } = await invitations.make(ann(), TERMS)
    const invitation = await held(invitations, token)
    expect(await invitations.revoke(id, 'boss')).toMatchObject({ changed: true })
    expect(await invitations.revoke(id, 'boss')).toMatchObject({ changed: false })
    expect(
      await invitations.revoke(
        createToken(() => Buffer.alloc(16)),
        'boss',
      ),
    ).toBeUndefined()
    expect(await invitations.claim(invitation)).toBeUndefined()
    expect((await held(invitations, token)).state).toBe('revoked')
    expect(events.slice(1)).toEqual([{ event: 'revoked', id, key: 'boss' }])
  })

  it('is unknown by everything but its token', async () => {
    const { invitations, events, store } = createInvitations()
    const { token, id } = await invitations.make(ann(), TERMS)
    const last = token.slice(0, -1)
    const others = ['', 'x', token.slice(0, -1), `${token}=`, `${last}~`, id, '../../etc/passwd']
    for (const text of others) {
      expect(await invitations.open(text)).toBeUndefined()
      expect(await invitations.enterCode(text, '123456')).toBe('unknown')
      expect(await invitations.enterCode(text, 'x')).toBe('unknown')
    }
    expect((await store.read(id))?.record.used).toBe(0)
    expect(events).toHaveLength(1)
  })

  it('is as good as none when somebody changed it in the store', async () => {
    const { invitations, store, given } = createInvitations()
    const { token, id } = await invitations.make(ann(), TERMS)
    const other = await invitations.make(ann(), TERMS)
    const [stored, foreign] = [await store.read(id), await store.read(other.id)]
    stored?.sealed?.set(foreign?.sealed ?? [])
    expect(await invitations.open(token)).toBeUndefined()
    expect(given.length).toBeGreaterThan(0)
  })
})
