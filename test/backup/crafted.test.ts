import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { verifyBackup } from '../../src/backup/read-backup.js'

const INVITATION = {
  id: 'A'.repeat(22),
  maker: 'helpdesk',
  createdAt: 1_700_000_000_000,
  expiresAt: 1_700_100_000_000,
  window: 600_000,
  downloads: 5,
  used: 0,
  passcode: { triesLeft: 5 },
  sealed: Buffer.from('sealed').toString('base64'),
}
const HEAD = {
  backup: 'mailprofile',
  format: 1,
  version: '1.2.3-rc.1+4',
  madeAt: '2026-01-01T00:00:00Z',
}

/** Whoever changes a backup can make its sum anew. */
function backup(lines: readonly unknown[], head: object = HEAD): AsyncIterable<Uint8Array> {
  const text = [head, ...lines]
    .map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`)
    .join('')
  const sha256 = createHash('sha256').update(text).digest('hex')
  const end = JSON.stringify({ end: { invitations: lines.length, calls: 0, sha256 } })
  return (async function* () {
    yield* await Promise.resolve([Buffer.from(`${text}${end}\n`)])
  })()
}

describe('a backup that somebody has made', () => {
  it('is taken where all in it can be', async () => {
    expect(await verifyBackup(backup([{ invitation: INVITATION }]))).toMatchObject({
      invitations: 1,
    })
  })

  // With a later time, no list could be shown any more.
  it.each([
    ['a time after the year 9999', { expiresAt: Number.MAX_SAFE_INTEGER }],
    ['a window for ever', { window: Number.MAX_SAFE_INTEGER }],
    ['more tries than anybody gets', { passcode: { triesLeft: 1_000_000 } }],
    ['a time before all', { createdAt: -1 }],
    ['half a download', { used: 0.5 }],
    ['an id that is another key', { id: 'a}:state {b' }],
    ['an id with more behind it', { id: `${INVITATION.id}\n` }],
    ['a key that is none', { constructor: {} }],
    ['a maker of two lines', { maker: 'helpdesk\nrevoked' }],
    ['a reference that moves the cursor', { reference: '\u001b[2J' }],
    ['a reference of two lines, as some programs have them', { reference: 'ticket\u2028revoked' }],
    ['a tenant that is no text', { tenant: '\ud800.example' }],
  ])('is refused with %s', async (_, change) => {
    const made = backup([{ invitation: { ...INVITATION, ...change } }])
    await expect(verifyBackup(made)).rejects.toMatchObject({ code: 'invalid_backup' })
  })

  it('is refused with a prototype', async () => {
    const line = JSON.stringify({ invitation: INVITATION }).replace(
      '"maker"',
      '"__proto__":{},"maker"',
    )
    await expect(verifyBackup(backup([line]))).rejects.toMatchObject({ code: 'invalid_backup' })
  })

  it('is refused with a line that is longer than any', async () => {
    const sealed = Buffer.alloc(1 << 17).toString('base64')
    const made = backup([{ invitation: { ...INVITATION, sealed } }])
    await expect(verifyBackup(made)).rejects.toMatchObject({ code: 'invalid_backup' })
  })

  it('is refused with a version that is more than a version', async () => {
    const head = { ...HEAD, version: '1.0\nRestored.' }
    await expect(verifyBackup(backup([], head))).rejects.toMatchObject({ code: 'invalid_backup' })
  })
})
