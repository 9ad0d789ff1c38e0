import { CLOCK_TOLERANCE, type StoreClocks } from '../../invitations/clock.js'
import { knownId } from '../../invitations/failures.js'
import { PASSCODE_TRIES, type StoredInvitation } from '../../invitations/record.js'
import { connectRedis } from './connection.js'
import { readEntries, restoreEntry } from './entries.js'
import { callKey, keysOf } from './keys.js'
import { listsOf, readPage, type ListScripts } from './lists.js'
import {
  readBehind,
  readCreation,
  readChange,
  readRepeatedCall,
  repeatedCreation,
} from './reply.js'
import {
  BEGIN_SENDING,
  CHECK,
  CLAIM,
  CLOCK_BEHIND,
  CREATE,
  END_SENDING,
  FIND_CALL,
  PROBE,
  READ,
  RESEAL,
  REVOKE,
  TAKE_TRY,
  TRIAL,
  TRIAL_PROBE,
  UNLOCK,
} from './scripts.js'
import { createReplicatedSteps, WAIT_PROBE, type RunStep } from './steps.js'
import { ExpectedTime } from './expected-time.js'
import type {
  InvitationChange,
  NewInvitation,
  RepeatableCall,
  Store,
} from '../../invitations/store.js'
import { created } from '../../invitations/transitions.js'

/** Milliseconds that a replica gets to show that there is one. */
const FOLLOWING = 250

export interface RedisStoreOptions extends Pick<StoreClocks, 'elapsed'> {
  /** How many replicas have to have a step before it counts; none by default. */
  readonly replicas?: number | undefined
  /** Whether it is only looked at, so that nothing may be left there. */
  readonly isTrial?: boolean
}

/**
 * A store in Redis 7.0 or newer, or Valkey, for any number of servers. Times are those of its clock.
 *
 * @param url `redis[s]://[[user]:password@]host[:port][/database]`
 * @throws MailProfileError `store_unavailable` when the server cannot be used, `invalid_configuration`
 *   for an address that is none; neither holds a password
 */
export async function openRedisStore(
  url: string,
  { replicas = 0, elapsed = () => 0, isTrial = false }: RedisStoreOptions = {},
): Promise<Store> {
  const connection = await connectRedis(url, isTrial ? TRIAL_PROBE : PROBE)
  const connections = [connection]
  let write: RunStep = (script, input) => connection.eval(script, input)
  if (replicas > 0) {
    try {
      const another = await connectRedis(url, WAIT_PROBE)
      connections.push(another)
      write = createReplicatedSteps(another, replicas)
    } catch (error) {
      await connection.close()
      throw error
    }
  }
  const time = new ExpectedTime(elapsed)
  const run: Scripts = {
    read: (script, input) => connection.eval(script, time.addTo(input)),
    write: (script, input) => write(script, time.addTo(input)),
    see: (now) => time.see(now),
  }

  /** One script about one invitation. */
  async function about(
    kind: 'read' | 'write',
    id: string,
    script: string,
    ...given: readonly Buffer[]
  ): Promise<InvitationChange | undefined> {
    const reply = await run[kind](script, { keys: keysOf(id), arguments: given })
    const { now, change } = readChange(id, reply) ?? {}
    if (now !== undefined) run.see(now)
    return change
  }

  async function clock() {
    const [now, behind] = readBehind(await run.read(CLOCK_BEHIND, { keys: [], arguments: [] }))
    run.see(now)
    return [now, behind] as const
  }

  return {
    async create(invitation, call) {
      const reply = readCreation(await run.write(CREATE, creation(invitation, call)))
      if (reply[0] === 'known') throw knownId()
      if (reply[0] !== 'created') return repeatedCreation(reply)
      run.see(reply[1])
      return { outcome: 'created', record: created(invitation, reply[1]) }
    },
    async findCall({ id, digest }) {
      const input = { keys: [callKey(id)], arguments: [digest] }
      return readRepeatedCall(await run.write(FIND_CALL, input))
    },
    async read(id) {
      const found = await about('read', id, READ)
      return found && stored(found)
    },
    claim: (id) => about('write', id, CLAIM),
    takeTry: (id) => about('write', id, TAKE_TRY),
    reseal: (id, sealed) => about('write', id, RESEAL, toBuffer(sealed)),
    unlock: (id) => about('write', id, UNLOCK),
    revoke: (id) => about('write', id, REVOKE),
    beginSending: (id, again = false) =>
      about('write', id, BEGIN_SENDING, Buffer.from(again ? 'again' : '')),
    endSending: (id, outcome) => about('write', id, END_SENDING, Buffer.from(outcome)),
    list: (query) => readPage(run, query),
    entries: () => readEntries(connection, run),
    restore: (entry) => restoreEntry(entry, async () => (await clock())[0], run),
    async check() {
      await run.write(isTrial ? TRIAL : CHECK, { keys: [], arguments: [] })
    },
    async clockBehind() {
      const [, behind] = await clock()
      return behind > CLOCK_TOLERANCE ? behind : 0
    },
    countReplicas: () => connection.onOne(({ wait }) => wait(1, FOLLOWING)),
    evictionPolicy: () => connection.evictionPolicy(),
    async close() {
      await Promise.all(connections.map((one) => one.close()))
    },
  }
}

/** Scripts, with the time that it has to be; `see` is told what time a script went by. */
interface Scripts extends ListScripts {
  readonly write: RunStep
}

function creation(invitation: NewInvitation, call: RepeatableCall | undefined) {
  const { id, tenant, maker, reference, sealed, lifetime, window, downloads, passcode } = invitation
  return {
    keys: [...keysOf(id), callKey(call?.id ?? ''), ...listsOf(invitation)],
    arguments: [
      id,
      toBuffer(sealed),
      String(lifetime),
      call?.digest ?? '',
      call === undefined ? '' : toBuffer(call.sealed),
      ...['maker', maker, 'window', String(window), 'downloads', String(downloads)],
      ...(tenant === undefined ? [] : ['tenant', tenant]),
      ...(reference === undefined ? [] : ['reference', reference]),
      ...(passcode ? ['triesLeft', String(PASSCODE_TRIES)] : []),
    ],
  }
}

function stored({ record, state, sealed }: StoredInvitation): StoredInvitation {
  return { record, state, ...(sealed === undefined ? {} : { sealed }) }
}

/** A copy: it is sent a moment later, when its owner may use the bytes again. */
function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes)
}
