import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'

// Below the ports that Linux gives to outgoing connections (32768 and up), one of which could
// otherwise take a port between our look and the server's start.
const LOWEST = 20_000
const HIGHEST = 32_000
const ATTEMPTS = 5

/**
 * Starts something that needs to be told its ports: each name gets a port of 127.0.0.1 that was free
 * just now. Where another program was quicker, it is started again with other ports.
 *
 * @param start rejects with an error that says "in use" when a port was taken
 */
export async function withFreePorts<N extends string, T>(
  names: readonly N[],
  start: (ports: Readonly<Record<N, number>>) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const ports = new Set<number>()
    while (ports.size < names.length) {
      const port = randomInt(LOWEST, HIGHEST)
      if (await isFree(port)) ports.add(port)
    }
    const entries = [...ports].map((port, i) => [names[i], port] as const)
    try {
      return await start(Object.fromEntries(entries) as Record<N, number>)
    } catch (error) {
      const taken = error instanceof Error && /\bin use\b/i.test(error.message)
      if (!taken || attempt === ATTEMPTS) throw error
    }
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  try {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return true
  } catch {
    return false
  } finally {
    server.close()
  }
}
