import { z } from 'zod'

/**
 * The version of the format. A backup is JSON Lines: a head, a line for each entry of the store, and an end
 * with how many there are and the SHA-256 of all bytes before it.
 */
export const BACKUP_FORMAT = 1

/** The first line of a backup, of whatever version of the format. */
export const backupHead = z.object({
  backup: z.literal('mailprofile'),
  format: z.int().min(1),
  /** The program's version, which people are told. */
  version: z.string().regex(/^[\w.+-]{1,100}$/),
  madeAt: z.iso.datetime(),
})

/** How many things a backup has. */
export const backupCounts = z.strictObject({
  invitations: z.int().min(0),
  calls: z.int().min(0),
})
export type BackupCounts = z.output<typeof backupCounts>

/** The last line. */
export const backupEnd = z.strictObject({
  end: backupCounts.extend({ sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
})
