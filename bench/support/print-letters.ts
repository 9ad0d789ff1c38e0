import { createWriteStream, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Letter } from '../../src/batch/letters/letter.js'
import { openLetters } from '../../src/batch/letters/open-letters.js'
import { createTexts } from '../../src/texts/texts.js'
import { inFolder } from './in-folder.js'

// Prints so many letters, in a process of its own, and says how that went: memory is that of them alone.

/** What is said, as JSON. */
export interface Printed {
  readonly seconds: number
  /** At most, in megabytes more than before the first letter. */
  readonly memory: number
  /** Of all cores. */
  readonly processorSeconds: number
  /** Of the file. */
  readonly bytes: number
}

const NAMES: readonly (readonly [name: string, language: string])[] = [
  ['Ann Example', 'en'],
  ['Jörg Müller', 'de'],
  ['Łukasz Żółć', 'pl'],
  ['Олена Ґудзь', 'uk'],
  ['محمد عبد الله', 'ar'],
  ['प्रिया शर्मा', 'hi'],
  ['山田 太郎', 'ja'],
  ['王小明', 'zh-Hans'],
]

function letter(i: number): Letter {
  const [name = '', language = 'en'] = NAMES[i % NAMES.length] ?? []
  const token = Buffer.from(`token of ${i}`.padEnd(16)).toString('base64url')
  return {
    address: `person${i}@example.com`,
    name: `${name} ${i}`,
    url: `https://setup.example.com/i/${token}`,
    isInvitation: true,
    expiresAt: new Date('2026-12-31T12:00:00Z'),
    passcode: String(100_000 + (i % 900_000)),
    language,
    postal: [`${name} ${i}`, `${i} Example Street`, 'London', 'EC1A 1BB'],
  }
}

function print(layout: 'letter' | 'cards', letters: number): Promise<Printed> {
  return inFolder(async (folder) => {
    const path = join(folder, 'letters.pdf')
    const begin = performance.now()
    const resident = process.memoryUsage().rss / 2 ** 20
    const before = process.cpuUsage()
    const opened = await openLetters(createWriteStream(path), {
      layout,
      paper: 'a4',
      envelope: 'din5008b',
      branding: { operator: 'Example Mail', color: '#0b57d0', contact: '+44 20 7946 0000' },
      texts: createTexts(),
      language: 'en',
      now: new Date('2026-11-28T12:00:00Z'),
    })
    for (let i = 0; i < letters; i++) await opened.add(letter(i))
    await opened.end()
    const { user, system } = process.cpuUsage(before)
    return {
      seconds: (performance.now() - begin) / 1000,
      processorSeconds: (user + system) / 1e6,
      memory: process.resourceUsage().maxRSS / 1024 - resident,
      bytes: statSync(path).size,
    }
  })
}

const [, , layout, letters] = process.argv
console.log(JSON.stringify(await print(layout === 'cards' ? 'cards' : 'letter', Number(letters))))
