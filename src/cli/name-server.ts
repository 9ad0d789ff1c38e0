import type { Resolver } from 'node:dns/promises'
import { UsageError } from './usage-error.js'

// For each of two tries.
const TIMEOUT = 2000
const TRIES = 2

/**
 * A resolver that asks the name server of `--server`, or those of this computer.
 *
 * @throws UsageError
 */
export async function createResolver(server: string | undefined): Promise<Resolver> {
  const { Resolver } = await import('node:dns/promises')
  const resolver = new Resolver({ timeout: TIMEOUT, tries: TRIES })
  if (server === undefined) return resolver
  try {
    resolver.setServers([server])
  } catch (cause) {
    throw new UsageError('--server is not an address of a name server.', {
      hint: 'Write 192.0.2.1, 192.0.2.1:5353 or [2001:db8::1]:53.',
      field: 'server',
      cause,
    })
  }
  return resolver
}
