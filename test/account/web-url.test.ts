import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { parseDavServer } from '../../src/account/dav.js'

const SRC = fileURLToPath(new URL('../../src', import.meta.url))

it('takes an international name, however often it has been asked', () => {
  const urls = ['https://dav.example.com/', 'https://dav.m\u00fcller.example/']
  const hosts = Array.from(
    { length: 20_000 },
    (_, index) => parseDavServer({ url: urls[index % 2] }, 'calendar').host,
  )
  expect(new Set(hosts)).toEqual(new Set(['dav.example.com', 'dav.xn--mller-kva.example']))
})

it('asks nowhere in the way that Node 20 answers wrongly', () => {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .filter((name) => readFileSync(join(SRC, name), 'utf8').includes('URL.canParse('))
  expect(files).toEqual([])
})
