import type { Socket } from 'node:net'
import { localPart, type Address } from '../account/address.js'
import type { Secret } from '../account/secret.js'
import type { IncomingServer, MailServer, OutgoingServer } from '../account/server.js'
import { hangUp } from './dialogue.js'
import { Failure } from './failure.js'
import { logIn } from './log-in.js'
import { chooseMechanism, type Choice, type Mechanism } from './mechanism.js'
import { openSession, type OpenOptions } from './open-session.js'
import { PROTOCOLS } from './protocols.js'
import { isTemporary, refusalsOf } from './refusal.js'
import type { StepFindings, ServerReport, CheckStepName } from './report.js'
import { plainMessage } from './sasl.js'
import { cleanServerText } from './server-text.js'
import { withServerWords } from './server-words.js'
import type { Capabilities, Credentials, Protocol, Session } from './session.js'
import { StepList } from './step-list.js'

export interface CheckOptions extends Omit<OpenOptions, 'clean' | 'onSocket'> {
  /** Mail from and to it has to be accepted. */
  readonly address: Address
  /** Instead of the server's own. */
  readonly password?: Secret | undefined
}

/** The check of one server, step by step. Whatever is wrong with it is in the report. */
export async function checkServer(
  role: ServerReport['role'],
  server: IncomingServer | OutgoingServer,
  options: CheckOptions,
): Promise<ServerReport> {
  const { protocol: name, host, port, security } = server
  const protocol = PROTOCOLS[name]
  const steps = new StepList(planSteps(protocol, server), name, options)
  let socket: Socket | undefined
  const onSocket = (opened: Socket) => (socket = opened)
  try {
    await takeSteps(server, protocol, steps, { ...options, onSocket })
  } catch (error) {
    // It is in the report.
    if (!(error instanceof Failure)) throw error
  } finally {
    if (socket !== undefined) hangUp(socket)
  }
  return { role, protocol: name, host, port, security, steps: steps.finish() }
}

function planSteps(
  { use }: Protocol,
  { security }: IncomingServer | OutgoingServer,
): CheckStepName[] {
  const start: CheckStepName[] =
    security === 'starttls' ? ['greeting', 'starttls', 'tls'] : ['tls', 'greeting']
  return ['resolution', 'connection', ...start, 'capabilities', 'authentication', 'login', use]
}

async function takeSteps(
  server: IncomingServer | OutgoingServer,
  protocol: Protocol,
  steps: StepList,
  options: CheckOptions & Pick<OpenOptions, 'onSocket'>,
): Promise<void> {
  const { address, password = server.password } = options
  const { authentication, username } = server
  const local = localPart(address)
  // Of one or two letters it would be in every other word.
  const name = local.length < 3 ? '' : local
  const message =
    username === undefined || password === undefined ? '' : plainMessage({ username, password })
  const personal = [address, name, username ?? '', password?.reveal() ?? '', message]
  const clean = (text: string) => cleanServerText(text, personal)

  const open = await openSession(server, protocol, steps, { ...options, clean })
  const { dialogue, session, verified } = open
  const ask: StepList['run'] = (step, work) =>
    steps.run(
      step,
      (signal) => {
        dialogue.within(signal)
        return work(signal)
      },
      (failure) => withServerWords(failure, dialogue, clean),
    )

  const { capabilities } = await ask('capabilities', async () => {
    const found = await session.capabilities()
    return { ...describe(found, protocol, clean), capabilities: found }
  })
  const choice = await ask('authentication', () =>
    Promise.resolve(chooseMechanism(authentication, capabilities)),
  )

  const plan = planLogin(server, password, choice, verified)
  if (typeof plan === 'string') steps.skip('login', plan)
  else await ask('login', () => tryLogin(session, plan, protocol, capabilities, clean))
  const openToAll = authentication === 'none' && protocol.use === 'sender'
  if (typeof plan === 'string' && !openToAll) steps.skip(protocol.use, 'needs the log-in')
  else await ask(protocol.use, () => tryUse(session, protocol, address, clean))
  session.quit()
}

interface Login {
  /** The best first. */
  readonly mechanisms: readonly Mechanism[]
  readonly credentials: Credentials
}

/** How to log in, or why not. */
function planLogin(
  { authentication, username }: MailServer,
  password: Secret | undefined,
  { mechanism, fallbacks }: Choice,
  verified: boolean,
): Login | string {
  if (authentication === 'none' || username === undefined) return 'the settings want none'
  if (mechanism === undefined) return 'a check logs in with passwords only'
  if (password === undefined) return 'no password was given'
  if (!verified) return 'a password is only sent over TLS with a certificate that holds'
  return { mechanisms: [mechanism, ...fallbacks], credentials: { username, password } }
}

function describe(
  { names, method, refusal }: Capabilities,
  { needed, interesting }: Protocol,
  clean: (text: string) => string,
): StepFindings {
  const shown = interesting.flatMap((name) => {
    // With a value, if it is a number, as the largest SIZE of a message in bytes.
    const key = name.toUpperCase()
    const found = names.find((each) => each === key || each.startsWith(`${key} `))
    if (found === undefined) return []
    return /^\S+ \d{1,15}$/.test(found) ? [found] : [name]
  })
  const lacks = needed.length > 0 && !needed.some((name) => names.includes(name))
  const tried = refusal === undefined ? [] : [`${method ?? ''}, after a refusal: ${clean(refusal)}`]
  return {
    method,
    detail: [...tried, shown.join(', ')].filter((text) => text !== '').join('; '),
    ...(lacks ? { warnings: [{ code: 'old_imap' }] } : {}),
  }
}

async function tryLogin(
  session: Session,
  { mechanisms, credentials }: Login,
  protocol: Protocol,
  capabilities: Capabilities,
  clean: (text: string) => string,
): Promise<StepFindings> {
  const found = await logIn(session, mechanisms, credentials, protocol, capabilities)
  const { reply, mechanism, refused } = found
  if (reply.status !== 'ok') {
    const [code = 'login_refused', ...also] = refusalsOf(found)
    throw new Failure(code, clean(reply.text), { also })
  }
  const method = methodName(mechanism, protocol)
  const others = refused.map((each) => methodName(each, protocol)).filter((each) => each !== method)
  const after = others.length === 0 ? '' : `, after ${others.join(' and ')} was refused`
  return { method, detail: `${method}${after}` }
}

function methodName(mechanism: Mechanism, { sasl }: Protocol): string {
  if (mechanism === 'command') return sasl.passwordCommand
  return mechanism === 'LOGIN' ? sasl.loginMechanism : mechanism
}

async function tryUse(
  session: Session,
  protocol: Protocol,
  address: Address,
  clean: (text: string) => string,
): Promise<StepFindings> {
  const use = await session.use(address)
  if (!('reply' in use)) return use
  const detail = clean(use.reply.text)
  if (!isTemporary(use.reply.codes)) throw new Failure(use.code, detail)
  // Greylisting, for one: the mail would go through later. A mailbox that is shut is shut.
  if (protocol.use === 'mailbox') throw new Failure('temporary', detail)
  return { warnings: [{ code: 'temporary', detail }] }
}
