import { isIP } from 'node:net'
import { Readable } from 'node:stream'
import type SMTPConnection from 'nodemailer/lib/smtp-connection'
import type { Secret } from '../../account/secret.js'
import type { SmtpServer } from '../../config/config.js'
import { DeliveryTrouble, quotable } from '../trouble.js'
import { smtpTrouble, type SmtpError } from './trouble.js'

/** A server, and how it is spoken to. */
export interface SmtpPlace extends SmtpServer {
  readonly password?: Secret | undefined
  /** The certificates that vouch for it, PEM; those of Node by default. */
  readonly ca?: string | undefined
  /** Milliseconds that it may take for an answer. */
  readonly timeout: number
}

/** A mail as a server gets it: one sender, one recipient, and bytes. */
export interface Envelope {
  readonly from: string
  readonly to: string
  /** By which a report of the next hop names it: the invitation's id. */
  readonly id: string
  readonly message: Buffer
  /** What must not be quoted, beside what the log-in is made of. */
  readonly secrets: readonly string[]
}

// A reply is a line or a few; more is no mail server.
const MAX_REPLY_BYTES = 64 * 1024
// An answer that trickles in is no silence, so an attempt as a whole is bounded, too.
const ANSWERS_OF_AN_ATTEMPT = 10

/** A connection to a server that takes mail, logged in: one mail after another. */
export class SmtpSession {
  readonly #connection: SMTPConnection
  readonly #timeout: number
  readonly #secrets: readonly string[]
  #isOpen = true

  private constructor(connection: SMTPConnection, place: SmtpPlace) {
    this.#connection = connection
    this.#timeout = place.timeout
    this.#secrets = logInSecrets(place)
    connection.once('end', () => (this.#isOpen = false))
    // An error that nobody hears, because nothing is under way, would end the process.
    connection.on('error', () => (this.#isOpen = false))
  }

  /** @throws DeliveryTrouble */
  static async open(place: SmtpPlace, signal: AbortSignal): Promise<SmtpSession> {
    const { default: Connection } = await import('nodemailer/lib/smtp-connection')
    const connection = new Connection(connectionOptions(place))
    const session = new SmtpSession(connection, place)
    try {
      await session.#bounded(signal, (done) => connection.connect(done))
      if (place.username !== undefined) await session.#logIn(place, signal)
      return session
    } catch (error) {
      session.close()
      if (error instanceof DeliveryTrouble) throw error
      throw smtpTrouble(error as SmtpError, { hasBegun: false, secrets: session.#secrets })
    }
  }

  /** Whether it can be used again, as far as this end knows. */
  get isOpen(): boolean {
    return this.#isOpen
  }

  get isSecure(): boolean {
    return this.#connection.secure
  }

  /**
   * Sends one mail.
   *
   * @returns what the server said when it took it, without secrets
   * @throws DeliveryTrouble
   */
  async send({ from, to, id, message, ...mail }: Envelope, signal: AbortSignal): Promise<string> {
    const secrets = [...mail.secrets, ...this.#secrets]
    const content = Readable.from([message], { objectMode: false })
    const envelope = {
      from,
      to: [to],
      size: message.length,
      // RFC 3461. What comes back to the sender when it cannot be delivered names the invitation, and holds
      // the header alone: in the body is the link. When reports are sent is left to the server, as failures
      // are reported by default; one about each success is nobody's wish.
      dsn: { ret: 'HDRS', envid: id },
    }
    try {
      const { response } = await this.#bounded<{ response: string }>(signal, (done) =>
        this.#connection.send(envelope, content, done),
      )
      return quotable(response, secrets)
    } catch (error) {
      const trouble = smtpTrouble(error as SmtpError, {
        hasBegun: content.readableDidRead,
        secrets,
      })
      // A server that refused one mail may be sent the next.
      if ((error as SmtpError).responseCode === undefined || !(await this.#reset())) this.close()
      throw trouble
    }
  }

  /** Takes leave of the server. */
  end(): void {
    if (this.#isOpen) this.#connection.quit()
  }

  close(): void {
    this.#isOpen = false
    this.#connection.close()
  }

  async #logIn({ username = '', password }: SmtpPlace, signal: AbortSignal): Promise<void> {
    if (!this.#connection.allowsAuth) {
      throw new DeliveryTrouble(
        'unavailable',
        `The mail server offers no way to log in${this.#connection.secure ? '' : ' without encryption'}.`,
      )
    }
    const credentials = { user: username, pass: password?.reveal() ?? '' }
    await this.#bounded(signal, (done) => this.#connection.login({ credentials }, done))
  }

  async #reset(): Promise<boolean> {
    if (!this.#isOpen) return false
    try {
      await this.#bounded(AbortSignal.timeout(this.#timeout), (done) =>
        this.#connection.reset(done),
      )
      return true
    } catch {
      return false
    }
  }

  /** Does a step of the connection, which ends with what it throws, with time, and with the signal. */
  #bounded<T>(
    signal: AbortSignal,
    step: (done: (error?: Error | null, result?: T) => void) => void,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      const finish = () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', stop)
        this.#connection.removeListener('error', fail)
        this.#connection.removeListener('end', end)
      }
      const fail = (error: Error) => {
        finish()
        reject(error)
        this.close()
      }
      const stop = () => fail(withCode('EABORT'))
      const end = () => fail(withCode('ECONNECTION'))
      const tooLate = () => fail(withCode('ETIMEDOUT'))
      const timer = setTimeout(tooLate, this.#timeout * ANSWERS_OF_AN_ATTEMPT)
      this.#connection.once('error', fail)
      this.#connection.once('end', end)
      signal.addEventListener('abort', stop, { once: true })
      if (signal.aborted) {
        stop()
        return
      }
      try {
        step((error, result) => {
          finish()
          if (error) reject(error)
          else resolve(result as T)
        })
      } catch (error) {
        fail(error as Error)
      }
    })
  }
}

/** What a server hears at the log-in, in clear and as AUTH PLAIN and LOGIN send it (RFC 4616). */
function logInSecrets({ username, password }: SmtpPlace): string[] {
  if (username === undefined) return []
  const pass = password?.reveal() ?? ''
  const sent = [`\0${username}\0${pass}`, pass, username]
  return [...sent.map((text) => Buffer.from(text).toString('base64')), pass]
}

function withCode(code: string): Error {
  return Object.assign(new Error(code), { code })
}

function connectionOptions(place: SmtpPlace): ConstructorParameters<typeof SMTPConnection>[0] {
  const { host, port, security, timeout, ca } = place
  return {
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    connectionTimeout: timeout,
    greetingTimeout: timeout,
    socketTimeout: timeout,
    dnsTimeout: timeout,
    maxResponseSize: MAX_REPLY_BYTES,
    logger: false,
    tls: {
      rejectUnauthorized: true,
      minVersion: 'TLSv1.2',
      // RFC 6066, section 3: an address is no name, and is compared with the certificate all the same.
      ...(isIP(host) === 0 ? { servername: host } : {}),
      ...(ca === undefined ? {} : { ca }),
    },
  }
}
