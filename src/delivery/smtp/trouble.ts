import { DeliveryTrouble, quotable } from '../trouble.js'

/** What `nodemailer` throws, as far as it is looked at. */
export interface SmtpError extends Error {
  readonly code?: string | undefined
  /** The code of a system error that it stands for. */
  readonly originalCode?: string | undefined
  /** What the server said. */
  readonly response?: string | undefined
  readonly responseCode?: number | undefined
  /** What it said it to. */
  readonly command?: string | undefined
}

export interface AttemptStage {
  /** Whether any of the message itself has gone out. */
  readonly hasBegun: boolean
  /** What must not be quoted. */
  readonly secrets: readonly string[]
}

// Of OpenSSL and Node: names and dates of a certificate, and whoever vouches for it.
const CERTIFICATE = /CERT|ALTNAME|SELF_SIGNED|UNABLE_TO_(?:GET|VERIFY)|HOSTNAME_MISMATCH/

/**
 * What went wrong in an attempt to send by SMTP: a reply counts wherever it came, and without one it depends
 * on whether the server may have the message already (RFC 5321, section 4.5.3.2.6, calls what is sent twice
 * then inevitable; here it is not sent again).
 */
export function smtpTrouble(error: SmtpError, stage: AttemptStage): DeliveryTrouble {
  const { response, responseCode, command } = error
  if (response !== undefined && responseCode !== undefined) {
    return replyTrouble(responseCode, quotable(response, stage.secrets), command, error)
  }
  const why = reasonOf(error)
  return stage.hasBegun
    ? new DeliveryTrouble(
        'uncertain',
        `${why} That was after the mail had gone out and before the mail server had taken it.`,
        { cause: error },
      )
    : new DeliveryTrouble('unavailable', why, { mayPass: !isLasting(error), cause: error })
}

function replyTrouble(
  code: number,
  said: string,
  command: string | undefined,
  cause: SmtpError,
): DeliveryTrouble {
  const isForNow = code < 500
  if (isForNow) {
    return new DeliveryTrouble(
      'unavailable',
      `The mail server takes nothing now. It says: ${said}`,
      {
        mayPass: true,
        cause,
      },
    )
  }
  if (cause.code === 'EAUTH') {
    const message = `The mail server refuses the user name or the password. It says: ${said}`
    return new DeliveryTrouble('unavailable', message, { cause })
  }
  switch (command) {
    case 'RCPT TO':
      return new DeliveryTrouble(
        'failed',
        `The mail server refuses the recipient. It says: ${said}`,
        {
          cause,
        },
      )
    case 'DATA':
      return new DeliveryTrouble('failed', `The mail server refuses the mail. It says: ${said}`, {
        cause,
      })
    case 'MAIL FROM':
      return new DeliveryTrouble(
        'unavailable',
        `The mail server takes nothing from this sender. It says: ${said}`,
        { cause },
      )
    default:
      return new DeliveryTrouble('unavailable', `The mail server refuses. It says: ${said}`, {
        cause,
      })
  }
}

function isLasting({ code = '', originalCode = '' }: SmtpError): boolean {
  return code === 'EAUTH' || code === 'ENOAUTH' || isCertificate(originalCode || code)
}

function isCertificate(code: string): boolean {
  return CERTIFICATE.test(code)
}

function reasonOf({ code = '', originalCode = '' }: SmtpError): string {
  const system = originalCode === '' ? code : originalCode
  if (isCertificate(system)) {
    return `The certificate of the mail server is not valid for its name (${system}).`
  }
  switch (system) {
    case 'ECONNREFUSED':
      return 'The mail server takes no connections.'
    case 'EDNS':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'The name of the mail server cannot be found.'
    case 'ETIMEDOUT':
    case 'SOCKET_TIMEOUT':
      return 'The mail server does not answer in time.'
    case 'ETLS':
      return 'The connection to the mail server cannot be encrypted.'
    case 'EABORT':
      return 'Nobody waited for the mail server any longer.'
    case 'ECONNECTION':
    case 'ECONNRESET':
    case 'EPIPE':
      return 'The mail server closed the connection.'
    case 'EAUTH':
      return 'There is no way to log in to the mail server.'
    default:
      return `The connection to the mail server failed${/^[A-Z_0-9]{3,40}$/.test(system) ? ` with ${system}` : ''}.`
  }
}
