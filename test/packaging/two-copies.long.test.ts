import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import { withPlaces } from '../support/examples.js'
import { isMissing } from '../support/programs.js'
import { sendToProxy, startProxiedServer, statusOf } from '../support/proxied-server.js'
import { startCaddyExample } from '../support/proxies.js'
import { startRedis } from '../support/redis.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { requestBytes } from '../support/wire.js'

const CADDYFILE = fileURLToPath(new URL('../../packaging/container/Caddyfile', import.meta.url))
const REQUESTS = 90

it.skipIf(isMissing('caddy') || isMissing('redis-server'))(
  'with the Caddyfile of the container, one of two copies ends, and nobody notices',
  async () => {
    const folder = temporaryFolder()
    for (const name of ['redis', 'one', 'two', 'caddy']) mkdirSync(join(folder, name))
    const redis = await startRedis({ folder: join(folder, 'redis') })
    onTestFinished(() => redis.stop())
    const start = (name: string) => startProxiedServer(join(folder, name), '', { store: redis.url })
    const copies = [await start('one'), await start('two')]
    onTestFinished(async () => {
      for (const copy of copies) await copy.stop()
    })
    const [one, two] = copies.map(({ port }) => port) as [number, number]
    // Other ports and an authority of its own; those of the file are of the container, and of the internet.
    const text = readFileSync(CADDYFILE, 'utf8')
      .replace(/^\t(?:https?_port \d+|admin off)\n/gm, '')
      .replace(/^\ttls \{\n[^}]*\t\}\n/m, '')
    const proxy = await startCaddyExample(
      withPlaces(text, [['{$UPSTREAMS}', `127.0.0.1:8080 127.0.0.1:${two}`]]),
      { folder: join(folder, 'caddy'), upstream: one },
    )
    onTestFinished(() => proxy.stop())

    const statuses: number[] = []
    const ask = requestBytes('/setup?address=ann@example.com', { host: 'setup.example.com' })
    let stopped: Promise<unknown> | undefined
    for (let count = 0; count < REQUESTS; count++) {
      if (count === REQUESTS / 3) stopped = copies[0]?.stop()
      statuses.push(statusOf(await sendToProxy(proxy, ask)))
    }
    await stopped
    expect(copies.map((copy) => copy.routes().length > 0)).toEqual([true, true])
    expect(new Set(statuses)).toEqual(new Set([200]))
    expect(proxy.logs()).not.toContain('ann@example.com')
  },
)
