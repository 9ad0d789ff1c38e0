import { setMaxListeners } from 'node:events'
import { orAborted } from '../waiting.js'
import { AttemptError } from './attempt.js'
import type { Network } from './network.js'

/** Milliseconds for the first answer of any name server of the domain. */
const PATIENCE = 4000

/** A network for one search. */
export interface WatchedNetwork extends Network {
  /** Stops watching. */
  readonly end: () => void
}

/**
 * A network that gives up on a domain as soon as it is clear that its name servers are silent: when no
 * name of it was answered in time, those that are still asked end at once, and so do later ones. With
 * one answer they all have the time that they would have had.
 */
export function watchZone(network: Network, domain: string): WatchedNetwork {
  const silence = new AbortController()
  // All places of a search wait for the one signal.
  setMaxListeners(0, silence.signal)
  const timer = setTimeout(
    () => silence.abort(new AttemptError('timeout', 'The domain’s name servers do not answer.')),
    PATIENCE,
  )
  const end = () => clearTimeout(timer)
  const watch =
    <T>(ask: (name: string) => Promise<T[]>) =>
    (name: string) => {
      if (name !== domain && !name.endsWith(`.${domain}`)) return ask(name)
      const answered = ask(name).then((answer) => {
        end()
        return answer
      })
      return orAborted(answered, silence.signal)
    }
  return {
    ...network,
    addresses: watch(network.addresses),
    mx: watch(network.mx),
    srv: watch(network.srv),
    ...(network.txt && { txt: watch(network.txt) }),
    end,
  }
}
