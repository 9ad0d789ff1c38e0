import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Config } from '../config/config.js'
import type { Store, StoreTrial } from '../invitations/store.js'
import { requireWritable } from '../store/sqlite/require-writable.js'
import { publicity } from './permission-warnings.js'
import { isNotWritable, NAME_A_HOME, stateFolder } from './state-folder.js'
import type { StoreOptions, Surroundings } from './surroundings.js'

export interface OpenedStore {
  readonly store: Store
  /** Where it is, without user name and password. */
  readonly place: string
  /** Whether it forgets everything with this process. */
  readonly isMemory: boolean
  /** In sentences. */
  readonly warnings: readonly string[]
  /** In sentences, for the log alone. */
  readonly notes: readonly string[]
}

/** What a start would find, without its having begun. */
export interface TriedStore extends Pick<OpenedStore, 'place' | 'warnings' | 'notes'> {
  readonly trial: StoreTrial
  /** Whether there is nothing yet: a start makes it. */
  readonly isNew: boolean
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
 * The configured store, or SQLite in `mailprofile.db` where `stateFolder` says; in memory where nothing can be
 * written.
 *
 * @throws MailProfileError `store_unavailable`
 */
export async function openConfiguredStore(
  config: StoreConfig,
  surroundings: Pick<Surroundings, 'cwd' | 'env' | 'openStore'>,
  { onBegun }: Pick<StoreOptions, 'onBegun'> = {},
): Promise<OpenedStore> {
  const { location, warnings } = await locate(config, surroundings, async (wanted) => {
    await mkdir(dirname(wanted), { recursive: true, mode: 0o700 })
    await requireWritable(wanted)
  })
  const file = fileOf(location)
  const wasPublic = file !== undefined && (await publicity(file)) !== undefined
  const store = await surroundings.openStore(location, {
    replicas: config.storeReplicas,
    onBegun,
  })
  const notes = wasPublic
    ? [`Every user of this machine could read or change ${file}: it has mode 0600 now.`]
    : []
  return { store, place: placeOf(location), isMemory: location === MEMORY, warnings, notes }
}

/**
 * Looks at the store that `openConfiguredStore` would open, and writes nothing.
 *
 * @throws MailProfileError `store_unavailable`
 */
export async function tryConfiguredStore(
  config: StoreConfig,
  surroundings: Pick<Surroundings, 'cwd' | 'env' | 'tryStore'>,
): Promise<TriedStore> {
  const { location, warnings } = await locate(config, surroundings, requireWritable)
  const trial = await surroundings.tryStore(location, { replicas: config.storeReplicas })
  const file = fileOf(location)
  const isPublic = file !== undefined && (await publicity(file)) !== undefined
  const notes = isPublic
    ? [`Every user of this machine can read or change ${file}: a start gives it mode 0600.`]
    : []
  const isNew = file !== undefined && !existsSync(file)
  return { trial, place: placeOf(location), warnings, notes, isNew }
}

function placeOf(location: string): string {
  if (!/^rediss?:/.test(location)) return location
  const { protocol, host, pathname } = new URL(location)
  return `${protocol}//${host}${pathname}`
}

function fileOf(location: string): string | undefined {
  return location.startsWith(SQLITE) ? location.slice(SQLITE.length) : undefined
}

/** @param prepare rejects when a file cannot be written */
async function locate(
  config: StoreConfig,
  surroundings: Pick<Surroundings, 'cwd' | 'env'>,
  prepare: (file: string) => Promise<void>,
): Promise<Location> {
  if (config.store !== undefined) return { location: config.store, warnings: [] }
  const folder = await stateFolder('data', config, surroundings)
  if (folder === undefined)
    return inMemory('this user has no home', `${NAME_A_HOME}, or set store.`)
  const file = join(folder, FILE)
  try {
    await prepare(file)
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
