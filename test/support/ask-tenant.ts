import { request as requestHttp, type IncomingHttpHeaders } from 'node:http'
import { request as requestHttps } from 'node:https'
import { TLSSocket } from 'node:tls'

/** Where a server with tenants listens. */
export interface TenantsPlace {
  readonly port: number
  /** The authorities that a client trusts; without any it speaks no TLS. */
  readonly ca?: readonly string[]
}

export interface TenantRequest {
  /** As it is sent. */
  readonly host: string
  /** The server name of TLS, if it is another one than the host. */
  readonly servername?: string
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export interface TenantAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  /** What the server showed of itself, DER. */
  readonly certificate?: Buffer
}

/** One request on a connection of its own, whose certificate has to be for the name. */
export function askTenant(
  { port, ca }: TenantsPlace,
  target: string,
  { host, servername = host, method = 'GET', headers = {}, body }: TenantRequest,
): Promise<TenantAnswer> {
  const options = {
    ...{ host: '127.0.0.1', port, path: target, method, agent: false as const },
    headers: { Host: host, ...headers },
  }
  return new Promise((resolve, reject) => {
    const outgoing =
      ca === undefined
        ? requestHttp(options)
        : requestHttps({ ...options, ca: [...ca], servername })
    outgoing.once('error', reject)
    outgoing.once('response', (response) => {
      const { socket } = response
      const certificate =
        socket instanceof TLSSocket ? socket.getPeerX509Certificate()?.raw : undefined
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.once('error', reject)
      response.once('end', () => {
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks),
          ...(certificate === undefined ? {} : { certificate }),
        })
      })
    })
    outgoing.end(body)
  })
}
