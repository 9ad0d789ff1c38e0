import type { MxRecord, SrvRecord } from 'node:dns'
import { once } from 'node:events'
import { createServer as createHttp, type RequestListener } from 'node:http'
import { createServer as createHttps } from 'node:https'
import { connect, createServer as createTcp, type AddressInfo, type Server } from 'node:net'
import { onTestFinished } from 'vitest'
import type { Network } from '../../src/discovery/network.js'
import { commonServerCertificate } from './server-certificate.js'

/** An address of the public internet; what is dialled there goes to a server on loopback. */
export const PUBLIC_ADDRESS = '93.184.215.14'

/** What is outside: names that are not there do not exist. */
export interface OutsideOptions {
  /** Websites by host name, https and http. */
  readonly sites?: Readonly<Record<string, RequestListener>>
  /** Addresses of hosts that are not just at `PUBLIC_ADDRESS`; one list for each time it is asked. */
  readonly addresses?: Readonly<Record<string, readonly (readonly string[])[]>>
  readonly mx?: Readonly<Record<string, readonly MxRecord[]>>
  readonly srv?: Readonly<Record<string, readonly SrvRecord[]>>
  readonly txt?: Readonly<Record<string, readonly string[]>>
  /** Sites for whose names the certificate is not valid. */
  readonly uncertified?: readonly string[]
}

/** A network of a test's own, with real servers behind it. */
export interface Outside extends Network {
  readonly ca: string
  /** What the websites were asked, `https://host/path`, in order. */
  readonly requests: string[]
  /** All header lines that they were sent. */
  readonly headers: string[]
  /** What was dialled, `address:port`. */
  readonly dialled: string[]
  /** Names that the DNS was asked for. */
  readonly asked: string[]
  /** How many connections reached a listener of loopback that nobody should find. */
  readonly trapped: () => number
}

/** Starts the websites for one test. */
export async function startOutside(options: OutsideOptions = {}): Promise<Outside> {
  const { sites = {}, uncertified = [], mx = {}, srv = {}, txt = {} } = options
  const names = Object.keys(sites).filter((name) => !uncertified.includes(name))
  const certificate = commonServerCertificate({ names: ['nobody.example.test', ...names] })
  const requests: string[] = []
  const headers: string[] = []
  const serve =
    (scheme: string): RequestListener =>
    (request, response) => {
      const host = request.headers.host ?? ''
      requests.push(`${scheme}://${host}${request.url ?? ''}`)
      headers.push(...request.rawHeaders)
      const site = sites[host]
      if (site === undefined) response.writeHead(404).end()
      else site(request, response)
    }
  const tls = createHttps({ cert: certificate.chain, key: certificate.key }, serve('https'))
  const clear = createHttp(serve('http'))
  let trapped = 0
  const trap = createTcp((socket) => {
    trapped++
    socket.destroy()
  })
  const [tlsPort, clearPort, trapPort] = await Promise.all([tls, clear, trap].map(start))
  const dialled: string[] = []
  const asked: string[] = []
  const turns = new Map<string, number>()
  return {
    ca: certificate.ca,
    requests,
    headers,
    dialled,
    asked,
    trapped: () => trapped,
    addresses(host) {
      asked.push(host)
      const lists = options.addresses?.[host]
      if (lists === undefined) return Promise.resolve(host in sites ? [PUBLIC_ADDRESS] : [])
      const turn = turns.get(host) ?? 0
      turns.set(host, turn + 1)
      return Promise.resolve([...(lists[Math.min(turn, lists.length - 1)] ?? [])])
    },
    mx(domain) {
      asked.push(domain)
      return Promise.resolve([...(mx[domain] ?? [])])
    },
    srv(name) {
      asked.push(name)
      return Promise.resolve([...(srv[name] ?? [])])
    },
    txt(name) {
      asked.push(name)
      return Promise.resolve((txt[name] ?? []).map((text) => [text]))
    },
    dial(address, port) {
      dialled.push(`${address}:${port}`)
      // Whatever is not public would reach something inside: here, the trap.
      const inside = port === 443 ? tlsPort : clearPort
      const target = address === PUBLIC_ADDRESS ? inside : trapPort
      return connect({ host: '127.0.0.1', port: target ?? 0 })
    },
  }
}

async function start(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    if ('closeAllConnections' in server)
      (server as { closeAllConnections(): void }).closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

export interface ConfigOptions {
  readonly domain?: string
  readonly imap?: string
  readonly smtp?: string
  readonly authentication?: string
  readonly socketType?: string
  readonly more?: string
}

/** An autoconfig document, as mail hosts serve it. */
export function clientConfig({
  domain = 'customer.com',
  imap = 'imap.customer.com',
  smtp = 'smtp.customer.com',
  authentication = 'password-cleartext',
  socketType = 'SSL',
  more = '',
}: ConfigOptions = {}): string {
  const server = (element: string, type: string, host: string, port: number) =>
    `<${element} type="${type}"><hostname>${host}</hostname><port>${port}</port>` +
    `<socketType>${socketType}</socketType><authentication>${authentication}</authentication>` +
    `<username>%EMAILADDRESS%</username></${element}>`
  return (
    `<?xml version="1.0"?><clientConfig version="1.1"><emailProvider id="${domain}">` +
    `<domain>${domain}</domain><displayName>Mail of ${domain}</displayName>` +
    server('incomingServer', 'imap', imap, 993) +
    server('outgoingServer', 'smtp', smtp, 465) +
    `${more}</emailProvider></clientConfig>`
  )
}

/** A website that has one document and answers everything else with 404. */
export function documentAt(path: string, body: string): RequestListener {
  return (request, response) => {
    if (request.url === path) response.setHeader('Content-Type', 'text/xml').end(body)
    else response.writeHead(404).end('<html>Not found</html>')
  }
}
