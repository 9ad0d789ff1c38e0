import { createHmac, hkdfSync } from 'node:crypto'
import { seal, unseal } from './sealing.js'

/** A call that its caller may repeat, with the key that authenticated it. */
export interface IdempotentCall {
  readonly bearerKey: string
  /** The Idempotency-Key header. */
  readonly idempotencyKey: string
  /** What was asked for. */
  readonly body: string
}

/** What an answer needs that the store does not know. */
export interface Answer {
  readonly token: string
  readonly code?: string
}

/** The names and the key of a call; none of them leads back to the bearer key or the body. */
export function deriveCall({ bearerKey, idempotencyKey, body }: IdempotentCall) {
  const keyed = (what: string, text: string) =>
    createHmac('sha256', bearerKey).update(`mailprofile ${what} 1\0`).update(text)
  const id = keyed('call', idempotencyKey).digest('base64url')
  const key = Buffer.from(hkdfSync('sha256', bearerKey, idempotencyKey, 'mailprofile answer 1', 32))
  return {
    id,
    digest: keyed('body', body).digest('base64url'),
    sealAnswer: (answer: Answer, randomBytes: (size: number) => Buffer) =>
      seal(JSON.stringify(answer), key, id, randomBytes),
    openAnswer(sealed: Uint8Array): Answer | undefined {
      const text = unseal(sealed, key, id)
      return text === undefined ? undefined : (JSON.parse(text) as Answer)
    },
  }
}
