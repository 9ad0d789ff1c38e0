import type { DirectoryConfig } from '../../src/config/config.js'
import { openDirectory } from '../../src/directory/open-directory.js'
import type { PeopleDirectory } from '../../src/directory/people-directory.js'

// A worker thread runs from the build, and nothing else does here.
const WORKER = new URL('../../dist/directory/sql/sqlite-worker.js', import.meta.url)

/** Opens a directory of people as the program does. */
export function openTestDirectory(config: DirectoryConfig): Promise<PeopleDirectory> {
  return openDirectory(config, {
    elapsed: () => performance.now(),
    path: process.env['PATH'],
    sqliteWorker: WORKER,
  })
}
