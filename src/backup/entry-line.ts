import { z } from 'zod'
import type { StoreEntry } from '../invitations/entries.js'
import { PASSCODE_TRIES, SENDING_OUTCOMES } from '../invitations/record.js'

// To the end of the year 9999: a later one cannot be shown, and not be added to.
const time = z.int().min(0).max(253_402_300_799_999)
const count = z.int().min(0).max(1e9)
// One line, without controls. Not `isPlainText`, which goes by Node's version of Unicode: a backup of a newer one
// would be refused.
const text = z
  .string()
  .min(1)
  .max(1000)
  .regex(/^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]*$/u)
const base64 = z.base64().transform((value) => Uint8Array.from(Buffer.from(value, 'base64')))
const id = z.string().regex(/^[\w-]{22}$/)

// Whatever a store keeps has to be here: a new key is a new version of the format.
const invitation = z.strictObject({
  id,
  tenant: text.exactOptional(),
  maker: text,
  reference: text.exactOptional(),
  createdAt: time,
  expiresAt: time,
  window: count,
  downloads: count,
  used: count,
  openedAt: time.exactOptional(),
  ended: z.strictObject({ state: z.enum(['spent', 'revoked']), at: time }).exactOptional(),
  passcode: z.strictObject({ triesLeft: count.max(PASSCODE_TRIES) }).exactOptional(),
  sending: z
    .strictObject({ state: z.enum(['sending', ...SENDING_OUTCOMES]), at: time })
    .exactOptional(),
  sealed: base64.exactOptional(),
})
const call = z.strictObject({
  id: text,
  digest: text,
  sealed: base64,
  invitation: id,
  expiresAt: time,
  keptUntil: time,
})
const line = z.union([z.strictObject({ invitation }), z.strictObject({ call })])

/** An entry of a store as a line of a backup, without its end. */
export function entryLine(entry: StoreEntry): string {
  if ('call' in entry) return JSON.stringify({ call: withBase64(entry.call) })
  const { record, sealed } = entry
  return JSON.stringify({ invitation: withBase64({ ...record, sealed }) })
}

/** @returns undefined for a line that is none */
export function parseEntryLine(given: unknown): StoreEntry | undefined {
  const { data } = line.safeParse(given)
  if (data === undefined || 'call' in data) return data
  const { sealed, ...record } = data.invitation
  return { record, ...(sealed === undefined ? {} : { sealed }) }
}

function withBase64<T extends { readonly sealed?: Uint8Array | undefined }>({
  sealed,
  ...rest
}: T) {
  return {
    ...rest,
    ...(sealed === undefined ? {} : { sealed: Buffer.from(sealed).toString('base64') }),
  }
}
