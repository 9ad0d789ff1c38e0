import { createPrivateKey, sign } from 'node:crypto'
import { closeSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'

// As little as writing signed files takes: signs some bytes and writes a file of a length, over and over, with nothing
// else to do. Prints the seconds that it took.

const PART_SIZE = 1000

const [, , folder = '', key = '', files = '', length = ''] = process.argv
const signer = createPrivateKey(readFileSync(key))
const signed = Buffer.alloc(200)
const body = Buffer.alloc(Number(length), 'x')
const begin = performance.now()
for (let i = 0; i < Number(files); i++) {
  const part = join(folder, String(Math.floor(i / PART_SIZE)))
  if (i % PART_SIZE === 0) mkdirSync(part, { recursive: true })
  signed.writeUInt32BE(i)
  sign('sha256', signed, signer).copy(body)
  const file = openSync(join(part, `person${i}@example.com.mobileconfig`), 'wx')
  writeSync(file, body)
  closeSync(file)
}
console.log((performance.now() - begin) / 1000)
