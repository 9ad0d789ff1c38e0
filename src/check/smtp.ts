import type { Address } from '../account/address.js'
import type { Dialogue } from './dialogue.js'
import { Failure, unlessClosed } from './failure.js'
import { words } from './replies.js'
import type { Capabilities, Protocol, Reply, Session, Use } from './session.js'
import { isAboutHello, whyNotTaken } from './submission-refusal.js'

/** Message submission (RFC 5321, RFC 6409) with AUTH (RFC 4954) and STARTTLS (RFC 3207). */
export const smtp: Protocol = {
  title: 'SMTP',
  greets: /^\d{3}(?:[ -]|$)/,
  startTls: 'STARTTLS',
  needed: [],
  interesting: ['SIZE', '8BITMIME', 'SMTPUTF8', 'PIPELINING', 'CHUNKING', 'DSN'],
  use: 'sender',
  sasl: {
    initialFirst: true,
    // RFC 5321 section 4.5.3.1.4: commands of 512 octets; RFC 4954 section 4 has longer messages
    // in a line of their own.
    maxInitial: 499,
    vagueRefusals: false,
    passwordCommand: 'password',
    loginMechanism: 'LOGIN',
  },
  create,
}

// A literal of loopback says nothing about this computer (RFC 5321 section 4.1.4).
const LITERAL = '[127.0.0.1]'
// Some servers want a name that there is. What Thunderbird for Android 24 says (SmtpTransport,
// SMTP_HELLO_NAME), whoever uses it and wherever, so that it tells nothing either; see
// https://ehlo.thunderbird.net
const NAME = 'ehlo.thunderbird.net'

function create(dialogue: Dialogue): Session {
  let named = false
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
      const found = await sayHello(send)
      named = found.method !== `EHLO ${LITERAL}`
      return found
    },
    startTls: () => send('STARTTLS'),
    authenticate: (mechanism, initial) =>
      send(`AUTH ${mechanism}${initial === undefined ? '' : ` ${initial}`}`),
    respond: send,
    login: () => Promise.reject(new Failure('no_authentication')),
    use: async (address) => {
      const use = await askForSending(address, send)
      // Postfix keeps what it has against the name until here, too. EHLO begins again, logged in.
      if (named || !('reply' in use) || !isAboutHello(use.reply)) return use
      const again = await unlessClosed(async () => {
        const hello = await send(`EHLO ${NAME}`)
        return hello.status === 'ok' ? askForSending(address, send) : use
      })
      return again ?? use
    },
    quit: () => dialogue.writeLine('QUIT'),
  }
}

type Send = (command: string) => Promise<SmtpReply>

/**
 * EHLO with an address, with a name, then HELO: Thunderbird for Android 24 (SmtpTransport.sendHello)
 * takes HELO for a server without extensions.
 */
async function sayHello(send: Send): Promise<Capabilities> {
  let first: SmtpReply | undefined
  for (const hello of [`EHLO ${LITERAL}`, `EHLO ${NAME}`, `HELO ${NAME}`]) {
    const asking = () => send(hello)
    const reply = await (first === undefined ? asking() : unlessClosed(asking))
    if (reply?.status === 'ok') {
      const told = hello.startsWith('EHLO') ? reply.lines : []
      const refusal = first === undefined ? {} : { refusal: first.text }
      return { ...parseSmtpCapabilities(told), method: hello, ...refusal }
    }
    first ??= reply
    if (reply === undefined || reply.codes.includes('421')) break
  }
  throw new Failure('capabilities_refused', undefined, { said: first?.text ?? '' })
}

async function askForSending(address: Address, send: Send): Promise<Use> {
  const sender = await send(`MAIL FROM:<${address}>`)
  if (sender.status !== 'ok') return { code: whyNotTaken(sender, 'sender'), reply: sender }
  const recipient = await send(`RCPT TO:<${address}>`)
  // After a refusal nothing is left to take back, and many servers hang up.
  if (recipient.status !== 'ok') {
    return { code: whyNotTaken(recipient, 'recipient'), reply: recipient }
  }
  await send('RSET')
  return { detail: 'would send; nothing was sent' }
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
