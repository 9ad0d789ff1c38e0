import { hkdfSync, randomInt, scrypt } from 'node:crypto'

const DIGITS = 6
// 32 MB and a tenth to a fifth of a second for each guess (RFC 7914). Who has the store's contents and the
// link, but not the code, needs a day or two of one processor core for all of them; who has not the link
// gets nowhere.
const COST = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 }
const SALT_INFO = 'mailprofile code salt 1'
const KEY_INFO = 'mailprofile code key 1'

/** A code that travels another way than the link: six decimal digits. */
export function createCode(): string {
  return String(randomInt(10 ** DIGITS)).padStart(DIGITS, '0')
}

/** The digits of a code as somebody typed it, with spaces or a dash; undefined when it is none. */
export function parseCode(text: string): string | undefined {
  const digits = text.replace(/[\s-]/g, '')
  return /^\d{6}$/.test(digits) ? digits : undefined
}

/**
 * The key of an invitation whose code has not been typed yet: token and code, neither enough alone. It
 * takes long: in turn with others, by a lane of `createCodeLanes`.
 */
export async function keyWithCode(token: Buffer, code: string): Promise<Buffer> {
  const salt = Buffer.from(hkdfSync('sha256', token, '', SALT_INFO, 16))
  const stretched = await new Promise<Buffer>((resolve, reject) => {
    scrypt(code, salt, 32, COST, (error, key) => {
      if (error === null) resolve(key)
      else reject(error)
    })
  })
  return Buffer.from(hkdfSync('sha256', token, stretched, KEY_INFO, 32))
}
