import { hash, pbkdf2, scrypt } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { promisify } from 'node:util'
import { derChildren, numberOf, octetsOf, oidOf, type DerElement } from '../encoding/read-der.js'
import { PassphraseError, type RoundsLeft } from './passphrase-error.js'

const derivePbkdf2 = promisify(pbkdf2)
const deriveScrypt = promisify<Buffer, Buffer, number, object, Buffer>(scrypt)

const PBKDF2 = '1.2.840.113549.1.5.12'
const SCRYPT = '1.3.6.1.4.1.11591.4.11'
// RFC 8018 appendix B.1.
const PRFS: ReadonlyMap<string, string> = new Map([
  ['1.2.840.113549.2.7', 'sha1'],
  ['1.2.840.113549.2.8', 'sha224'],
  ['1.2.840.113549.2.9', 'sha256'],
  ['1.2.840.113549.2.10', 'sha384'],
  ['1.2.840.113549.2.11', 'sha512'],
  ['1.2.840.113549.2.12', 'sha512-224'],
  ['1.2.840.113549.2.13', 'sha512-256'],
])
const SCRYPT_MEMORY = 256 * 1024 * 1024
/** Rounds of the derivation that is not native after which others have their turn: some milliseconds. */
const IN_A_TURN = 4096

/**
 * A key from a passphrase by PBKDF2 or scrypt, in libuv's pool.
 *
 * @param algorithm an AlgorithmIdentifier (RFC 8018 appendix A.2, RFC 7914 section 7.1)
 * @throws PassphraseError
 */
export async function deriveKey(
  algorithm: DerElement | undefined,
  passphrase: string,
  length: number,
  rounds: RoundsLeft,
): Promise<Buffer> {
  const [id, parameters] = derChildren(algorithm)
  const oid = oidOf(id)
  const [salt, ...rest] = derChildren(parameters)
  const password = Buffer.from(passphrase, 'utf8')
  if (oid === SCRYPT) {
    const [N, r, p] = [numberOf(rest[0]), numberOf(rest[1]), numberOf(rest[2])]
    // As much work as this many rounds of PBKDF2, roughly.
    rounds.take(N * r * p)
    if (128 * N * r * p > SCRYPT_MEMORY)
      throw new PassphraseError('unsupported', 'scrypt of this size')
    return deriveScrypt(password, octetsOf(salt), length, { N, r, p, maxmem: 2 * SCRYPT_MEMORY })
  }
  if (oid !== PBKDF2) throw new PassphraseError('unsupported', `key derivation ${oid}`)
  const count = numberOf(rest[0])
  rounds.take(count)
  const prf = rest.find(({ tag }) => tag === 0x30)
  const prfOid = prf === undefined ? '' : oidOf(derChildren(prf)[0])
  const digest = prf === undefined ? 'sha1' : PRFS.get(prfOid)
  if (digest === undefined) throw new PassphraseError('unsupported', `PBKDF2 with ${prfOid}`)
  return derivePbkdf2(password, octetsOf(salt), count, length, digest)
}

/** The hash of HMAC with an identifier of RFC 8018, if it is known. */
export function hmacDigest(oid: string): string | undefined {
  return PRFS.get(oid)
}

/** What a derived key is for (RFC 7292 appendix B.3). */
const PURPOSES = { key: 1, iv: 2, mac: 3 } as const

export interface Pkcs12Derivation {
  readonly digest: string
  readonly purpose: keyof typeof PURPOSES
  readonly salt: Buffer
  readonly count: number
  readonly length: number
}

/**
 * A key from a passphrase as RFC 7292 appendix B.2 has it. Node has no native one, so it gives way to
 * others between the rounds.
 *
 * @param password in the encoding of `pkcs12Passwords`
 * @throws PassphraseError
 */
export async function derivePkcs12Key(
  password: Buffer,
  { digest, purpose, salt, count, length }: Pkcs12Derivation,
  rounds: RoundsLeft,
): Promise<Buffer> {
  const block = digest === 'sha384' || digest === 'sha512' ? 128 : 64
  const diversifier = Buffer.alloc(block, PURPOSES[purpose])
  const input = Buffer.concat([repeated(salt, block), repeated(password, block)])
  const key: Buffer[] = []
  for (let made = 0; made < length;) {
    rounds.take(count)
    let part: Buffer = Buffer.concat([diversifier, input])
    for (let round = 0; round < count; round++) {
      part = hash(digest, part, 'buffer')
      if (round % IN_A_TURN === IN_A_TURN - 1) await setImmediate()
    }
    key.push(part)
    made += part.length
    addToBlocks(input, repeated(part, block), block)
  }
  return Buffer.concat(key).subarray(0, length)
}

/**
 * A passphrase as RFC 7292 appendix B.1 encodes it, UTF-16 with a zero at the end. An empty one is
 * written in two ways.
 */
export function pkcs12Passwords(passphrase: string): Buffer[] {
  const encoded = Buffer.from(`${passphrase}\0`, 'utf16le').swap16()
  return passphrase === '' ? [encoded, Buffer.alloc(0)] : [encoded]
}

// As often as whole blocks need it.
function repeated(bytes: Buffer, block: number): Buffer {
  if (bytes.length === 0) return bytes
  return Buffer.alloc(Math.ceil(bytes.length / block) * block, bytes)
}

// Each block is a number to which that of the addend and one are added.
function addToBlocks(blocks: Buffer, addend: Buffer, block: number): void {
  for (let start = 0; start < blocks.length; start += block) {
    let carry = 1
    for (let i = block - 1; i >= 0; i--) {
      carry += (blocks[start + i] ?? 0) + (addend[i] ?? 0)
      blocks[start + i] = carry & 0xff
      carry >>= 8
    }
  }
}
