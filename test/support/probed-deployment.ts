import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { probeAsText } from '../../src/cli/probe-output.js'
import type { ProbeReport } from '../../src/check/probe/report.js'
import type { Network } from '../../src/discovery/network.js'
import { runCli } from './cli.js'
import { startDnsServer } from './dns-server.js'
import { NAMES, startProxiedServer, type ProxiedServer } from './proxied-server.js'
import { PROXIES, type ProxyName } from './proxies.js'
import { commonServerCertificate, type CertificateOptions } from './server-certificate.js'

// A whole deployment as docs/proxy.md has it: the built program, a proxy of the documentation in front of
// it, and a zone as `config dns` prints it in a real name server. Names lead to addresses of networks for
// documentation (RFC 5737, RFC 3849), and those to ports of loopback.

const BIN = fileURLToPath(new URL('../../dist/bin/mailprofile.js', import.meta.url))

/** Where the names of the zone lead. */
export const PROXY_ADDRESS = '192.0.2.10'
/** Another place, for what leads astray. */
export const OTHER_ADDRESS = '192.0.2.66'

export const PERSON = 'ann@example.com'

export type TextPlaces = readonly (readonly [from: string, to: string])[]

/** A deployment, and what of it is wrong. */
export interface DeploymentOptions {
  /** nginx by default. */
  readonly proxy?: ProxyName
  /**
   * What stands in the documentation's configuration instead of what. FOLDER is an empty one, UPSTREAM where
   * the server listens.
   */
  readonly places?: TextPlaces
  readonly certificate?: CertificateOptions
  /** Whoever probes does not know the authority of this. */
  readonly unknown?: 'proxy' | 'signer'
  /** Changes the zone: lines of a zone file, the first of them its origin. */
  readonly zone?: (lines: readonly string[]) => readonly string[]
  /** What is changed in the server's own files, which whoever probes has as well. */
  readonly files?: (text: string) => string
  /** What is changed in the copy of them that whoever probes has. */
  readonly copy?: (text: string) => string
  /** Whoever probes has no such copy at all. */
  readonly isStranger?: true
  /** Another nginx of the documentation, at OTHER_ADDRESS. */
  readonly other?: TextPlaces
  readonly argv?: readonly string[]
  /** By the built program and the machine's own network, where the proxy has no usual port. */
  readonly isBuilt?: true
}

type Edit = (text: string) => string
const AS_IT_IS: Edit = (text) => text

interface KnownServer extends ProxiedServer {
  readonly folder: string
}

/** The built programs, of which each may stand behind several proxies. */
export class ProbedServers {
  readonly #folder: string
  readonly #servers = new Map<Edit, Promise<KnownServer>>()

  constructor(folder: string) {
    this.#folder = folder
  }

  get(edit = AS_IT_IS): Promise<KnownServer> {
    const known = this.#servers.get(edit) ?? this.#start(edit)
    this.#servers.set(edit, known)
    return known
  }

  async #start(edit: Edit): Promise<KnownServer> {
    const folder = mkdtempSync(join(this.#folder, 'server-'))
    return { ...(await startProxiedServer(folder, 'limits: { enabled: false }', { edit })), folder }
  }

  async stop(): Promise<void> {
    for (const server of this.#servers.values()) await (await server).stop()
  }
}

/** What came of a probe: as JSON, and as a person reads it. */
export interface Probed {
  readonly report: ProbeReport
  readonly exitCode: number
  readonly text: string
}

/** Probes a deployment. */
export async function probeDeployment(
  options: DeploymentOptions,
  { servers, folder }: { readonly servers: ProbedServers; readonly folder: string },
): Promise<Probed> {
  const { proxy: kind = 'nginx', places = [], other, unknown, argv: more = [] } = options
  const server = await servers.get(options.files)
  const cwd =
    options.copy === undefined ? server.folder : copyOf(server.folder, options.copy, folder)
  const certificate = commonServerCertificate({ names: NAMES, ...options.certificate })
  const started: { stop(): Promise<void> }[] = []
  const start = async (name: ProxyName, changes: TextPlaces) => {
    const own = mkdtempSync(join(folder, 'proxy-'))
    const files = join(own, 'files')
    mkdirSync(files)
    // nginx runs as somebody else.
    for (const path of [folder, own]) chmodSync(path, 0o755)
    const to = (text: string) =>
      text.replaceAll('FOLDER', files).replaceAll('UPSTREAM', `127.0.0.1:${server.port}`)
    const proxy = await PROXIES[name]({
      folder: own,
      upstream: server.port,
      certificate,
      places: changes.map(([from, text]) => [from, to(text)]),
    })
    started.push(proxy)
    return { ...proxy, folder: own }
  }
  try {
    const proxy = await start(kind, places)
    const otherPorts = other === undefined ? {} : { [OTHER_ADDRESS]: await start('nginx', other) }
    const zone = await rightZone(cwd)
    const from = options.isStranger === true ? mkdtempSync(join(folder, 'stranger-')) : cwd
    const built = options.isBuilt === true
    const edited = (options.zone ?? ((lines) => lines))(zone)
    const dns = await startDnsServer(
      edited.map((line) => (built ? line.replace(PROXY_ADDRESS, '127.0.0.1') : line)),
    )
    started.push(dns)
    const authority =
      kind === 'caddy'
        ? readFileSync(join(proxy.folder, 'caddy/pki/authorities/local/root.crt'), 'utf8')
        : certificate.ca
    const roots = [
      ...(unknown === 'proxy' ? [] : [authority]),
      ...(unknown === 'signer' ? [] : [server.signingRoot]),
    ]
    const network = networkOf({ [PROXY_ADDRESS]: proxy, ...otherPorts }, roots)
    const argv = ['probe', PERSON, '--server', dns.address, '--timeout', '20', ...more]
    if (built) {
      const url = `https://setup.example.com:${proxy.https}`
      return await runBuilt([...argv, '--url', url, '--json'], { cwd: from, roots })
    }
    const { stdout, stderr, exitCode } = await runCli([...argv, '--json'], { cwd: from, network })
    if (stderr !== '') throw new Error(stderr)
    const report = JSON.parse(stdout.toString()) as ProbeReport
    return { report, exitCode, text: probeAsText(report, (text) => text) }
  } finally {
    for (const one of started) await one.stop()
  }
}

async function runBuilt(
  argv: readonly string[],
  { cwd, roots }: { readonly cwd: string; readonly roots: readonly string[] },
): Promise<Probed> {
  const file = join(cwd, 'roots.pem')
  writeFileSync(file, roots.join('\n'))
  const child = spawn(process.execPath, [BIN, ...argv], {
    cwd,
    env: { PATH: process.env['PATH'], HOME: cwd, NODE_EXTRA_CA_CERTS: file },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  const [exitCode] = (await once(child, 'close')) as [number]
  const report = JSON.parse(Buffer.concat(chunks).toString()) as ProbeReport
  return { report, exitCode, text: probeAsText(report, (text) => text) }
}

function copyOf(from: string, edit: (text: string) => string, folder: string): string {
  const cwd = mkdtempSync(join(folder, 'copy-'))
  for (const name of ['mailprofile.yaml', 'providers', 'signing.pem', 'signing-key.pem']) {
    cpSync(join(from, name), join(cwd, name), { recursive: true })
  }
  for (const name of ['mailprofile.yaml', 'providers/example.yaml']) {
    writeFileSync(join(cwd, name), edit(readFileSync(join(cwd, name), 'utf8')))
  }
  return cwd
}

// As `config dns` prints it, with the address of the server.
async function rightZone(cwd: string): Promise<readonly string[]> {
  const argv = ['config', 'dns', 'example.com', '--server', '127.0.0.1:1', '--json']
  const { stdout } = await runCli(argv, { cwd })
  const { zone } = JSON.parse(stdout.toString()) as { readonly zone: string }
  const lines = zone.split('\n').filter((line) => line !== '')
  return [...lines, `setup IN A ${PROXY_ADDRESS}`]
}

interface Ports {
  readonly http: number
  readonly https: number
}

/** The network of whoever probes: addresses of the zone lead to ports of loopback, all others nowhere. */
export function networkOf(
  places: Readonly<Record<string, Ports>>,
  roots: readonly string[],
): Network {
  const none = () => Promise.reject(new Error('A probe asks a name server of its own.'))
  return {
    addresses: none,
    mx: none,
    srv: none,
    ca: roots.join('\n'),
    dial(address, port) {
      const ports = places[address]
      const to = port === 443 ? ports?.https : port === 80 ? ports?.http : undefined
      return connect({ host: '127.0.0.1', port: to ?? 1 })
    },
  }
}
