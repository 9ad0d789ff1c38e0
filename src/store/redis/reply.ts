import { z } from 'zod'
import type { InvitationChange, RepeatedCreation } from '../../invitations/store.js'
import type { CallEntry, InvitationEntry, Restoration } from '../../invitations/entries.js'
import {
  SENDING_OUTCOMES,
  hasEnded,
  stateAt,
  type InvitationRecord,
  type Sending,
  type StoredInvitation,
} from '../../invitations/record.js'

const bytes = z.instanceof(Buffer)
const text = bytes.transform((value) => value.toString())
const sealedBytes = bytes.transform((value) => Uint8Array.from(value))
const number = text.transform(Number)
// A list of names and values in turn, in JSON.
const fields = text.transform((json): unknown => JSON.parse(json)).pipe(z.array(z.string()))

const invitationReply = z.tuple([number, z.number(), sealedBytes.nullable(), fields]).nullable()
const repeatedReply = z.tuple([z.literal('repeated'), text, number, sealedBytes])
const conflictReply = z.tuple([z.literal('conflict')])
const creationReply = z.union([
  z.tuple([z.literal('created'), number]),
  repeatedReply,
  conflictReply,
  z.tuple([z.literal('known')]),
])
const callReply = z.union([repeatedReply, conflictReply]).nullable()
const callEntryReply = z.tuple([number, text, text, number, sealedBytes, z.number()]).nullable()
const restoreCallReply = text.pipe(z.enum(['added', 'known', 'over']))
const scanReply = z.tuple([text, z.array(text)])
const behindReply = z.tuple([number, number])
const listReply = z.tuple([number, z.array(z.tuple([text, number, fields.nullable()]))])

/** A place in a list; what was there may have gone. */
export interface ListedPlace {
  readonly id: string
  readonly createdAt: number
  readonly invitation?: StoredInvitation
}

/** An invitation as a script left it, and the time that the script went by. */
export function readChange(
  id: string,
  reply: unknown,
): { readonly now: number; readonly change: InvitationChange } | undefined {
  const parsed = invitationReply.parse(reply)
  if (parsed === null) return undefined
  const [now, changed, sealed, pairs] = parsed
  const record = readRecord(id, pairs)
  const state = stateAt(record, now)
  const isOpen = sealed !== null && !hasEnded(state)
  return { now, change: { record, state, ...(isOpen ? { sealed } : {}), changed: changed === 1 } }
}

/** An invitation in full, with its fields as the script gave them. */
export function readEntry(id: string, reply: unknown) {
  const read = readChange(id, reply)
  if (read === undefined) return undefined
  const { record, sealed } = read.change
  const entry: InvitationEntry = { record, ...(sealed === undefined ? {} : { sealed }) }
  return { now: read.now, entry, fields: z.array(z.unknown()).parse(reply)[3] }
}

export function readCallEntry(id: string, reply: unknown): CallEntry | undefined {
  const parsed = callEntryReply.parse(reply)
  if (parsed === null) return undefined
  const [now, digest, invitation, expiresAt, sealed, left] = parsed
  return { call: { id, digest, invitation, expiresAt, sealed, keptUntil: now + left } }
}

export function readRestoredCall(reply: unknown): Restoration {
  return restoreCallReply.parse(reply)
}

/** Where SCAN goes on, and the names of some keys. */
export function readScan(reply: unknown): readonly [cursor: string, keys: readonly string[]] {
  return scanReply.parse(reply)
}

export function readCreation(reply: unknown) {
  return creationReply.parse(reply)
}

export function readRepeatedCall(reply: unknown): RepeatedCreation | undefined {
  const parsed = callReply.parse(reply)
  return parsed === null ? undefined : repeatedCreation(parsed)
}

/** What a script says of a call that was made before. */
export function repeatedCreation(
  reply: z.output<typeof repeatedReply> | z.output<typeof conflictReply>,
): RepeatedCreation {
  if (reply[0] === 'conflict') return { outcome: 'conflict' }
  return { outcome: 'repeated', id: reply[1], expiresAt: reply[2], sealed: reply[3] }
}

/** The time of the store, and how far its server's clock is behind. */
export function readBehind(reply: unknown): readonly [now: number, behind: number] {
  return behindReply.parse(reply)
}

export function readListed(reply: unknown): {
  /** The time that the script went by. */
  readonly now: number
  readonly entries: readonly ListedPlace[]
} {
  const [now, listed] = listReply.parse(reply)
  const entries = listed.map(([id, createdAt, pairs]) => {
    if (pairs === null) return { id, createdAt }
    const record = readRecord(id, pairs)
    return { id, createdAt, invitation: { record, state: stateAt(record, now) } }
  })
  return { now, entries }
}

function readRecord(id: string, pairs: readonly string[]): InvitationRecord {
  const known = new Map<string, string>()
  for (let i = 0; i < pairs.length; i += 2) known.set(pairs[i] ?? '', pairs[i + 1] ?? '')
  const get = (name: string): string => {
    const value = known.get(name)
    if (value === undefined) throw new TypeError(`The state of an invitation has no ${name}.`)
    return value
  }
  const tenant = known.get('tenant')
  const reference = known.get('reference')
  const openedAt = known.get('openedAt')
  const ended = known.get('ended')
  const triesLeft = known.get('triesLeft')
  const sending = known.get('sending')
  return {
    id,
    ...(tenant === undefined ? {} : { tenant }),
    maker: get('maker'),
    ...(reference === undefined ? {} : { reference }),
    createdAt: Number(get('createdAt')),
    expiresAt: Number(get('expiresAt')),
    window: Number(get('window')),
    downloads: Number(get('downloads')),
    used: Number(get('used')),
    ...(openedAt === undefined ? {} : { openedAt: Number(openedAt) }),
    ...(ended === 'spent' || ended === 'revoked'
      ? { ended: { state: ended, at: Number(get('endedAt')) } }
      : {}),
    ...(triesLeft === undefined ? {} : { passcode: { triesLeft: Number(triesLeft) } }),
    ...(sending === undefined ? {} : { sending: readSending(sending, get('sendingAt')) }),
  }
}

function readSending(state: string, at: string): Sending {
  return {
    state: SENDING_OUTCOMES.find((outcome) => outcome === state) ?? 'sending',
    at: Number(at),
  }
}
