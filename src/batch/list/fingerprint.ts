import { hash } from 'node:crypto'
import type { ListEntry } from './entry.js'

/**
 * What a row asks for, in 64 bits: by it a later run knows what was done. Of a password 12 bits are in it, so that a
 * changed one is seen and nobody can guess the password from the record.
 */
export function fingerprintOf({ person, mailbox, deliverTo }: ListEntry): string {
  const { name, protocol, username, password, outgoingPassword, language } = person
  const secret = password && bitsOf(mailbox, password.reveal())
  const other = outgoingPassword && bitsOf(mailbox, outgoingPassword.reveal())
  const asked = [mailbox, name, protocol, username, language, deliverTo, secret, other]
  return hash('sha256', JSON.stringify(asked)).slice(0, 16)
}

/** The key of a digest in a `HashTable`. */
export function keyOf(digest: string): bigint {
  return BigInt(`0x${digest}`)
}

/** The key of a mailbox. */
export function mailboxKey(mailbox: string): bigint {
  return keyOf(hash('sha256', mailbox).slice(0, 16))
}

function bitsOf(mailbox: string, password: string): string {
  return hash('sha256', JSON.stringify([mailbox, password])).slice(0, 3)
}
