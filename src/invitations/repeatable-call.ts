import { createHmac, hkdfSync, scrypt } from 'node:crypto'
import { seal, unseal } from './sealing.js'
import { createWorkQueue } from './work-queue.js'

/** A call that its caller may repeat, with the key that authenticated it. */
export interface IdempotentCall {
  readonly bearerKey: string
  /** The Idempotency-Key header. */
  readonly idempotencyKey: string
  /** What was asked for, with the password in it. */
  readonly body: string
}

/** What an answer needs that the store does not know. */
export interface Answer {
  readonly token: string
  readonly code?: string
}

/** What the store is told of a call, and what opens its answer again. */
export interface DerivedCall {
  readonly id: string
  readonly digest: string
  sealAnswer(answer: Answer, randomBytes: (size: number) => Buffer): Buffer
  openAnswer(sealed: Uint8Array): Answer | undefined
}

// 1 MB and some three milliseconds (RFC 7914): whoever has the store, the API key and the Idempotency-Key
// can only guess the body, and pays this for each guess. More would be felt by those who make many.
const COST = { N: 2 ** 10, r: 8, p: 1 }
// Signing needs threads of the same four.
const stretchInTurn = createWorkQueue(2, Infinity, () => new Error('It never refuses.'))

/** The name of a call in the store; it does not lead back to the bearer key or the Idempotency-Key. */
export function nameCall(
  { bearerKey, idempotencyKey }: IdempotentCall,
  tenant: string | undefined,
): string {
  return keyed(bearerKey, 'call', idempotencyKey, tenant).toString('base64url')
}

/**
 * What a call needs of its store. Digest and key are both made of the body, stretched, because it holds
 * what neither the store nor the API key tells: the password.
 *
 * @param tenant whose the invitation becomes: at another one it is another call
 */
export async function deriveCall(
  call: IdempotentCall,
  tenant: string | undefined,
): Promise<DerivedCall> {
  const { bearerKey, idempotencyKey, body } = call
  const id = nameCall(call, tenant)
  const salt = keyed(bearerKey, 'body', idempotencyKey, tenant)
  const stretched = await stretchInTurn(() => stretch(body, salt))
  const derive = (what: string) =>
    Buffer.from(hkdfSync('sha256', stretched, bearerKey, `mailprofile ${what} 2`, 32))
  const key = derive('answer')
  return {
    id,
    digest: derive('digest').toString('base64url'),
    sealAnswer: (answer, randomBytes) => seal(JSON.stringify(answer), key, id, randomBytes),
    openAnswer(sealed) {
      const text = unseal(sealed, key, id)
      return text === undefined ? undefined : (JSON.parse(text) as Answer)
    },
  }
}

// Another number than the version that took the key from the caller alone: what that one kept, for 24
// hours, is as unknown as what nobody kept.
function keyed(bearerKey: string, what: string, text: string, tenant: string | undefined): Buffer {
  const whose = tenant === undefined ? '' : ` ${tenant}`
  const label = `mailprofile ${what} 2${whose}\0`
  return createHmac('sha256', bearerKey).update(label).update(text).digest()
}

function stretch(text: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(text, salt, 32, COST, (error, key) => {
      if (error === null) resolve(key)
      else reject(error)
    })
  })
}
