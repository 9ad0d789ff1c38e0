import type { NetworkInterfaceInfo } from 'node:os'
import type { DeliveryConfig, DirectoryConfig } from '../config/config.js'
import type { DeliveryWay } from '../delivery/delivery.js'
import type { PeopleDirectory } from '../directory/people-directory.js'
import type { Network } from '../discovery/network.js'
import type { Store, StoreTrial } from '../invitations/store.js'

/** What the configuration says of a store besides its place. */
export interface StoreOptions {
  /** How many replicas of Redis have to have a step before it counts. */
  readonly replicas?: number | undefined
  /** Called once it is for others to open it: SQLite's thread, or a server. */
  readonly onBegun?: (() => void) | undefined
}

/**
 * Takes bytes of the log without waiting.
 *
 * @returns how many it has taken
 * @throws as `writeSync` does; with `EAGAIN` when it can take none now
 */
export type TakeBytes = (bytes: Uint8Array) => number

/** The world as a server sees it; `bin` gives the real one, tests their own. */
export interface Surroundings {
  /** Opens standard output for the log of a server. */
  readonly logOutput: () => TakeBytes
  readonly env: Readonly<Record<string, string | undefined>>
  /** The working folder. */
  readonly cwd: string
  readonly now: () => Date
  readonly networkInterfaces: () => NodeJS.Dict<NetworkInterfaceInfo[]>
  /** The network, for whoever looks for settings outside; loaded when it is needed. */
  readonly network: () => Promise<Network>
  /** Opens a store by its place, as the configuration has it; loaded when it is needed. */
  readonly openStore: (location: string, options: StoreOptions) => Promise<Store>
  /** Looks whether a store could be opened, and leaves nothing there. */
  readonly tryStore: (location: string, options: StoreOptions) => Promise<StoreTrial>
  /** Opens a directory of people, as the configuration has it; loaded when it is needed. */
  readonly openDirectory: (config: DirectoryConfig) => Promise<PeopleDirectory>
  /** Opens a way to send invitations, as the configuration has it; loaded when it is needed. */
  readonly openDelivery: (config: DeliveryConfig) => Promise<DeliveryWay>
  /** Calls back whenever the process is told to read its files again (SIGHUP). */
  readonly onReload: (reload: () => void) => void
  /** Aborted when the process is told to stop. */
  readonly signal: AbortSignal
}
