import { execFileSync } from 'node:child_process'
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Letter } from '../../src/batch/letters/letter.js'
import { openLetters } from '../../src/batch/letters/open-letters.js'
import { LETTER, OPTIONS } from './printed-letters.js'
import { program } from './programs.js'

// `npm run letters-example`: the example of docs/letters.md, and the pictures of it. Convert is ImageMagick's.

const DOCS = fileURLToPath(new URL('../../docs', import.meta.url))
const LOGO = { body: readFileSync(new URL('../../templates/public/icon.svg', import.meta.url)) }
const DPI = 62

const PEOPLE: readonly Partial<Letter>[] = [
  {},
  {
    address: 'mohammed@example.com',
    name: 'محمد عبد الله',
    language: 'ar',
    postal: ['محمد عبد الله', '12 Example Street', 'London', 'EC1A 1BB'],
  },
  { address: 'olena@example.com', name: 'Олена Ґудзь', language: 'uk' },
  { address: 'joerg@example.com', name: 'Jörg Müller', language: 'de', passcode: '204816' },
  { address: 'priya@example.com', name: 'प्रिया शर्मा', language: 'hi' },
  { address: 'taro@example.com', name: '山田 太郎', language: 'ja', passcode: '779135' },
]

async function write(path: string, layout: 'letter' | 'cards'): Promise<void> {
  const branding = { ...OPTIONS.branding, color: '#0f6b5c', logo: LOGO }
  const letters = await openLetters(createWriteStream(path), { ...OPTIONS, layout, branding })
  for (const person of layout === 'letter' ? PEOPLE.slice(0, 2) : PEOPLE) {
    await letters.add({ ...LETTER, ...person })
  }
  await letters.end()
}

function picture(pdf: string, page: number, name: string): void {
  const base = join(folder, name)
  const argv = ['-r', String(DPI), '-png', '-f', String(page), '-singlefile', pdf, base]
  execFileSync(program('pdftoppm'), argv)
  const border = ['-bordercolor', '#999', '-border', '1', '-colors', '48', '-strip']
  execFileSync('convert', [`${base}.png`, ...border, join(DOCS, 'images', `${name}.png`)])
}

const folder = mkdtempSync(join(tmpdir(), 'mailprofile-example-'))
try {
  const example = join(DOCS, 'letters.pdf')
  await write(example, 'letter')
  picture(example, 1, 'letter')
  picture(example, 2, 'letter-arabic')
  const cards = join(folder, 'cards.pdf')
  await write(cards, 'cards')
  picture(cards, 1, 'cards')
} finally {
  rmSync(folder, { recursive: true })
}
