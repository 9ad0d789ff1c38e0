import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createApiKey, hashApiKey } from '../../src/http/api/key.js'
import { createTestChain } from './certificates.js'
import { example, withPlaces } from './examples.js'
import { withFreePorts } from './free-ports.js'
import type { Proxy } from './proxy.js'
import { startServer, type RunningServer } from './server.js'
import { exchange } from './wire.js'

/** The names that the examples are for. */
export const NAMES = ['setup.example.com', 'autoconfig.example.com', 'autodiscover.example.com']

/** The real program as `docs/proxy.md` configures it, with the provider of `docs/get-started.md`. */
export interface ProxiedServer {
  readonly port: number
  readonly apiKey: string
  /** Of the authority behind its signing certificate, PEM. */
  readonly signingRoot: string
  /** The routes that requests reached, in order. */
  routes(): readonly string[]
  readonly lines: readonly string[]
  /** Once is enough. */
  stop(): Promise<unknown>
}

/**
 * @param folder for its files
 * @param more lines of YAML
 * @param options.store as in the configuration
 */
export function startProxiedServer(
  folder: string,
  more = '',
  {
    store = 'sqlite:mailprofile.db',
    edit = (text) => text,
  }: {
    readonly store?: string
    /** Changes the provider's file, or the configuration. */
    readonly edit?: (text: string) => string
  } = {},
): Promise<ProxiedServer> {
  const apiKey = createApiKey(randomBytes)
  const chain = createTestChain(folder, 'P-256')
  mkdirSync(join(folder, 'providers'), { recursive: true })
  writeFileSync(
    join(folder, 'providers', 'example.yaml'),
    edit(example('docs/get-started.md: id: example')),
  )
  writeFileSync(join(folder, 'signing.pem'), chain.fullChain)
  writeFileSync(join(folder, 'signing-key.pem'), chain.key)
  return withFreePorts(['http'], async ({ http }) => {
    const config = example('docs/proxy.md: baseUrl: https://setup.example.com')
    writeFileSync(
      join(folder, 'mailprofile.yaml'),
      edit(`${withPlaces(config, [['port: 8080', `port: ${http}`]])}
signing: { certificate: signing.pem, key: signing-key.pem }
providers: ./providers
store: ${store}
api: { keys: [{ name: helpdesk, hash: '${hashApiKey(apiKey)}' }] }
${more}`),
    )
    const server: RunningServer = await startServer(['--port', String(http)], { cwd: folder })
    let stopped: Promise<unknown> | undefined
    return {
      port: http,
      apiKey,
      signingRoot: chain.root,
      lines: server.lines,
      routes: () =>
        server.lines
          .map((line) => JSON.parse(line) as { readonly msg?: string; readonly route?: string })
          .flatMap(({ msg, route }) => (msg === 'request' && route !== undefined ? [route] : [])),
      stop: () => (stopped ??= server.stop()),
    }
  })
}

export interface ProxyRequestOptions {
  /** The name of the certificate that is asked for. */
  readonly servername?: string | undefined
  /** Hangs up as soon as everything is sent. */
  readonly leave?: boolean
}

/** Sends bytes to a proxy as they are, and reads until it closes the connection. */
export async function sendToProxy(
  proxy: Pick<Proxy, 'https'>,
  bytes: string | Uint8Array,
  { servername = 'setup.example.com', leave = false }: ProxyRequestOptions = {},
): Promise<string> {
  const answer = await exchange({ port: proxy.https, servername }, bytes, { leave })
  return answer.toString('latin1')
}

/** The same without encryption. */
export async function sendInClear(
  proxy: Pick<Proxy, 'http'>,
  bytes: string | Uint8Array,
): Promise<string> {
  return (await exchange(proxy.http, bytes)).toString('latin1')
}

export function statusOf(answer: string): number {
  return Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 0)
}
