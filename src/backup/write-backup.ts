import { createHash } from 'node:crypto'
import type { Store } from '../invitations/store.js'
import { version } from '../version.js'
import { entryLine } from './entry-line.js'
import { BACKUP_FORMAT, type BackupCounts } from './format.js'

/** How many characters are written at a time. */
const AT_ONCE = 1 << 18

/**
 * Writes a backup of all that a store keeps: see `BACKUP_FORMAT`.
 *
 * @param write takes a part, and resolves when it may have the next
 * @throws MailProfileError `store_unavailable`, and as `write`
 */
export async function writeBackup(
  store: Pick<Store, 'entries'>,
  now: Date,
  write: (part: string) => Promise<void>,
): Promise<BackupCounts> {
  const digest = createHash('sha256')
  const counts = { invitations: 0, calls: 0 }
  let part = ''
  const flush = async () => {
    digest.update(part)
    await write(part)
    part = ''
  }
  const head = { backup: 'mailprofile', format: BACKUP_FORMAT, version, madeAt: now.toISOString() }
  part += `${JSON.stringify(head)}\n`
  for await (const entry of store.entries()) {
    counts['call' in entry ? 'calls' : 'invitations']++
    part += `${entryLine(entry)}\n`
    if (part.length >= AT_ONCE) await flush()
  }
  await flush()
  await write(`${JSON.stringify({ end: { ...counts, sha256: digest.digest('hex') } })}\n`)
  return counts
}
