import type { Dialogue } from './dialogue.js'
import { Failure } from './failure.js'
import { parseCodes, words } from './replies.js'
import type { Capabilities, Protocol, Reply, Session } from './session.js'

/** POP3 (RFC 1939) with CAPA (RFC 2449), STLS (RFC 2595) and SASL (RFC 5034). */
export const pop3: Protocol = {
  title: 'POP3',
  greets: /^(?:\+OK|-ERR)\b/i,
  startTls: 'STLS',
  needed: [],
  interesting: ['UIDL', 'TOP', 'USER', 'PIPELINING', 'RESP-CODES', 'UTF8'],
  use: 'mailbox',
  create,
}

// Of a server older than RFC 2449: what is left is to try.
const UNKNOWN: Capabilities = {
  names: [],
  mechanisms: [],
  passwordCommand: true,
  initialResponse: false,
}

function create(dialogue: Dialogue): Session {
  const read = async () => parsePop3Reply(await dialogue.readLine())
  const send = (command: string) => {
    dialogue.writeLine(command)
    return read()
  }
  return {
    greeting: read,
    capabilities: async () => {
      const reply = await send('CAPA')
      if (reply.status !== 'ok') return UNKNOWN
      const lines: string[] = []
      for (let line = ''; line !== '.'; lines.push(line)) line = await dialogue.readLine()
      return parsePop3Capabilities(lines.slice(0, -1))
    },
    startTls: () => send('STLS'),
    authenticate: (mechanism, initial) =>
      send(`AUTH ${mechanism}${initial === undefined ? '' : ` ${initial}`}`),
    respond: send,
    login: async ({ username, password }) => {
      const reply = await send(`USER ${username}`)
      return reply.status === 'ok' ? send(`PASS ${password.reveal()}`) : reply
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

export function parsePop3Reply(line: string): Reply {
  const [, sign, rest = ''] = /^(\+OK|-ERR|\+)(?: (.*))?$/i.exec(line) ?? []
  if (sign === undefined) throw new Failure('unexpected_reply')
  if (sign === '+') return { status: 'continue', codes: [], text: rest }
  return { status: sign.startsWith('-') ? 'no' : 'ok', ...parseCodes(rest) }
}

export function parsePop3Capabilities(lines: readonly string[]): Capabilities {
  const entries = lines.map(words)
  return {
    names: entries.map((entry) => entry.join(' ')),
    mechanisms: entries.find(([name]) => name === 'SASL')?.slice(1) ?? [],
    passwordCommand: entries.some(([name]) => name === 'USER'),
    initialResponse: true,
  }
}
