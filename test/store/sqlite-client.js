import { randomBytes } from 'node:crypto'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { openStore } from '../../dist/index.js'

// A process of its own on a store in a file.
//   create FILE          keeps one invitation after the other and prints each id once it is kept
//   claim FILE ID …      prints "ready"; after a line of input takes downloads, all at once, and prints
//                        how many of each invitation it got

const ATTEMPTS = 30
const [command, file, ...ids] = process.argv.slice(2)
const store = await openStore(`sqlite:${file}`)
const print = (text) => process.stdout.write(`${text}\n`)

async function createForEver() {
  for (;;) {
    const id = randomBytes(16).toString('base64url')
    const sealed = randomBytes(285)
    const terms = { maker: 'child', lifetime: 3_600_000, window: 60_000, downloads: 1, code: false }
    await store.create({ id, sealed, ...terms }, { id, digest: id, sealed })
    print(id)
  }
}

async function claimAll(id) {
  const claims = await Promise.all(Array.from({ length: ATTEMPTS }, () => store.claim(id)))
  return claims.filter((claim) => claim.changed).length
}

if (command === 'create') {
  await Promise.all(Array.from({ length: 16 }, createForEver))
} else {
  print('ready')
  for await (const line of createInterface(process.stdin)) {
    if (line === '') continue
    print(JSON.stringify(await Promise.all(ids.map(claimAll))))
    break
  }
  await store.close()
}
