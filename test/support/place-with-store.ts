import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { Store } from '../../src/invitations/store.js'
import { runCli } from './cli.js'
import { openTestStore } from './open-test-store.js'
import { temporaryFolder } from './temporary-folder.js'

/** A folder with a configuration, and what is done in it. */
export function placeWithStore(store: string) {
  const cwd = temporaryFolder()
  const location = store.replace('sqlite:', `sqlite:${cwd}/`)
  writeFileSync(
    join(cwd, 'mailprofile.yaml'),
    `baseUrl: https://setup.example.com\nstore: ${store}\n`,
  )
  const cli = async (argv: readonly string[], stdin: string | Uint8Array = '') => {
    const { exitCode, stdout, stderr } = await runCli(argv, { cwd, stdin })
    return { exitCode, stdout: stdout.toString(), stderr }
  }
  const json = async (argv: readonly string[], stdin: string | Uint8Array = '') => {
    const { stdout, stderr } = await cli([...argv, '--json'], stdin)
    expect(stderr).toBe('')
    return JSON.parse(stdout) as Record<string, unknown>
  }
  const withStore = async <T>(work: (store: Store) => Promise<T>): Promise<T> => {
    const opened = await openTestStore(location)
    try {
      return await work(opened)
    } finally {
      await opened.close()
    }
  }
  const list = async () => (await json(['invite', 'list']))['invitations'] as unknown[]
  return { cwd, cli, json, withStore, list }
}
