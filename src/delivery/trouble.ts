import { MailProfileError } from '../errors.js'

/**
 * What comes of an attempt that did not end well: refused for good; not possible now, so that nothing was
 * sent; or nobody knows.
 */
export type TroubleKind = 'failed' | 'unavailable' | 'uncertain'

const CODES = {
  failed: 'delivery_failed',
  unavailable: 'delivery_unavailable',
  uncertain: 'delivery_uncertain',
} as const

const HINTS: Readonly<Record<TroubleKind, string>> = {
  failed: 'The invitation is good all the same: its link can be sent another way.',
  unavailable: 'It has not been sent. The invitation is good all the same.',
  uncertain: 'It may have been sent, and so it is not sent again by itself. Ask the person first.',
}

/** Why an attempt did not end well. The message is in sentences, without addresses and links. */
export class DeliveryTrouble extends Error {
  override readonly name = 'DeliveryTrouble'
  readonly kind: TroubleKind
  /** Whether another attempt may end better. */
  readonly mayPass: boolean
  /** Milliseconds that the other side wants to be left alone. */
  readonly wait: number | undefined

  constructor(
    kind: TroubleKind,
    message: string,
    {
      mayPass = false,
      wait,
      cause,
    }: { readonly mayPass?: boolean; readonly wait?: number; readonly cause?: unknown } = {},
  ) {
    super(message, { cause })
    this.kind = kind
    this.mayPass = mayPass
    this.wait = wait
  }

  /** The same where something may have arrived before, unless it says for certain that nothing has. */
  uncertain(): DeliveryTrouble {
    const { kind, message, mayPass, wait, cause } = this
    if (kind !== 'unavailable') return this
    return new DeliveryTrouble('uncertain', message, {
      mayPass,
      cause,
      ...(wait === undefined ? {} : { wait }),
    })
  }
}

/** That somebody gave up before anything was sent. */
export function nobodyWaited(): DeliveryTrouble {
  return new DeliveryTrouble('unavailable', 'It was not sent, because nobody waited any longer.')
}

/** What whoever wanted to send is told. */
export function deliveryError(error: unknown): unknown {
  if (!(error instanceof DeliveryTrouble)) return error
  const { kind, message } = error
  return new MailProfileError(CODES[kind], message, {
    hint: HINTS[kind],
    ...(kind === 'unavailable' ? { retryAfter: 60 } : {}),
  })
}

// Long enough for a reason, and for the address of a page that explains it, which is left out.
const LONGEST = 200
// What is looked at: some of what follows takes time by the square of a word's length.
const MOST_READ = 2000

/**
 * What a server said, for people who look for the reason: on one line and short, without addresses and
 * links, which servers like to quote: spam filters name the link that they do not like.
 *
 * @param secrets what must not stand there, in whatever letter case
 */
export function quotable(reply: string, secrets: readonly string[]): string {
  let text = whole(reply).replace(/[^\x20-\x7e]+/g, ' ')
  for (const secret of secrets.filter((one) => one.length > 2)) {
    text = text.replaceAll(new RegExp(escapeRegExp(secret), 'gi'), '…')
  }
  return (
    text
      .replace(/\b[a-z][a-z0-9+.-]*:\/\/\S+/gi, '…')
      .replace(/\S*@\S*/g, '…')
      // Telephone numbers, but no part of a queue's identifier, which is what an operator looks for in its log.
      .replace(/(?<![\dA-Za-z])\+?\d(?:[ ().-]?\d){8,}(?![\dA-Za-z])/g, '…')
      .replace(/\s+/g, ' ')
      .trim()
      .slice(0, LONGEST)
  )
}

// Half of a secret would not be known as one.
function whole(reply: string): string {
  if (reply.length <= MOST_READ) return reply
  const begin = reply.slice(0, MOST_READ)
  return begin.slice(0, Math.max(0, begin.search(/\s\S*$/)))
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
}
