import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { createApiKey, hashApiKey } from '../../src/http/api/api-key.js'
import { createTestChain } from './certificates.js'
import { example, withPlaces } from './examples.js'
import { withFreePorts } from './free-ports.js'
import type { Proxy } from './proxies.js'
import { startServer, type RunningServer } from './server.js'

/** The names that the examples are for. */
export const NAMES = ['setup.example.com', 'autoconfig.example.com', 'autodiscover.example.com']

/** The real program as `docs/proxy.md` configures it, with the provider of the README. */
export interface ProxiedServer {
  readonly port: number
  readonly apiKey: string
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
  { store = 'sqlite:mailprofile.db' }: { readonly store?: string } = {},
): Promise<ProxiedServer> {
  const apiKey = createApiKey(randomBytes)
  const chain = createTestChain(folder, 'P-256')
  mkdirSync(join(folder, 'providers'), { recursive: true })
  writeFileSync(join(folder, 'providers', 'example.yaml'), example('README.md: id: example'))
  writeFileSync(join(folder, 'signing.pem'), chain.fullChain)
  writeFileSync(join(folder, 'signing-key.pem'), chain.key)
  return withFreePorts(['http'], async ({ http }) => {
    const config = example('docs/proxy.md: baseUrl: https://setup.example.com')
    writeFileSync(
      join(folder, 'mailprofile.yaml'),
      `${withPlaces(config, [['port: 8080', `port: ${http}`]])}
signing: { certificate: signing.pem, key: signing-key.pem }
providers: ./providers
store: ${store}
api: { keys: [{ name: helpdesk, hash: '${hashApiKey(apiKey)}' }] }
${more}`,
    )
    const server: RunningServer = await startServer(['--port', String(http)], { cwd: folder })
    let stopped: Promise<unknown> | undefined
    return {
      port: http,
      apiKey,
      lines: server.lines,
      routes: () =>
        server.lines
          .map((line) => JSON.parse(line) as { readonly msg?: string; readonly route?: string })
          .flatMap(({ msg, route }) => (msg === 'request' && route !== undefined ? [route] : [])),
      stop: () => (stopped ??= server.stop()),
    }
  })
}

export interface WireOptions {
  /** The name of the certificate that is asked for; no encryption without one. */
  readonly servername?: string | undefined
  /** Hangs up as soon as everything is sent. */
  readonly leave?: boolean
}

/** Sends bytes to a proxy as they are, and reads until it closes the connection. */
export async function sendToProxy(
  proxy: Pick<Proxy, 'http' | 'https'>,
  bytes: string,
  { servername = 'setup.example.com', leave = false }: WireOptions = {},
): Promise<string> {
  const socket = await openTls(proxy.https, servername)
  return exchange(socket, bytes, leave)
}

/** The same without encryption. */
export function sendInClear(proxy: Pick<Proxy, 'http'>, bytes: string): Promise<string> {
  return exchange(connect(proxy.http, '127.0.0.1'), bytes, false)
}

/** A connection whose certificate nobody looks at. */
export function openTls(port: number, servername: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({ host: '127.0.0.1', port, servername, rejectUnauthorized: false })
    socket.once('secureConnect', () => resolve(socket))
    socket.once('error', reject)
  })
}

function exchange(socket: Socket, bytes: string, leave: boolean): Promise<string> {
  return new Promise((resolve) => {
    let answer = ''
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1')))
    // Whoever refuses bytes may do so before it has read them all.
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(answer))
    socket.write(bytes, 'latin1', () => {
      if (leave) socket.destroy()
    })
  })
}

/** One request that asks for the connection to be closed. */
export function requestBytes(
  target: string,
  options: {
    readonly method?: string
    readonly host?: string
    readonly headers?: readonly string[]
    readonly body?: string
  } = {},
): string {
  const { method = 'GET', host = 'setup.example.com', headers = [], body = '' } = options
  const length = method === 'GET' ? [] : [`Content-Length: ${body.length}`]
  return [
    `${method} ${target} HTTP/1.1`,
    `Host: ${host}`,
    ...headers,
    ...length,
    'Connection: close',
    '',
    body,
  ].join('\r\n')
}

export function statusOf(answer: string): number {
  return Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 0)
}
