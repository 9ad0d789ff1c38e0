import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import Database from 'libsql'
import { describe, expect, it } from 'vitest'
import { add } from '../support/stores.js'
import { openFile } from '../support/sqlite.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const CLIENT = fileURLToPath(new URL('sqlite-client.js', import.meta.url))
const KILLS = 3
const CREATED_EACH = 150
const INVITATIONS = 10
const DOWNLOADS = 7

function startClient(...argv: readonly string[]) {
  const child = spawn(process.execPath, [CLIENT, ...argv], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines: string[] = []
  const output = createInterface(child.stdout)
  output.on('line', (line) => lines.push(line))
  const ended = once(output, 'close')
  return { child, lines, output, ended }
}

/** Waits for so many lines of a program. */
async function untilLines(client: ReturnType<typeof startClient>, count: number): Promise<void> {
  while (client.lines.length < count) await once(client.output, 'line')
}

function isRunning({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null
}

describe('SQLite', () => {
  it('has every invitation that was kept before the process was killed', async () => {
    const file = join(temporaryFolder(), 'store.db')
    const kept: string[] = []
    for (let i = 0; i < KILLS; i++) {
      const client = startClient('create', file)
      await untilLines(client, CREATED_EACH)
      expect(isRunning(client.child)).toBe(true)
      client.child.kill('SIGKILL')
      await client.ended
      kept.push(...client.lines)
    }
    expect(new Set(kept).size).toBe(kept.length)

    const store = await openFile(file)
    const stored = await Promise.all(kept.map((id) => store.read(id)))
    expect(stored.filter((invitation) => invitation?.sealed?.length === 285)).toHaveLength(
      kept.length,
    )
    // Half of what was under way may be there, but not half of one.
    const database = new Database(file)
    const rows = (sql: string) => database.prepare(sql).all()
    expect(rows('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }])
    expect(rows('SELECT id FROM calls EXCEPT SELECT id FROM invitations')).toEqual([])
    expect(rows('SELECT id FROM invitations EXCEPT SELECT id FROM calls')).toEqual([])
    database.close()
  })

  it('gives no download twice to processes that take them at the same moment', async () => {
    const file = join(temporaryFolder(), 'store.db')
    const store = await openFile(file)
    const ids: string[] = []
    for (let i = 0; i < INVITATIONS; i++) ids.push(await add(store, { downloads: DOWNLOADS }))
    const clients = [1, 2].map(() => startClient('claim', file, ...ids))
    await Promise.all(clients.map((client) => untilLines(client, 1)))
    for (const { child } of clients) child.stdin.end('go\n')
    const claims = ids.map(async (id) => {
      const all = await Promise.all(Array.from({ length: 30 }, () => store.claim(id)))
      return all.filter((claim) => claim?.changed === true).length
    })
    const here = await Promise.all(claims)
    await Promise.all(clients.map(({ ended }) => ended))
    const counts = [here, ...clients.map(({ lines }) => JSON.parse(lines[1] ?? '') as number[])]
    for (const i of ids.keys()) {
      expect(counts.reduce((sum, count) => sum + (count[i] ?? NaN), 0)).toBe(DOWNLOADS)
    }
    for (const id of ids) {
      expect((await store.read(id))?.record).toMatchObject({ used: DOWNLOADS })
    }
  })
})
