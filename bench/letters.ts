import { execFileSync } from 'node:child_process'
import { createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Letter } from '../src/batch/letters/letter.js'
import { openLetters } from '../src/batch/letters/open-letters.js'
import { createTexts } from '../src/texts/texts.js'
import { median } from './median.js'

// Printed letters, each layout in a process of its own: how long they take, and how much memory, for ten times
// as many as well.

const ROUNDS = 3

/** What was measured. */
export interface LettersRow {
  readonly layout: 'letter' | 'cards'
  readonly letters: number
  readonly seconds: number
  /** At most, in megabytes more than before the first letter. */
  readonly memory: number
  /** Of all cores. */
  readonly processorSeconds: number
  /** Of the file, for each letter. */
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

async function measure(layout: LettersRow['layout'], letters: number): Promise<LettersRow> {
  const folder = mkdtempSync(join(tmpdir(), 'mailprofile-bench-'))
  try {
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
      layout,
      letters,
      seconds: (performance.now() - begin) / 1000,
      processorSeconds: (user + system) / 1e6,
      memory: process.resourceUsage().maxRSS / 1024 - resident,
      bytes: statSync(path).size / letters,
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Each row is measured in processes of its own, one after the other: memory is that of the row alone. */
export function benchLetters(): LettersRow[] {
  const cases = [
    ['letter', 2_000],
    ['letter', 20_000],
    ['cards', 2_000],
  ] as const
  return cases.map(([layout, letters]) => {
    const rounds = Array.from({ length: letters > 2_000 ? 1 : ROUNDS }, () => {
      const argv = ['--import', 'tsx', fileURLToPath(import.meta.url), layout, String(letters)]
      return JSON.parse(execFileSync(process.execPath, argv, { encoding: 'utf8' })) as LettersRow
    })
    const of = (name: 'seconds' | 'processorSeconds' | 'memory' | 'bytes') =>
      median(rounds.map((row) => row[name]))
    return {
      layout,
      letters,
      seconds: of('seconds'),
      processorSeconds: of('processorSeconds'),
      memory: of('memory'),
      bytes: of('bytes'),
    }
  })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , layout, letters] = process.argv
  if (layout === 'letter' || layout === 'cards') {
    console.log(JSON.stringify(await measure(layout, Number(letters))))
  } else {
    console.log('layout   letters        s   CPU s   letters/s   MB more   bytes/letter')
    for (const row of benchLetters()) {
      const rate = row.letters / row.seconds
      const cells = [
        row.layout.padEnd(8),
        String(row.letters).padStart(7),
        row.seconds.toFixed(1).padStart(9),
        row.processorSeconds.toFixed(1).padStart(8),
        rate.toFixed(0).padStart(12),
        row.memory.toFixed(0).padStart(10),
        row.bytes.toFixed(0).padStart(15),
      ]
      console.log(cells.join(''))
    }
  }
}
