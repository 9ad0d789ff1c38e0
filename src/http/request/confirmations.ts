import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { foldAddress, type Address } from '../../account/address.js'
import type { SigningIdentity } from '../../signing/identity.js'

/** What a person was shown, and who they are as far as the network tells. */
export interface Confirmation {
  readonly address: Address
  /** All hosts that could get the password. */
  readonly hosts: readonly string[]
  /** From `networkOf`. */
  readonly network: string
}

/** A person was asked, on a page; then they agreed, by its button. */
export type ConfirmationStep = 'asked' | 'agreed'

/**
 * What keeps, without a cookie and without being kept anywhere, that a person agreed to settings: a
 * note, which the links of the page carry. It holds for half an hour, for one address, for exactly the
 * hosts that were shown, and in the network in which it was made, so that it is of no use in a link that
 * somebody sends to somebody else.
 */
export interface Confirmations {
  issue(step: ConfirmationStep, confirmation: Confirmation): string
  holds(step: ConfirmationStep, note: string | undefined, confirmation: Confirmation): boolean
}

export interface ConfirmationsOptions {
  /** Gives the key, so that all copies of a server take each other's notes; else each has its own. */
  readonly signingIdentity: Pick<SigningIdentity, 'deriveSecret'> | undefined
  readonly now: () => Date
}

const PURPOSE = 'mailprofile confirmations 1'
const LIFETIME = 30 * 60 // seconds
const TIME_BYTES = 4
// 36 bytes: no padding, and one way to write it.
const NOTE = /^[A-Za-z0-9_-]{48}$/

export function createConfirmations({ signingIdentity, now }: ConfirmationsOptions): Confirmations {
  const ownKey = randomBytes(32)
  // Asked for each time: a renewed identity may have another key.
  const key = () => signingIdentity?.deriveSecret(PURPOSE) ?? ownKey
  const seconds = () => Math.floor(now().getTime() / 1000)

  function macOf(
    step: ConfirmationStep,
    end: number,
    { address, hosts, network }: Confirmation,
  ): Buffer {
    const facts = [step, foldAddress(address), [...hosts].sort(), network, end]
    return createHmac('sha256', key()).update(JSON.stringify(facts)).digest()
  }

  return {
    issue(step, confirmation) {
      const end = seconds() + LIFETIME
      const time = Buffer.alloc(TIME_BYTES)
      time.writeUInt32BE(end)
      return Buffer.concat([time, macOf(step, end, confirmation)]).toString('base64url')
    },
    holds(step, note, confirmation) {
      if (note === undefined || !NOTE.test(note)) return false
      const bytes = Buffer.from(note, 'base64url')
      const end = bytes.readUInt32BE()
      const isRight = timingSafeEqual(bytes.subarray(TIME_BYTES), macOf(step, end, confirmation))
      return isRight && seconds() <= end
    },
  }
}
