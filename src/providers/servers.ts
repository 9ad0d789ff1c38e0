import { z } from 'zod'
import { templatesFor, type ServerTemplate } from '../account/mail-service.js'
import { AUTHENTICATIONS, SECURITIES, type Authentication } from '../account/server.js'
import { securityOfPort } from '../account/usual-port.js'
import { oneOf } from '../encoding/schema-messages.js'
import { hostTemplate, usernameTemplate } from './fields.js'

const RANGE = 'must be from 1 to 65535'
const authentication = z.enum(AUTHENTICATIONS)
const serverShape = {
  host: hostTemplate,
  port: z.number().int('must be a whole number').min(1, RANGE).max(65535, RANGE),
  security: z.enum(SECURITIES),
  authentication: z.union([authentication, z.array(authentication).min(1)], {
    error: ({ input }) =>
      `${oneOf(AUTHENTICATIONS, input)}${typeof input === 'string' ? '' : ', or a list of them'}`,
  }),
  username: usernameTemplate.optional(),
  unusualPort: z.boolean().optional(),
}

const KEYS = 'protocol, host, port, security, authentication and username'
const SERVER = `must be a server: a section with ${KEYS}`
/** What is said where servers are wanted. */
export const SERVERS = `must be a list of servers, each with ${KEYS}`

interface ServerEntry extends Omit<ServerTemplate, 'authentication'> {
  readonly authentication: Authentication | readonly Authentication[]
  /** The port is meant as it stands, though it usually goes with another kind of encryption. */
  readonly unusualPort?: boolean | undefined
}

function checkServer(server: ServerEntry, context: z.RefinementCtx): void {
  const { port, security, authentication, username, unusualPort = false } = server
  const orSay = 'correct the port, or add unusualPort: true'
  if (!unusualPort && security !== 'tls' && securityOfPort(port) === 'tls') {
    issue(context, 'port', `${port} is for implicit TLS: set security to tls, ${orSay}`)
  }
  if (!unusualPort && security === 'tls' && securityOfPort(port) === 'starttls') {
    issue(context, 'port', `${port} starts in clear: set security to starttls, ${orSay}`)
  }
  if (username === undefined && [authentication].flat().some((one) => one !== 'none')) {
    issue(context, 'authentication', 'needs a username, such as %EMAILADDRESS%')
  }
}

/** A provider's servers in one direction: one that takes several authentications is there for each. */
export function serversOf<P extends string>(protocol: z.ZodType<P>) {
  const server = z.strictObject({ protocol, ...serverShape }, SERVER).superRefine(checkServer)
  return z
    .array(server, SERVERS)
    .min(1, 'must name at least one server')
    .transform((servers) =>
      servers.flatMap((one) => templatesFor<P>(one, [one.authentication].flat())),
    )
}

function issue(context: z.RefinementCtx, key: string, message: string): void {
  context.addIssue({ code: 'custom', path: [key], message })
}
