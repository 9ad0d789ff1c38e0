import { createHash } from 'node:crypto'
import type { Dialogue } from './dialogue.js'
import { Failure } from './failure.js'
import { parseCodes, words } from './replies.js'
import type {
  LogInAttempt,
  Capabilities,
  Credentials,
  Protocol,
  Reply,
  Session,
} from './session.js'

/** POP3 (RFC 1939) with CAPA (RFC 2449), STLS (RFC 2595) and SASL (RFC 5034). */
export const pop3: Protocol = {
  title: 'POP3',
  greets: /^(?:\+OK|-ERR)\b/i,
  startTls: 'STLS',
  needed: [],
  interesting: ['UIDL', 'TOP', 'USER', 'PIPELINING', 'RESP-CODES', 'UTF8'],
  use: 'mailbox',
  sasl: {
    initialFirst: false,
    // RFC 2449 section 4: commands of 255 octets, "AUTH PLAIN " and the end of the line among them.
    maxInitial: 242,
    vagueRefusals: false,
    passwordCommand: 'USER/PASS',
    loginMechanism: 'AUTH LOGIN',
  },
  create,
}

// Of a server older than RFC 2449: what is left is to try.
const UNKNOWN: Capabilities = {
  names: [],
  mechanisms: [],
  passwordCommand: false,
  passwordCommandUntold: true,
  initialResponse: false,
}

function create(dialogue: Dialogue, greeting?: Reply): Session {
  // As apps do, also when it came before TLS: the digest is for the server alone.
  let timestamp = greeting === undefined ? undefined : timestampOf(greeting)
  const read = async () => parsePop3Reply(await dialogue.readLine())
  const send = (command: string) => {
    dialogue.writeLine(command)
    return read()
  }
  return {
    greeting: async () => {
      const reply = await read()
      timestamp = timestampOf(reply)
      return reply
    },
    capabilities: async () => {
      const found = await readCapabilities(dialogue, await send('CAPA'))
      const apop = timestamp === undefined ? [] : ['APOP']
      return { ...found, mechanisms: [...found.mechanisms, ...apop] }
    },
    startTls: () => send('STLS'),
    authenticate: async (mechanism, initial) => {
      if (initial !== undefined) return send(`AUTH ${mechanism} ${initial}`)
      const reply = await send(`AUTH ${mechanism}`)
      // Some servers say "+OK" for "+" (RFC 5034 section 4): nobody has logged in yet.
      return reply.status === 'ok' ? { ...reply, status: 'continue' } : reply
    },
    respond: send,
    login: async (credentials, command) => {
      if (command === 'digest') {
        return { reply: await send(apop(credentials, timestamp ?? '')), sent: true }
      }
      return logInByPassword(credentials, send)
    },
    use: async () => {
      const reply = await send('STAT')
      if (reply.status !== 'ok') return { code: 'mailbox_refused', reply }
      const [, count = '?'] = /^(\d{1,10}) \d/.exec(reply.text) ?? []
      return { detail: `mailbox with ${count === '1' ? '1 message' : `${count} messages`}` }
    },
    quit: () => dialogue.writeLine('QUIT'),
  }
}

async function logInByPassword(
  { username, password }: Credentials,
  send: (command: string) => Promise<Reply>,
): Promise<LogInAttempt> {
  const reply = await send(`USER ${username}`)
  if (reply.status === 'no') return { reply, sent: false }
  return { reply: await send(`PASS ${password.reveal()}`), sent: true }
}

async function readCapabilities(dialogue: Dialogue, { status }: Reply): Promise<Capabilities> {
  if (status !== 'ok') return UNKNOWN
  const lines: string[] = []
  for (let line = ''; line !== '.'; lines.push(line)) line = await dialogue.readLine()
  return parsePop3Capabilities(lines.slice(0, -1))
}

/** RFC 1939 section 7: what a server that knows APOP adds to its greeting. */
function timestampOf({ status, text }: Reply): string | undefined {
  return status === 'ok' ? /<[^<>]+>/.exec(text)?.[0] : undefined
}

function apop({ username, password }: Credentials, timestamp: string): string {
  const digest = createHash('md5').update(`${timestamp}${password.reveal()}`).digest('hex')
  return `APOP ${username} ${digest}`
}

export function parsePop3Reply(line: string): Reply {
  const [, sign, rest = ''] = /^(\+OK|-ERR|\+)(?: (.*))?$/i.exec(line) ?? []
  if (sign === undefined) throw new Failure('unexpected_reply')
  if (sign === '+') return { status: 'continue', codes: [], text: rest }
  return { status: sign.startsWith('-') ? 'no' : 'ok', ...parseCodes(rest) }
}

export function parsePop3Capabilities(lines: readonly string[]): Capabilities {
  const entries = lines.map(words)
  const passwordCommand = entries.some(([name]) => name === 'USER')
  return {
    names: entries.map((entry) => entry.join(' ')),
    mechanisms: entries.find(([name]) => name === 'SASL')?.slice(1) ?? [],
    passwordCommand,
    // Thunderbird for Android 24 (Pop3Connection.performAuthentication) does not look for it.
    ...(passwordCommand ? {} : { passwordCommandUntold: true }),
    initialResponse: true,
  }
}
