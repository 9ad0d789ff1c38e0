import type { StoreHealth } from '../store/watch.js'
import type { Log } from './certificate-watch.js'
import type { OpenedStore } from './configured-store.js'

const UNUSABLE =
  'The store cannot be read and written: invitations answer 503 until it can, everything else goes ' +
  'on. The log says why.'
const CLOCK =
  'The clock of the store has been set back: invitations go on by the time that it showed before.'
const EVICTS =
  'The store removes invitations when its memory is full, and calls their links unknown: set its ' +
  'maxmemory-policy to noeviction.'
const FORGETFUL =
  'Invitations are kept in memory, and are forgotten when the server ends: the log says why.'

/** What `/readyz` tells everybody of the store, in words: no place and no name. */
export function storeWarnings(
  { warnings }: Pick<OpenedStore, 'warnings'>,
  { usable, clockBehind, evicts }: StoreHealth,
): string[] {
  return [
    ...(warnings.length === 0 ? [] : [FORGETFUL]),
    ...(usable ? [] : [UNUSABLE]),
    ...(clockBehind === 0 ? [] : [CLOCK]),
    ...(evicts === undefined ? [] : [EVICTS]),
  ]
}

/** Writes down how the store comes to be, with the reason. */
export function logStore(log: Log): (health: StoreHealth, reason: string | undefined) => void {
  return ({ usable, clockBehind, evicts }, reason) => {
    if (!usable) {
      log.warn(`The store cannot be used: ${reason ?? 'it does not answer.'}`)
      return
    }
    if (clockBehind > 0) log.warn(clockWarning(clockBehind))
    if (evicts !== undefined) log.warn(evictionWarning(evicts))
    if (clockBehind === 0 && evicts === undefined) {
      log.info('The store can be used, and its clock is right.')
    }
  }
}

/** For the log and for `config check`. */
export function evictionWarning(policy: string): string {
  return `${EVICTS} It is ${policy}.`
}

/** For the log and for `config check`. */
export function clockWarning(milliseconds: number): string {
  const minutes = Math.max(1, Math.round(milliseconds / 60_000))
  return (
    `${CLOCK} It is ${minutes} ${minutes === 1 ? 'minute' : 'minutes'} behind: correct it. What is ` +
    'made meanwhile shows times that are ahead by as much.'
  )
}
