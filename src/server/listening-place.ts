import { isLoopback } from '../account/loopback.js'
import type { Config } from '../config/config.js'
import { inItsFile } from '../config/in-its-file.js'
import { variableThatSets } from '../config/variables.js'
import { MailProfileError } from '../errors.js'
import { namedByVariable, ownHost, type PlaceVariables } from './named-by-variable.js'
import type { Surroundings } from './surroundings.js'

const DEFAULT_PORT = 8080
const LOOPBACK = '127.0.0.1'
const EVERYWHERE = '0.0.0.0'

/** Options of `serve` that say where to listen. */
export interface PlaceOptions {
  readonly host?: string
  readonly port?: number
  readonly lan?: true
}

export interface ListeningPlace {
  readonly host: string
  readonly port: number
  /** The variables of the environment that say so, where it is they. */
  readonly variables: PlaceVariables
  /**
   * The address for people, once the port is known; where the server listens when all of them come to its
   * tenants.
   */
  readonly baseUrl: (port: number) => string
}

/**
 * Where to listen, and how people get there.
 *
 * @throws MailProfileError `base_url_required` beyond loopback and `--lan`, where there are no tenants;
 *   `invalid_request` for `--lan` on a machine without a network, or with tenants
 */
export function listeningPlace(
  options: PlaceOptions,
  config: Config,
  surroundings: Surroundings,
): ListeningPlace {
  const port = options.port ?? config.listen.port ?? DEFAULT_PORT
  const host = options.host ?? config.listen.host ?? (options.lan ? EVERYWHERE : LOOPBACK)
  const variables = {
    host:
      options.host === undefined ? variableThatSets('listen.host', surroundings.env) : undefined,
    port:
      options.port === undefined ? variableThatSets('listen.port', surroundings.env) : undefined,
  }
  const { baseUrl, tenants } = config
  const scheme = [config, ...tenants].every(({ tls }) => tls === undefined) ? 'http' : 'https'
  if (options.lan) {
    if (tenants.length > 0) throw lanWithTenants()
    const address = lanAddress(surroundings)
    return { host, port, variables, baseUrl: (bound) => `${scheme}://${address}:${bound}` }
  }
  if (baseUrl !== undefined) return { host, port, variables, baseUrl: () => baseUrl }
  if (!isLoopback(host) && tenants.length === 0) {
    throw new MailProfileError(
      'base_url_required',
      `The server is to listen on ${host}${namedByVariable(variables.host)}, so it has to know the address by which people reach it.`,
      {
        hint:
          `Set baseUrl${inItsFile(config)} or MAILPROFILE_BASE_URL; to try it out, use --lan.` +
          ownHost(variables.host),
      },
    )
  }
  const shown = host.includes(':') ? `[${host}]` : host
  return { host, port, variables, baseUrl: (bound) => `${scheme}://${shown}:${bound}` }
}

function lanWithTenants(): MailProfileError {
  return new MailProfileError(
    'invalid_request',
    'Tenants are told apart by their host names, which --lan does not have.',
    { hint: 'Leave one of the two out.' },
  )
}

// IPv4 is what a home network's phones surely have; virtual bridges of container engines come last.
function lanAddress(surroundings: Surroundings): string {
  const addresses = Object.entries(surroundings.networkInterfaces())
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
