import type { Network } from '../../src/discovery/network.js'

/** A network whose name servers do not answer for some names. */
export interface SilentNetwork extends Network {
  /** The silent names that were asked for, in order. */
  readonly asked: string[]
  /** Silent names that are asked for now answer after all: there is nothing. */
  answer(isMeant: (name: string) => boolean): void
}

/**
 * @param network answers for all other names
 * @param isSilent of a name
 */
export function silentNetwork(
  network: Network,
  isSilent: (name: string) => boolean,
): SilentNetwork {
  const asked: string[] = []
  const pending = new Map<() => void, string>()
  const silence =
    <T>(ask: (name: string) => Promise<T[]>) =>
    (name: string) => {
      if (!isSilent(name)) return ask(name)
      asked.push(name)
      return new Promise<T[]>((resolve) => pending.set(() => resolve([]), name))
    }
  return {
    ...network,
    addresses: silence(network.addresses),
    mx: silence(network.mx),
    srv: silence(network.srv),
    asked,
    answer(isMeant) {
      for (const [end, name] of [...pending]) {
        if (!isMeant(name)) continue
        pending.delete(end)
        end()
      }
    },
  }
}
