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
  sasl: {
    initialFirst: true,
    // RFC 7162 section 4: lines of 8192 octets, less the command.
    maxInitial: 8000,
    vagueRefusals: true,
    passwordCommand: 'LOGIN',
    loginMechanism: 'AUTHENTICATE LOGIN',
  },
  create,
}

// RFC 2971. Which version runs here is nobody's business, and any will do.
const ID = 'ID ("name" "mailprofile" "version" "1.0")'

// Printable ASCII; quoted strings of IMAP4rev1 (RFC 3501 section 9) hold nothing else.
const QUOTABLE = /^[ -~]*$/

function create(dialogue: Dialogue): Session {
  let count = 0
  const read = (tag: string) => readReply(dialogue, tag)
  const send = (command: string) => {
    count += 1
    dialogue.writeLine(`a${count} ${command}`)
    return read(`a${count}`)
  }
  const readOn = () => read(`a${count}`)
  const capabilities = async () => {
    const { status, text, untagged } = await send('CAPABILITY')
    if (status === 'no') {
      const closed = goodbye(untagged) !== undefined
      throw new Failure(closed ? 'closed' : 'capabilities_refused', undefined, { said: text })
    }
    return parseImapCapabilities(untagged)
  }
  return {
    greeting: async () => parseImapGreeting(await dialogue.readLine()),
    capabilities,
    startTls: () => send('STARTTLS'),
    authenticate: (mechanism, initial) =>
      send(`AUTHENTICATE ${mechanism}${initial === undefined ? '' : ` ${initial}`}`),
    respond: (response) => {
      dialogue.writeLine(response)
      return readOn()
    },
    login: async ({ username, password }) => {
      const values = [username, password.reveal()]
      const inQuotes = async (): Promise<LogInAttempt> => ({
        reply: await send(`LOGIN ${values.map(quote).join(' ')}`),
        sent: true,
      })
      // Some servers read no literals: Thunderbird for Android 24 (RealImapConnection.login) sends
      // quoted strings only, in UTF-8.
      if (values.every((value) => QUOTABLE.test(value))) return inQuotes()
      const attempt = await loginWithLiterals({ username, password }, send, (line) => {
        dialogue.writeLine(line)
        return readOn()
      })
      return attempt.sent || attempt.reply.codes.includes('BYE') ? attempt : inQuotes()
    },
    use: async () => {
      const { names } = await capabilities()
      // NetEase (163.com, 126.com, yeah.net) opens no mailbox for a client that has not said what it
      // is: "NO EXAMINE Unsafe Login". Thunderbird for Android 24 says it after the log-in, too, and
      // does not care for the answer (RealImapConnection.sendClientInfoIfSupported).
      if (names.includes('ID')) await send(ID)
      const reply = await send('EXAMINE INBOX')
      if (reply.status !== 'ok') return { code: 'mailbox_refused', reply }
      const offered = imap.interesting.filter((name) => names.includes(name.toUpperCase()))
      return { detail: [describeInbox(reply.untagged), ...offered].join(', ') }
    },
    quit: () => dialogue.writeLine('z LOGOUT'),
  }
}

/** RFC 3501 section 4.3: literals carry every character as it is. */
async function loginWithLiterals(
  { username, password }: Credentials,
  send: (command: string) => Promise<Reply>,
  goOn: (line: string) => Promise<Reply>,
): Promise<LogInAttempt> {
  const secret = password.reveal()
  let reply = await send(`LOGIN {${Buffer.byteLength(username)}}`)
  if (reply.status !== 'continue') return { reply, sent: false }
  reply = await goOn(`${username} {${Buffer.byteLength(secret)}}`)
  if (reply.status !== 'continue') return { reply, sent: false }
  return { reply: await goOn(secret), sent: true }
}

function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`
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

/** Undefined at the end of a connection that the server has explained by BYE, hung up or not. */
async function nextLine(
  dialogue: Dialogue,
  untagged: readonly string[],
): Promise<string | undefined> {
  try {
    return await dialogue.readLine()
  } catch (error) {
    const ended = error instanceof Failure && ['closed', 'no_reply'].includes(error.code)
    if (ended && goodbye(untagged) !== undefined) return undefined
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
