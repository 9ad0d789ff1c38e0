import { createPrivateKey, sign } from 'node:crypto'
import type { Work } from './rate.js'

/** How it is called where it is a peer. */
export const BARE_SIGN = 'bare crypto.sign of as many bytes'

/** A bare asynchronous `crypto.sign`, which is the limit of whatever makes one signature each. */
export function bareSign(bytes: Uint8Array, pem: string): Work {
  const key = createPrivateKey(pem)
  return () =>
    new Promise((resolve, reject) => {
      sign('sha256', bytes, key, (error, signature) => {
        if (error) reject(error)
        else resolve(signature)
      })
    })
}
