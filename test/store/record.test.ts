import { describe, expect, it } from 'vitest'
import { parseCursor, writeCursor } from '../../src/invitations/cursor.js'
import { endOf, stateAt, type InvitationRecord } from '../../src/invitations/record.js'

const RECORD: InvitationRecord = {
  id: 'AAECAwQFBgcICQoLDA0ODw',
  maker: 'helpdesk',
  createdAt: 1000,
  expiresAt: 2000,
  window: 300,
  downloads: 5,
  used: 0,
}

describe('the state of an invitation', () => {
  it.each<[string, number, string, Partial<InvitationRecord>]>([
    ['before it expires', 1999, 'pending', {}],
    ['when it expires', 2000, 'expired', {}],
    ['when its window opens', 1500, 'opened', { openedAt: 1500 }],
    ['before its window ends', 1799, 'opened', { openedAt: 1500 }],
    ['when its window ends', 1800, 'spent', { openedAt: 1500 }],
    ['long after', 9000, 'spent', { openedAt: 1500 }],
    ['when window and life end together', 2000, 'spent', { openedAt: 1700 }],
    ['before it expires within its window', 1999, 'opened', { openedAt: 1701 }],
    ['when it expires within its window', 2000, 'expired', { openedAt: 1701 }],
    ['when the window would have ended', 2001, 'expired', { openedAt: 1701 }],
    ['after its last download', 1500, 'spent', { ended: { state: 'spent', at: 1500 } }],
    ['once it is revoked', 1100, 'revoked', { ended: { state: 'revoked', at: 1100 } }],
    ['revoked, after the time', 9000, 'revoked', { ended: { state: 'revoked', at: 1100 } }],
    ['while a code is wanted', 1999, 'pending', { passcode: { triesLeft: 0 } }],
  ])('%s (at %d) is %s', (_name, now, state, changes) => {
    expect(stateAt({ ...RECORD, ...changes }, now)).toBe(state)
  })

  it.each<[number, Partial<InvitationRecord>]>([
    [2000, {}],
    [1800, { openedAt: 1500 }],
    [2000, { openedAt: 1900 }],
    [1600, { openedAt: 1500, ended: { state: 'spent', at: 1600 } }],
  ])('ends at %d', (end, changes) => {
    expect(endOf({ ...RECORD, ...changes })).toBe(end)
  })
})

describe('a cursor', () => {
  it('names a place', () => {
    expect(parseCursor(writeCursor(RECORD))).toEqual({ createdAt: 1000, id: RECORD.id })
  })
})
