import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { ServerCertificate } from './server-certificate.js'

/** A proxy of the documentation, on ports of loopback. */
export interface Proxy {
  readonly http: number
  readonly https: number
  /** What it answers while the server behind is down. */
  readonly whenDown: 502 | 503
  /** All that it has logged, in whatever file. */
  logs(): string
  stop(): Promise<void>
}

export interface ProxyOptions {
  /** For its configuration, logs and state. */
  readonly folder: string
  /** The port of the server behind. */
  readonly upstream: number
  /** For `setup.example.com` and the others; Caddy makes its own. */
  readonly certificate: Pick<ServerCertificate, 'chain' | 'key'>
  /** Makes the example's times for clients shorter, for tests that wait for their end. */
  readonly patience?: `${number}s`
  /** More of the page, which stands behind the example. */
  readonly more?: string
  /** What else to replace in it. */
  readonly places?: readonly (readonly [from: string, to: string])[]
}

/** All files of a folder of logs, and of those below. */
export function allLogs(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, 'latin1'))
    .join('\n')
}
