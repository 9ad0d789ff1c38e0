import { hkdfSync, randomInt, scrypt } from 'node:crypto'

const DIGITS = 6
// 32 MB and a tenth to a fifth of a second for each guess (RFC 7914). Who has the store's contents and the
// link, but not the passcode, needs a day or two of one processor core for all of them; who has not the
// link gets nowhere.
const COST = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 }
const SALT_INFO = 'mailprofile code salt 1'
const KEY_INFO = 'mailprofile code key 1'

/** Six decimal digits that travel another way than the link. To people and programs it is the code. */
export function createPasscode(): string {
  return String(randomInt(10 ** DIGITS)).padStart(DIGITS, '0')
}

/** The digits of a passcode as somebody typed it, with spaces or a dash; undefined when it is none. */
export function parsePasscode(text: string): string | undefined {
  const digits = text.replace(/[\s-]/g, '')
  return /^\d{6}$/.test(digits) ? digits : undefined
}

/**
 * The key of an invitation whose passcode has not been typed yet: token and passcode, neither enough
 * alone. It takes long: in turn with others, by a lane of `createPasscodeLanes`.
 */
export async function keyWithPasscode(token: Buffer, passcode: string): Promise<Buffer> {
  const salt = Buffer.from(hkdfSync('sha256', token, '', SALT_INFO, 16))
  const stretched = await new Promise<Buffer>((resolve, reject) => {
    scrypt(passcode, salt, 32, COST, (error, key) => {
      if (error === null) resolve(key)
      else reject(error)
    })
  })
  return Buffer.from(hkdfSync('sha256', token, stretched, KEY_INFO, 32))
}
