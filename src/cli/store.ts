import { access, constants, mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Config } from '../config/config.js'
import type { Store } from '../store/store.js'
import type { Io } from './io.js'
import { publicity } from './file-permissions.js'
import { isNotWritable, NAME_A_HOME, stateFolder } from './state-folder.js'

export interface OpenedStore {
  readonly store: Store
  /** Whether it forgets everything with this process. */
  readonly isMemory: boolean
  /** In sentences. */
  readonly warnings: readonly string[]
  /** In sentences, for the log alone. */
  readonly notes: readonly string[]
}

interface Location {
  readonly location: string
  readonly warnings: readonly string[]
}

/** What of the configuration is about the store. */
export type StoreConfig = Pick<Config, 'file' | 'store' | 'storeReplicas'>

const FILE = 'mailprofile.db'
const MEMORY = 'memory:'
const SQLITE = 'sqlite:'

/**
 * The configured store, or SQLite in `data/mailprofile.db` beside the configuration file or in a
 * checkout, else in the state folder; in memory where nothing can be written.
 *
 * @throws MailProfileError `store_unavailable`
 */
export async function openConfiguredStore(
  config: StoreConfig,
  io: Pick<Io, 'cwd' | 'env' | 'openStore'>,
): Promise<OpenedStore> {
  const { location, warnings } = await locate(config, io)
  const file = location.startsWith(SQLITE) ? location.slice(SQLITE.length) : undefined
  const wasPublic = file !== undefined && (await publicity(file)) !== undefined
  const store = await io.openStore(location, { replicas: config.storeReplicas })
  const notes = wasPublic
    ? [`Every user of this machine could read or change ${file}: it has mode 0600 now.`]
    : []
  return { store, isMemory: location === MEMORY, warnings, notes }
}

async function locate(config: StoreConfig, io: Pick<Io, 'cwd' | 'env'>): Promise<Location> {
  if (config.store !== undefined) return { location: config.store, warnings: [] }
  const folder = await stateFolder('data', config, io)
  if (folder === undefined)
    return inMemory('this user has no home', `${NAME_A_HOME}, or set store.`)
  const file = join(folder, FILE)
  try {
    await makeWritable(file)
    return { location: `${SQLITE}${file}`, warnings: [] }
  } catch (error) {
    if (!isNotWritable(error)) throw error
    return inMemory(`${folder} cannot be written`, 'Make the folder writable, or set store.')
  }
}

function inMemory(reason: string, remedy: string): Location {
  const warning = `Invitations are forgotten when this program ends, because ${reason}. ${remedy}`
  return { location: MEMORY, warnings: [warning] }
}

async function makeWritable(file: string): Promise<void> {
  const folder = dirname(file)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await access(folder, constants.W_OK)
  try {
    await access(file, constants.R_OK | constants.W_OK)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}
