import { createClient } from '@redis/client'
import { describe, expect, it, onTestFinished } from 'vitest'
import { isMissing } from '../support/programs.js'
import { startRedis } from '../support/redis.js'
import { startServer } from '../support/server.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const PATIENCE = { timeout: 30_000, interval: 100 }

async function startWithRedis({ mayAsk }: { readonly mayAsk: boolean }) {
  const cwd = temporaryFolder()
  const redis = await startRedis({ folder: cwd, more: ['maxmemory-policy allkeys-lfu'] })
  onTestFinished(() => redis.stop())
  const admin = await createClient({ url: redis.url }).connect()
  onTestFinished(() => admin.close())
  await admin.aclSetUser('asker', ['on', '>secret', '~mailprofile:*', '+@all', '-info', '-config'])
  const url = mayAsk ? redis.url : redis.url.replace('redis://', 'redis://asker:secret@')
  const env = { MAILPROFILE_STORE: url, MAILPROFILE_SERVE_CATALOGUE: 'false' }
  const server = await startServer([], { cwd, env })
  onTestFinished(async () => {
    await server.stop()
  })
  const readiness = async () => (await fetch(`${server.url}/readyz`)).text()
  return { admin, server, readiness }
}

describe.skipIf(isMissing('redis-server'))('a server whose Redis evicts', () => {
  it('says so in its log and in /readyz, until it does not any more', async () => {
    const { admin, server, readiness } = await startWithRedis({ mayAsk: true })
    await expect
      .poll(() => server.lines.join('\n'), PATIENCE)
      .toMatch(/"level":40[^\n]*maxmemory-policy to noeviction\. It is allkeys-lfu\./)
    await expect.poll(readiness, PATIENCE).toContain('set its maxmemory-policy to noeviction.')
    await admin.configSet('maxmemory-policy', 'noeviction')
    await expect.poll(readiness, PATIENCE).not.toContain('noeviction')
    await expect
      .poll(() => server.lines.join('\n'))
      .toContain('The store can be used, and its clock is right.')
  })

  it('goes on as ever where it may not ask, and asks once', async () => {
    const { admin, server, readiness } = await startWithRedis({ mayAsk: false })
    await expect.poll(readiness, PATIENCE).not.toContain('store')
    const refused = async () =>
      (await admin.aclLog()).map(({ object, count }) => `${object} ${count}`).sort()
    await expect.poll(refused, PATIENCE).toEqual(['config|get 1', 'info 1'])
    await admin.sendCommand(['ACL', 'LOG', 'RESET'])
    // Longer than a look is good for.
    await new Promise((resolve) => setTimeout(resolve, 2100))
    expect(await readiness()).not.toContain('store')
    expect(await refused()).toEqual([])
    expect(server.lines.join('\n')).not.toContain('store')
  })
})
