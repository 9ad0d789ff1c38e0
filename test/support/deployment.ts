import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createApiKey, hashApiKey } from '../../src/http/api/key.js'
import { createTestChain } from './certificates.js'
import { withFreePorts } from './free-ports.js'
import { startServer, type RunningServer } from './server.js'

/** What `POST /api/v1/invitations` answers. */
export interface MadeInvitation {
  readonly id: string
  /** `https://…/i/<token>`. */
  readonly url: string
  readonly expiresAt: string
  readonly state: string
  readonly code?: string
}

/** An operator's folder: configuration, certificate, an API key. */
export interface Deployment {
  readonly folder: string
  readonly apiKey: string
  /** Starts a server of it; several share the folder. */
  start(): Promise<RunningServer>
  /** One call of the HTTP interface, by way of any of its servers. */
  invite(serverUrl: string, body: Readonly<Record<string, unknown>>): Promise<MadeInvitation>
}

/**
 * @param folder gets `mailprofile.yaml` and the certificate; a P-256 key, because signing is not what
 *   these tests are about
 * @param store as in the configuration: an address, or a map
 * @param more lines of YAML
 */
export function createDeployment(
  folder: string,
  store: string | Readonly<Record<string, string | number>>,
  more = '',
): Deployment {
  const apiKey = createApiKey(randomBytes)
  const chain = createTestChain(folder, 'P-256')
  writeFileSync(join(folder, 'fullchain.pem'), chain.fullChain)
  writeFileSync(join(folder, 'privkey.pem'), chain.key)
  writeFileSync(
    join(folder, 'mailprofile.yaml'),
    `baseUrl: https://setup.example.com
signing: { certificate: fullchain.pem, key: privkey.pem }
store: ${JSON.stringify(store)}
trustProxy: [127.0.0.1]
api:
  keys:
    - { name: helpdesk, hash: '${hashApiKey(apiKey)}' }
limits: { key: 100000 }
${more}`,
  )
  return {
    folder,
    apiKey,
    // Its own url is the one for people, which leads nowhere here.
    start: () =>
      withFreePorts(['http'], async ({ http }) => ({
        ...(await startServer(['--port', String(http)], { cwd: folder })),
        url: `http://127.0.0.1:${http}`,
      })),
    async invite(serverUrl, body) {
      const response = await fetch(`${serverUrl}/api/v1/invitations`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${apiKey}`, 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      })
      if (response.status !== 201) {
        throw new Error(`${response.status} ${await response.text()}`)
      }
      return (await response.json()) as MadeInvitation
    },
  }
}

/** The path of an invitation on any of its servers. */
export function pathOf({ url }: Pick<MadeInvitation, 'url'>): string {
  return new URL(url).pathname
}
