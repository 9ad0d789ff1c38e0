import { once } from 'node:events'
import type { Command } from 'commander'
import type { Config } from '../../config/config.js'
import { MailProfileError } from '../../errors.js'
import type { ServerStatus } from '../../http/context.js'
import type { Finish, Io } from '../io.js'
import {
  addConfigOption,
  addProvidersOption,
  catalogueFiles,
  readCatalogue,
  readConfig,
} from '../options.js'
import { write } from '../output.js'
import { FollowedCatalogue } from '../followed-catalogue.js'
import { followRenewals, readIdentity } from '../signing.js'

const DEFAULT_PORT = 8080
const LOOPBACK = '127.0.0.1'
const EVERYWHERE = '0.0.0.0'

interface ServeOptions {
  readonly config?: string
  readonly providers: readonly string[]
  readonly host?: string
  readonly port?: string
  readonly lan?: true
}

export function serveCommand(program: Command, io: Io, finish: Finish): void {
  const command = program
    .command('serve')
    .description('Runs the server, on loopback unless told otherwise.')
    .option('--host <address>', 'the address to listen on')
    .option('--port <port>', 'the port to listen on (default: 8080)')
    .option('--lan', 'for phones in the same network, without https: for trying it out')
  addProvidersOption(addConfigOption(command)).action((options: ServeOptions) =>
    finish(serve(options, io)),
  )
}

async function serve(options: ServeOptions, io: Io): Promise<void> {
  const config = await readConfig(options.config, io)
  const { host, port, baseUrl } = place(options, config, io)
  const [{ createApp }, { listen }, { pino }, { createDirectory }, followed, loaded] =
    await Promise.all([
      import('../../http/app.js'),
      import('../../http/listen.js'),
      import('pino'),
      import('../../discovery/directory.js'),
      FollowedCatalogue.read({
        paths: catalogueFiles(config, options.providers, io),
        read: () => readCatalogue(config, options.providers, io),
      }),
      readIdentity(config, io),
    ])
  const { identity, warnings } = loaded
  const logger = pino({ base: null }, io.stdout)
  let status: ServerStatus = 'ready'
  const catalogue = () => followed.current
  const { discovery, pacc } = config
  const directory = createDirectory({
    catalogue,
    network: await io.network(),
    ...(discovery.enabled ? { discovery } : {}),
    now: io.now,
  })
  const listener = await listen(
    (bound) =>
      createApp({
        catalogue,
        directory,
        signConfirmed: discovery.signConfirmed,
        pacc: pacc.enabled ? pacc.revision : undefined,
        signingIdentity: identity,
        baseUrl: baseUrl(bound),
        offeredBy: config.branding.name,
        androidIntent: config.androidIntent,
        logger,
        now: io.now,
        status: () => status,
      }),
    { host, port },
  )
  for (const warning of [...identity.warnings(io.now()), ...warnings]) logger.warn(warning)
  followed.follow(io, logger)
  followRenewals(loaded, io, logger)
  await announce(baseUrl(listener.port), options.lan === true, io)
  logger.info({ url: baseUrl(listener.port) }, 'listening')
  if (!io.signal.aborted) await once(io.signal, 'abort')
  status = 'stopping'
  logger.info('stopping')
  await listener.stop()
}

interface Place {
  readonly host: string
  readonly port: number
  /** The address for people, once the port is known. */
  readonly baseUrl: (port: number) => string
}

/**
 * Where to listen, and how people get there.
 *
 * @throws MailProfileError `base_url_required` beyond loopback and `--lan`; `invalid_request` for a
 *   port that is none, or `--lan` on a machine without a network
 */
function place(options: ServeOptions, config: Config, io: Io): Place {
  const port =
    options.port === undefined ? (config.listen.port ?? DEFAULT_PORT) : Number(options.port)
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new MailProfileError('invalid_request', '--port has to be a number from 0 to 65535.')
  }
  const host = options.host ?? config.listen.host ?? (options.lan ? EVERYWHERE : LOOPBACK)
  const { baseUrl } = config
  if (options.lan) {
    const address = lanAddress(io)
    return { host, port, baseUrl: (bound) => `http://${address}:${bound}` }
  }
  if (baseUrl !== undefined) return { host, port, baseUrl: () => baseUrl }
  if (!/^(?:127\.\d+\.\d+\.\d+|::1|localhost)$/.test(host)) {
    throw new MailProfileError(
      'base_url_required',
      `The server is to listen on ${host}, so it has to know the address by which people reach it.`,
      {
        hint: 'Set baseUrl in mailprofile.yaml or MAILPROFILE_BASE_URL; to try it out, use --lan.',
      },
    )
  }
  const shown = host.includes(':') ? `[${host}]` : host
  return { host, port, baseUrl: (bound) => `http://${shown}:${bound}` }
}

// IPv4 is what a home network's phones surely have; virtual bridges of container engines come last.
function lanAddress(io: Io): string {
  const addresses = Object.entries(io.networkInterfaces())
    .flatMap(([name, list]) => (list ?? []).map((entry) => ({ name, ...entry })))
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .sort((a, b) => Number(isVirtual(a.name)) - Number(isVirtual(b.name)))
  const [first] = addresses
  if (first === undefined) {
    throw new MailProfileError(
      'invalid_request',
      'This machine has no address in a local network.',
      {
        hint: 'Connect it to the network of the phones, or leave --lan out.',
      },
    )
  }
  return first.address
}

function isVirtual(name: string): boolean {
  return /^(?:docker|br-|veth|virbr|tun|tap|utun|wg)/.test(name)
}

async function announce(url: string, lan: boolean, io: Io): Promise<void> {
  if (io.stdout.isTTY !== true) return
  const { qrTerminal } = await import('../../qr/terminal.js')
  const loopback = /^http:\/\/(?:127\.|localhost|\[::1\])/.test(url)
  await write(io.stderr, `\nmailprofile is ready: ${url}\n`)
  if (loopback) {
    await write(
      io.stderr,
      'It answers only this machine. For phones in the same network: npm start -- --lan\n\n',
    )
    return
  }
  await write(io.stderr, `\n${qrTerminal(url)}\n`)
  if (lan) {
    await write(
      io.stderr,
      'For phones in the same network, without https: for trying it out, not for passwords.\n\n',
    )
  }
}
