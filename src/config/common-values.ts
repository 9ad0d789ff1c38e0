import { isIP } from 'node:net'
import { z } from 'zod'

// The kinds of values that keys of several sections have.

export const port = wholeNumber(0, 65535)
export const host = z
  .string()
  .refine(isHost, 'must be a host name or an address without port, such as 127.0.0.1 or ::')

// In a variable it is text. Nothing else becomes a number: an empty value would be 0, and true 1.
export function wholeNumber(min: number, max: number) {
  const range = `must be from ${min} to ${max}`
  const error = `must be a whole number from ${min} to ${max}`
  return z
    .union(
      [
        z.number(),
        z
          .string()
          .regex(/^\d{1,9}$/)
          .transform(Number),
      ],
      error,
    )
    .pipe(z.number().int('must be a whole number').min(min, range).max(max, range))
}

// `http://…`, `0.0.0.0:8080` and `[::]` are found before somebody searches for such a name.
function isHost(value: string): boolean {
  return isIP(value) !== 0 || /^[^\s:/[\]*,]+$/.test(value)
}
