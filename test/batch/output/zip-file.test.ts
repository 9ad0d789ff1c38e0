import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ZipFile } from '../../../src/batch/output/zip-file.js'
import { program } from '../../support/programs.js'
import { inLongSuite } from '../../support/runs.js'
import { temporaryFolder } from '../../support/temporary-folder.js'

const NOW = new Date('2026-11-28T10:30:42Z')

// Another reader: it looks at every header, and at the digests.
const PYTHON = `
import json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive:
    bad = archive.testzip()
    one = archive.infolist()[0]
    print(json.dumps([bad, len(archive.namelist()), one.filename, one.date_time, oct(one.external_attr >> 16),
        archive.read(one).decode('latin1'), len(set(archive.namelist()))]))
`

function made(files: Iterable<readonly [string, Uint8Array]>) {
  const folder = temporaryFolder()
  const path = join(folder, 'files.zip')
  const zip = new ZipFile(path, join(folder, 'temporary'), NOW)
  for (const [name, body] of files) zip.add(name, body)
  zip.finish()
  expect(readdirSync(folder)).toEqual(['files.zip'])
  const seen = execFileSync(program('python3'), ['-c', PYTHON, path])
  return { path, seen: JSON.parse(seen.toString('utf8')) as unknown[] }
}

describe('an archive', () => {
  it('is read by others', () => {
    const large = Buffer.alloc(3 * 2 ** 20, 'x')
    const { seen, path } = made([
      ['0001/ann@example.com.mobileconfig', Buffer.from('é')],
      ['0001/große Datei', large],
    ])
    const text = Buffer.from('é').toString('latin1')
    const name = '0001/ann@example.com.mobileconfig'
    expect(seen).toEqual([null, 2, name, [2026, 11, 28, 10, 30, 42], '0o100600', text, 2])
    expect(execFileSync(program('unzip'), ['-tq', path]).toString()).toMatch(/^No errors detected/)
  })

  inLongSuite('may have more files than 16 bits count', () => {
    const body = Buffer.from('x')
    const { seen, path } = made(
      Array.from({ length: 70_000 }, (_, i) => [`${i % 70}/${i}`, body] as const),
    )
    expect(seen.slice(0, 2)).toEqual([null, 70_000])
    expect(seen[6]).toBe(70_000)
    expect(execFileSync(program('unzip'), ['-tq', path]).toString()).toMatch(/^No errors detected/)
  })

  it('is the same whenever it is made at the same time', () => {
    const files = [['a', Buffer.from('a')]] as const
    expect(readFileSync(made(files).path)).toEqual(readFileSync(made(files).path))
  })

  it('leaves nothing when it is given up', () => {
    const folder = temporaryFolder()
    const zip = new ZipFile(join(folder, 'files.zip'), join(folder, 'temporary'), NOW)
    zip.add('a', Buffer.from('a'))
    zip.discard()
    expect(readdirSync(folder)).toEqual([])
  })
})
