import { describe, expect, it } from 'vitest'
import { writePerson } from '../../src/invitations/person.js'
import { TERMS, ann, createInvitations, wrongCode } from '../support/invitations.js'

async function withCode() {
  const all = createInvitations()
  const { token, id, code = '' } = await all.invitations.make(ann(), { ...TERMS, code: true })
  const claim = async () => {
    const held = await all.invitations.open(token)
    return held && all.invitations.claim(held)
  }
  // As wrong codes do, in less time.
  const takeTries = async (count: number) => {
    for (let i = 0; i < count; i++) await all.store.takeTry(id)
  }
  return {
    ...all,
    takeTries,
    token,
    id,
    code,
    claim,
    enter: (typed: string) => all.invitations.enterCode(token, typed),
  }
}

describe('an invitation with a code', () => {
  it('shows and gives nothing before the code is typed', async () => {
    const { invitations, token, claim, code } = await withCode()
    expect(code).toMatch(/^\d{6}$/)
    expect(await invitations.open(token)).not.toHaveProperty('person')
    expect(await claim()).toBeUndefined()
  })

  it.each([
    ['as it is', (code: string) => code],
    ['with dashes and spaces around', (code: string) => ` ${code.slice(0, 2)}-${code.slice(2)} `],
  ])('opens by the right one, typed %s, and needs it no more', async (_name, type) => {
    const { invitations, token, code, claim, enter, events, id } = await withCode()
    expect(await enter(type(code))).toBe('right')
    const held = await invitations.open(token)
    expect(held?.person && writePerson(held.person)).toBe(writePerson(ann()))
    expect(held?.record).not.toHaveProperty('passcode')
    expect((await claim())?.used).toBe(1)
    // Somebody goes back to the form: nothing has to be right any more.
    expect(await enter('000000')).toBe('right')
    expect(events).toEqual([
      { event: 'made', id, key: 'helpdesk' },
      { event: 'opened', id },
    ])
  })

  it('is locked by five wrong ones, until its maker unlocks it', async () => {
    const { invitations, id, code, enter, events, claim, takeTries } = await withCode()
    expect(await enter(wrongCode(code))).toBe('wrong')
    await takeTries(3)
    expect(await enter(wrongCode(code))).toBe('locked')
    expect(await enter(code)).toBe('locked')
    expect(await enter('no digits')).toBe('locked')
    expect(await claim()).toBeUndefined()
    expect(await invitations.unlock(id, 'boss')).toMatchObject({ state: 'pending' })
    expect(await enter(code)).toBe('right')
    expect(events).toEqual([
      { event: 'made', id, key: 'helpdesk' },
      { event: 'locked', id },
      { event: 'unlocked', id, key: 'boss' },
    ])
  })

  it('takes the right one as the fifth', async () => {
    const { code, enter, events, takeTries } = await withCode()
    await takeTries(4)
    expect(await enter(code)).toBe('right')
    expect(events.map(({ event }) => event)).toEqual(['made'])
  })

  it('takes no try for what is no code', async () => {
    const { store, id, code, enter } = await withCode()
    for (const typed of ['', '12345', '1234567', 'abcdef', '１２３４５６']) {
      expect(await enter(typed)).toBe('wrong')
    }
    expect((await store.read(id))?.record.passcode?.triesLeft).toBe(5)
    expect(await enter(code)).toBe('right')
  })

  it('lets no more than five guess at the same moment', async () => {
    const { code, enter, events } = await withCode()
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => enter(wrongCode(code))))
    expect(outcomes.filter((outcome) => outcome === 'wrong')).toHaveLength(4)
    expect(outcomes.filter((outcome) => outcome === 'locked')).toHaveLength(4)
    expect(events.filter(({ event }) => event === 'locked')).toHaveLength(1)
  })

  it('is right for all who type it at the same moment', async () => {
    const { code, enter, claim } = await withCode()
    expect(await Promise.all([enter(code), enter(code), enter(code)])).toEqual([
      'right',
      'right',
      'right',
    ])
    expect((await claim())?.used).toBe(1)
  })

  it('has ended for a code that comes too late', async () => {
    const { invitations, id, code, enter, advance } = await withCode()
    await invitations.revoke(id, 'boss')
    expect(await enter(code)).toBe('ended')
    expect(await enter('no digits')).toBe('ended')
    const late = await withCode()
    late.advance(72 * 60)
    expect(await late.enter(late.code)).toBe('ended')
    advance(8 * 24 * 60)
    expect(await enter(code)).toBe('unknown')
  })
})
