import { spawn } from 'node:child_process'
import { MailProfileError } from '../errors.js'
import type { TsigKey } from './tsig-key.js'

/** A zone, the server that is to change it, and what this server knows us by. */
export interface UpdatedZone {
  /** An IP address. */
  readonly host: string
  readonly port: number
  /** Without a trailing dot. */
  readonly zone: string
  readonly key: TsigKey
}

/** One UPDATE message (RFC 2136): what has to hold, and what is to be done then, in nsupdate's words. */
export interface UpdateMessage {
  readonly prerequisites: readonly string[]
  readonly updates?: readonly string[]
}

export interface NsupdateOptions {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly signal: AbortSignal
}

// Seconds that a server has for one message.
const TIMEOUT = 10
// RFC 2136 section 2.2: that a prerequisite is not met is an answer, not a failure.
const NOT_MET = new Set(['NXDOMAIN', 'YXDOMAIN', 'NXRRSET', 'YXRRSET'])

const CHANGED_PERHAPS = 'The zone may have changed all the same: run the command again to see.'

// How it begins to say that a server is not there or does not answer.
const UNHEARD = '; Communication with '

const REASONS: Readonly<Record<string, readonly [sentence: string, hint: string]>> = {
  // Knot 3.2 says so of a key that it knows as well.
  BADKEY: [
    'does not know the key, or does not let it change the zone.',
    'Check the name and the algorithm of the key on both sides, and what it is allowed there.',
  ],
  BADSIG: ['has another secret for the key.', 'Check the secret of the key on both sides.'],
  BADTIME: ['has a clock that is minutes off from the one here.', 'Set both clocks right.'],
  NOTAUTH: [
    'is not the primary server of the zone, or does not let this key change it.',
    'Name the primary server with --server, the zone with --zone, and allow the key to update.',
  ],
  REFUSED: ['does not let this key change the zone.', 'Allow the key to update the zone there.'],
  NOTZONE: ['has this domain in another zone.', 'Name the zone with --zone.'],
}

/**
 * Sends messages, one after the other, by nsupdate of BIND, over TCP: a repeated UDP packet would find the
 * prerequisites of the first one no longer met.
 *
 * The key goes by standard input, because everybody on the machine sees command lines.
 *
 * @returns for each message whether its prerequisites were met, and so its updates done
 * @throws MailProfileError `program_missing`, `dns_update_failed`
 */
export async function sendUpdates(
  messages: readonly UpdateMessage[],
  { host, port, zone, key }: UpdatedZone,
  options: NsupdateOptions,
): Promise<boolean[]> {
  if (messages.length === 0) return []
  const lines = [
    `server ${host} ${port}`,
    `zone ${zone}.`,
    `key ${key.algorithm}:${key.name} ${key.secret.reveal()}`,
    ...messages.flatMap(({ prerequisites, updates = [] }) => [
      ...prerequisites.map((words) => `prereq ${words}`),
      ...updates.map((words) => `update ${words}`),
      'send',
      'answer',
    ]),
  ]
  // Each line is a command, and control characters are escaped in data: one here is a mistake of ours.
  if (lines.some((line) => !/^[\x20-\x7e]+$/.test(line))) {
    throw new MailProfileError('internal', 'A line for nsupdate is not printable ASCII.')
  }
  const output = await runNsupdate(`${lines.join('\n')}\n`, options).catch((error: unknown) => {
    throw isAbort(error) ? stopped(error, changesAnything(messages)) : error
  })
  const statuses = [...output.matchAll(/opcode: UPDATE, status: (\w+)/g)].map(
    ([, status]) => status,
  )
  const wrong = statuses.find((status) => status !== 'NOERROR' && !NOT_MET.has(status ?? ''))
  if (wrong !== undefined || statuses.length < messages.length) {
    // A key that is not taken is NOTAUTH as well (RFC 8945 section 5.2).
    const [, reason] = /NOTAUTH\((BAD\w+)\)/.exec(output) ?? []
    throw failed(reason ?? wrong, { host, port, changes: changesAnything(messages) })
  }
  return statuses.map((status) => status === 'NOERROR')
}

function changesAnything(messages: readonly UpdateMessage[]): boolean {
  return messages.some(({ updates = [] }) => updates.length > 0)
}

interface Refused {
  readonly host: string
  readonly port: number
  readonly changes: boolean
}

function failed(reason: string | undefined, { host, port, changes }: Refused): MailProfileError {
  const [sentence, hint] = REASONS[reason ?? ''] ?? [
    reason === undefined
      ? 'did not answer by TCP, or with something that its key has not signed.'
      : `refused, with ${reason}.`,
    reason === undefined && changes ? CHANGED_PERHAPS : 'Look into its log.',
  ]
  return new MailProfileError(
    'dns_update_failed',
    `The name server ${host}, port ${port}, ${sentence}`,
    { hint },
  )
}

/** All that nsupdate writes. */
function runNsupdate(input: string, { env, signal }: NsupdateOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('nsupdate', ['-v', '-t', String(TIMEOUT)], {
      env: { PATH: env['PATH'], LC_ALL: 'C' },
      signal,
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    let output = ''
    const take = (text: string) => {
      output += text
      // It would wait as long again for each message that is left.
      if (output.includes(UNHEARD)) child.kill()
    }
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('latin1').on('data', take)
    child.once('error', (cause: NodeJS.ErrnoException) => {
      const isMissing = cause.code === 'ENOENT' || cause.code === 'EACCES'
      reject(isMissing ? programMissing(cause) : cause)
    })
    child.once('close', () => resolve(output))
    // It may have ended already; what it wrote says why.
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
  })
}

function programMissing(cause: Error): MailProfileError {
  return new MailProfileError('program_missing', 'nsupdate is not installed.', {
    hint: 'Install it: bind9-dnsutils on Debian and Ubuntu, bind-utils on Fedora, bind on Homebrew.',
    cause,
  })
}

function isAbort(error: unknown): error is Error {
  return error instanceof Error && error.name === 'AbortError'
}

function stopped(cause: Error, changes: boolean): MailProfileError {
  return new MailProfileError('dns_update_failed', 'Stopped while the name server was asked.', {
    hint: changes ? CHANGED_PERHAPS : 'Nothing was changed.',
    cause,
  })
}
