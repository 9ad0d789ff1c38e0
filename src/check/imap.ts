import type { Dialogue } from './dialogue.js'
import { Failure } from './failure.js'
import { parseCodes, words } from './replies.js'
import type { Capabilities, Protocol, Reply, Session } from './session.js'

interface ImapReply extends Reply {
  /** What came before it: `CAPABILITY …`, `3 EXISTS`. */
  readonly untagged: readonly string[]
}

/** IMAP4rev1 and rev2 (RFC 3501, RFC 9051), as far as a check needs it. */
export const imap: Protocol = {
  title: 'IMAP',
  greets: /^\* (?:OK|PREAUTH|BYE)\b/i,
  startTls: 'STARTTLS',
  needed: ['IMAP4REV1', 'IMAP4REV2'],
  interesting: [
    ...['IMAP4rev1', 'IMAP4rev2', 'IDLE', 'UIDPLUS', 'SPECIAL-USE', 'MOVE', 'CONDSTORE'],
    ...['QRESYNC', 'UTF8=ACCEPT', 'COMPRESS=DEFLATE'],
  ],
  use: 'mailbox',
  create,
}

function create(dialogue: Dialogue): Session {
  let count = 0
  const read = (tag: string) => readReply(dialogue, tag)
  const send = (command: string) => {
    count += 1
    dialogue.writeLine(`a${count} ${command}`)
    return read(`a${count}`)
  }
  const capabilities = async () => parseImapCapabilities((await send('CAPABILITY')).untagged)
  return {
    greeting: async () => parseImapGreeting(await dialogue.readLine()),
    capabilities,
    startTls: () => send('STARTTLS'),
    authenticate: (mechanism, initial) =>
      send(`AUTHENTICATE ${mechanism}${initial === undefined ? '' : ` ${initial}`}`),
    respond: (response) => {
      dialogue.writeLine(response)
      return read(`a${count}`)
    },
    login: async ({ username, password }) => {
      // Literals (RFC 3501 section 4.3) carry every character as it is.
      const [name, secret] = [username, password.reveal()]
      let reply = await send(`LOGIN {${Buffer.byteLength(name)}}`)
      if (reply.status !== 'continue') return reply
      dialogue.writeLine(`${name} {${Buffer.byteLength(secret)}}`)
      reply = await read(`a${count}`)
      if (reply.status !== 'continue') return reply
      dialogue.writeLine(secret)
      return read(`a${count}`)
    },
    use: async () => {
      const reply = await send('EXAMINE INBOX')
      if (reply.status !== 'ok') return { code: 'mailbox_refused', reply }
      const { names } = await capabilities()
      const offered = imap.interesting.filter((name) => names.includes(name.toUpperCase()))
      return { detail: [describeInbox(reply.untagged), ...offered].join(', ') }
    },
    quit: () => dialogue.writeLine('z LOGOUT'),
  }
}

async function readReply(dialogue: Dialogue, tag: string): Promise<ImapReply> {
  const untagged: string[] = []
  for (;;) {
    const line = await nextLine(dialogue, untagged)
    if (line === undefined) return { ...parseImapStatus(goodbye(untagged) ?? ''), untagged }
    if (line.startsWith('* ')) untagged.push(line.slice(2))
    else if (/^\+(?: |$)/.test(line)) {
      return { status: 'continue', codes: [], text: line.slice(2), untagged }
    } else if (line.startsWith(`${tag} `)) {
      return { ...parseImapStatus(line.slice(tag.length + 1)), untagged }
    } else throw new Failure('unexpected_reply')
  }
}

/** Undefined at the end of a connection that the server has explained by BYE. */
async function nextLine(
  dialogue: Dialogue,
  untagged: readonly string[],
): Promise<string | undefined> {
  try {
    return await dialogue.readLine()
  } catch (error) {
    const closed = error instanceof Failure && error.code === 'closed'
    if (closed && goodbye(untagged) !== undefined) return undefined
    throw error
  }
}

function goodbye(untagged: readonly string[]): string | undefined {
  return untagged.findLast((line) => /^BYE\b/i.test(line))
}

/** `OK`, `NO`, `BAD`, `PREAUTH` or `BYE`, a response code in brackets, and text. */
export function parseImapStatus(line: string): Reply {
  const [, word, rest = ''] = /^([A-Za-z]+)(?: (.*))?$/.exec(line) ?? []
  if (word === undefined) throw new Failure('unexpected_reply')
  const status = word.toUpperCase()
  const { codes, text } = parseCodes(rest)
  if (status === 'OK' || status === 'PREAUTH') {
    return { status: 'ok', codes: status === 'PREAUTH' ? [status, ...codes] : codes, text }
  }
  if (status !== 'NO' && status !== 'BAD' && status !== 'BYE') throw new Failure('unexpected_reply')
  return { status: 'no', codes: status === 'NO' ? codes : [...codes, status], text }
}

export function parseImapGreeting(line: string): Reply {
  if (!line.startsWith('* ')) throw new Failure('unexpected_reply')
  return parseImapStatus(line.slice(2))
}

export function parseImapCapabilities(untagged: readonly string[]): Capabilities {
  const list = untagged.findLast((line) => /^CAPABILITY\b/i.test(line))
  if (list === undefined) throw new Failure('capabilities_refused')
  const names = words(list).slice(1)
  return {
    names,
    mechanisms: names.flatMap((name) => (name.startsWith('AUTH=') ? [name.slice(5)] : [])),
    passwordCommand: !names.includes('LOGINDISABLED'),
    initialResponse: names.includes('SASL-IR'),
  }
}

function describeInbox(untagged: readonly string[]): string {
  const [, count] = untagged.map((line) => /^(\d{1,10}) EXISTS$/i.exec(line)).find(Boolean) ?? []
  if (count === undefined) return 'INBOX can be read'
  return `INBOX with ${count === '1' ? '1 message' : `${count} messages`}`
}
