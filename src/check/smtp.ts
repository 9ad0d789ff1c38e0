import type { Dialogue } from './dialogue.js'
import { Failure } from './failure.js'
import { words } from './replies.js'
import type { Capabilities, Protocol, Reply, Session } from './session.js'

/** Message submission (RFC 5321, RFC 6409) with AUTH (RFC 4954) and STARTTLS (RFC 3207). */
export const smtp: Protocol = {
  title: 'SMTP',
  greets: /^\d{3}(?:[ -]|$)/,
  startTls: 'STARTTLS',
  needed: [],
  interesting: ['SIZE', '8BITMIME', 'SMTPUTF8', 'PIPELINING', 'CHUNKING', 'DSN'],
  use: 'sender',
  create,
}

// A literal of loopback says nothing about this computer (RFC 5321 section 4.1.4).
const EHLO = 'EHLO [127.0.0.1]'

function create(dialogue: Dialogue): Session {
  const read = async () => {
    const lines: string[] = []
    do lines.push(await dialogue.readLine())
    while (/^\d{3}-/.test(lines.at(-1) ?? ''))
    return parseSmtpReply(lines)
  }
  const send = (command: string) => {
    dialogue.writeLine(command)
    return read()
  }
  return {
    greeting: read,
    capabilities: async () => {
      const reply = await send(EHLO)
      if (reply.status !== 'ok') throw new Failure('capabilities_refused')
      return parseSmtpCapabilities(reply.lines)
    },
    startTls: () => send('STARTTLS'),
    authenticate: (mechanism, initial) =>
      send(`AUTH ${mechanism}${initial === undefined ? '' : ` ${initial}`}`),
    respond: send,
    login: () => Promise.reject(new Failure('no_authentication')),
    use: async (address) => {
      const sender = await send(`MAIL FROM:<${address}>`)
      if (sender.status !== 'ok') return { code: 'sender_refused', reply: sender }
      const recipient = await send(`RCPT TO:<${address}>`)
      await send('RSET')
      if (recipient.status === 'ok') return { detail: 'would send; nothing was sent' }
      // Postfix keeps what it has against the sender until here (smtpd_delay_reject).
      const code = /\bsender\b/i.test(recipient.text) ? 'sender_refused' : 'recipient_refused'
      return { code, reply: recipient }
    },
    quit: () => dialogue.writeLine('QUIT'),
  }
}

interface SmtpReply extends Reply {
  /** The texts of the lines, without numbers. */
  readonly lines: readonly string[]
}

/** One reply: all its lines, `250-` and last `250 `. */
export function parseSmtpReply(lines: readonly string[]): SmtpReply {
  const parts = lines.map((line) => /^(\d{3})(?:[ -](.*))?$/.exec(line))
  const number = parts[0]?.[1]
  if (number === undefined || parts.some((part) => part?.[1] !== number)) {
    throw new Failure('unexpected_reply')
  }
  const texts = parts.map((part) => part?.[2] ?? '')
  const enhanced = /^[245]\.\d{1,3}\.\d{1,3}(?= |$)/
  const [code] = enhanced.exec(texts[0] ?? '') ?? []
  const status = number.startsWith('2') ? 'ok' : number === '334' ? 'continue' : 'no'
  return {
    status,
    codes: [number, ...(code === undefined ? [] : [code])],
    text: texts.map((text) => text.replace(enhanced, '').trim()).join(' '),
    lines: texts,
  }
}

/** @param lines the texts of EHLO's reply; the first is the server's name */
export function parseSmtpCapabilities(lines: readonly string[]): Capabilities {
  // "AUTH=PLAIN" is how servers before RFC 2554 wrote it, and some still write both.
  const entries = lines.slice(1).map((line) => words(line.replace(/^AUTH=/i, 'AUTH ')))
  return {
    names: entries.map((entry) => entry.join(' ')),
    mechanisms: [...new Set(entries.flatMap(([name, ...list]) => (name === 'AUTH' ? list : [])))],
    passwordCommand: false,
    initialResponse: true,
  }
}
