import { ErrorReply } from '@redis/client'
import { MailProfileError } from '../../errors.js'
import { version } from '../../version.js'
import { REDIS_PERMISSIONS } from './scripts.js'

// What the server says when it cannot work now, or not for us, by the first word of the reply. All
// else that it says is a mistake of ours.
const OUTAGES: Readonly<Record<string, readonly [sentence: string, hint?: string]>> = {
  LOADING: ['is still reading its data', 'Try again when it has finished.'],
  READONLY: ['is a replica that may not be written', 'Name the primary.'],
  OOM: ['has no memory left', 'Give it more (`maxmemory`), or remove something.'],
  MISCONF: ['cannot write its data to the disk', 'Its log says why.'],
  BUSY: ['is busy with a script of another program'],
  CLUSTERDOWN: ['is part of a cluster that is down'],
  MASTERDOWN: ['is a replica that has lost its primary', 'Name the primary.'],
  NOREPLICAS: ['has too few replicas to be written (`min-replicas-to-write`)'],
  TRYAGAIN: ['is moving its data'],
  WRONGPASS: ['refuses the user name or the password', 'Correct both in the address of the store.'],
  NOAUTH: ['wants a password', 'Write it into the address: redis://USER:PASSWORD@HOST.'],
  NOPERM: [
    'does not allow this user everything that is needed',
    `ACL SETUSER grants it with: ${REDIS_PERMISSIONS}`,
  ],
  DENIED: ['answers its own machine only (protected mode)', 'Give it a user with a password.'],
}
// In scripts, what a user may not do is a plain error: Redis 7.0 in other words than 7.2 and Valkey.
const ACL_FAILURE = /^ERR (?:The user executing the script|ACL failure in script)/

const UNTRUSTED =
  /^(?:CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_CERT_|HOSTNAME_MISMATCH|INVALID_CA)/

/** The server did not answer in time. */
export class NoAnswer extends Error {}

/** Replicas did not acknowledge what was written in time. */
export class NotReplicated extends Error {
  constructor(acknowledged: number, wanted: number) {
    super(`${acknowledged} of ${wanted} replicas`)
  }
}

/** Whether the server said that it cannot work now, or the connection failed: no mistake of ours. */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof ErrorReply)) return error instanceof Error && !(error instanceof TypeError)
  return wordsFor(error.message) !== undefined
}

/** Whether the server will never do it: it does not know the command, or this user may not. */
export function isNotPermitted(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return error instanceof ErrorReply
    ? /^(?:NOPERM|ERR)\b/.test(error.message)
    : isNotPermitted(error.cause)
}

/** Whether only another connection can help: the primary has become a replica. */
export function isDemotion(error: unknown): boolean {
  return error instanceof ErrorReply && /^(?:READONLY|MASTERDOWN)\b/.test(error.message)
}

/** What is wrong with a server, for whoever runs it; the address' secrets are not in it. */
export function explainTrouble(error: unknown, place: string): MailProfileError {
  const [what, hint] = describe(error)
  return new MailProfileError('store_unavailable', `The store at ${place} ${what}.`, {
    hint: hint ?? 'Check that Redis 7.0 or Valkey runs there, and the address of the store.',
    field: 'store',
    retryAfter: 5,
    cause: error,
  })
}

function describe(error: unknown): readonly [what: string, hint?: string] {
  if (error instanceof ErrorReply) {
    if (error.message.startsWith('ERR unknown command')) return ['is older than Redis 7.0']
    if (error.message.startsWith('ERR DB index')) return ['has no database of that number']
    return wordsFor(error.message) ?? ['failed']
  }
  if (error instanceof NotReplicated) {
    return [
      `is not followed by as many replicas as it has to be: ${error.message} answer`,
      'See to its replicas, or change store.replicas.',
    ]
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const message = error instanceof Error ? error.message : ''
  if (error instanceof NoAnswer || code === 'ETIMEDOUT' || message === 'Connection timeout') {
    return ['does not answer']
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return ['has a host name that is unknown']
  if (code === 'ECONNREFUSED') return ['cannot be reached: nothing listens there']
  if (UNTRUSTED.test(code)) {
    return [
      `has a certificate that is not trusted (${code})`,
      'NODE_EXTRA_CA_CERTS may name a file with the root certificate of your own authority.',
    ]
  }
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_')) {
    return ['does not speak TLS', 'Without TLS, the address begins with redis://.']
  }
  if (message.startsWith('Unknown RESP type')) return ['is not Redis']
  const closed = code === 'ECONNRESET' || code === 'EPIPE' || message.startsWith('Socket closed')
  if (closed) {
    return ['closed the connection', 'If it wants TLS, the address begins with rediss://.']
  }
  return [code === '' ? 'cannot be used' : `cannot be reached (${code})`]
}

function wordsFor(reply: string): readonly [sentence: string, hint?: string] | undefined {
  if (ACL_FAILURE.test(reply)) return OUTAGES['NOPERM']
  if (reply.startsWith('ERR max number of clients')) {
    return ['has too many clients', 'Raise its `maxclients`.']
  }
  const [word = '', , program = ''] = reply.split(' ')
  // What our scripts say.
  if (word === 'NEWER') {
    return [
      `was made by a newer version of mailprofile, ${program}, and this is ${version}`,
      'Install that version again, or name another database in store.',
    ]
  }
  return Object.hasOwn(OUTAGES, word) ? OUTAGES[word] : undefined
}
