import { execFileSync, spawnSync } from 'node:child_process'
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { complaint } from '../../../src/batch/list/complaint.js'
import { OutputFolder } from '../../../src/batch/output/output-folder.js'
import { temporaryFolder } from '../../support/temporary-folder.js'

const ROW = '00000000000000aa'
const LINE = { line: '2', address: 'ann@example.com', name: 'Ann', row: ROW }
const REJECTED = { line: 3, complaint: complaint('It is no JSON.') }
const REFUSED = expect.objectContaining({ code: 'invalid_request', field: 'out' }) as Error

function open(path: string, { formats = ['apple-profile'], zip = false } = {}) {
  return new OutputFolder({ path, formats, zip, now: new Date(0) })
}

/** A number that no process has any more. */
function ended(): number {
  return spawnSync(process.execPath, ['--version']).pid
}

describe('a folder that somebody else can write, too', () => {
  it.each(['.mailprofile-lock', '.mailprofile-journal', 'results.csv'])(
    'leads nowhere by a link called %s',
    (name) => {
      const path = temporaryFolder()
      const victim = join(temporaryFolder(), 'victim')
      writeFileSync(victim, 'precious')
      symlinkSync(victim, join(path, name))
      expect(() => open(path)).toThrow(REFUSED)
      expect(readFileSync(victim, 'utf8')).toBe('precious')
      expect(readdirSync(path)).toEqual([name])
    },
  )

  it('is not waited for where a pipe lies there', () => {
    const path = temporaryFolder()
    execFileSync('mkfifo', [join(path, 'results.csv')])
    expect(() => open(path)).toThrow(REFUSED)
  })

  it.skipIf(process.getuid?.() !== 0)('believes no other user', () => {
    for (const name of ['.mailprofile-lock', '.mailprofile-journal', 'results.csv']) {
      const path = temporaryFolder()
      writeFileSync(join(path, name), '')
      chownSync(join(path, name), 12_345, 12_345)
      expect(() => open(path)).toThrow(REFUSED)
    }
  })

  it('believes no journal that names files elsewhere', () => {
    const path = temporaryFolder()
    writeFileSync(join(path, '.mailprofile-journal'), '{"file":"zip","name":"../evil.zip"}\n')
    const folder = open(path, { zip: true })
    folder.zip(folder.nameOf('apple-profile', undefined, 'ann'), new Uint8Array(3))
    folder.finish()
    expect(existsSync(join(path, '../evil.zip'))).toBe(false)
    expect(readdirSync(path)).toEqual(['files.zip', 'results.csv'])
  })
})

describe('the lock of a folder', () => {
  it('keeps others out until the run ends', () => {
    const path = temporaryFolder()
    writeFileSync(join(path, '.mailprofile-lock'), String(process.ppid))
    expect(() => open(path)).toThrow(REFUSED)
  })

  it('of a run that was killed keeps nobody out', () => {
    const path = temporaryFolder()
    writeFileSync(join(path, '.mailprofile-lock'), String(ended()))
    open(path).finish()
    expect(readdirSync(path)).toEqual(['results.csv'])
  })

  it('counts while it is being written, and not for ever', () => {
    const path = temporaryFolder()
    const lock = join(path, '.mailprofile-lock')
    writeFileSync(lock, '')
    expect(() => open(path)).toThrow(REFUSED)
    utimesSync(lock, 0, 0)
    open(path).finish()
    expect(readdirSync(path)).toEqual(['results.csv'])
  })
})

describe('the end of a run', () => {
  it('leaves no lock and nothing half where it fails', () => {
    const path = temporaryFolder()
    const folder = open(path, { zip: true })
    folder.zip(folder.nameOf('apple-profile', undefined, 'ann'), new Uint8Array(3))
    // Nothing can take the name of a folder.
    mkdirSync(join(path, 'results.csv'))
    expect(() => folder.finish()).toThrow(/EISDIR|ENOTEMPTY|EEXIST/)
    folder.interrupt()
    expect(readdirSync(path)).toEqual(['.mailprofile-journal', 'files.zip', 'results.csv'])
  })
})

describe('files of two formats that may have the same name', () => {
  it('have a folder each, where one was made before', () => {
    const path = temporaryFolder()
    const first = open(path, { formats: ['mozilla-autoconfig'] })
    expect(first.nameOf('mozilla-autoconfig', undefined, 'ann.xml')).toBe('ann.xml')
    first.finish()
    const next = open(path, { formats: ['outlook-autodiscover'] })
    expect(next.nameOf('outlook-autodiscover', undefined, 'ann.xml')).toBe(
      'outlook-autodiscover/ann.xml',
    )
    next.interrupt()
  })

  it('have a folder each, where a run that was killed made one', () => {
    const path = temporaryFolder()
    const first = open(path, { formats: ['mozilla-autoconfig'] })
    first.journal.write([[ROW, { files: { 'mozilla-autoconfig': 'ann.xml' } }]])
    first.interrupt()
    const next = open(path, { formats: ['outlook-autodiscover'] })
    expect(next.nameOf('outlook-autodiscover', 3, 'ann.xml')).toBe(
      'outlook-autodiscover/0003/ann.xml',
    )
    next.interrupt()
  })
})

describe('the folder of a run', () => {
  it('leaves what the next run needs where it cannot be finished, and no lock', () => {
    const path = temporaryFolder()
    mkdirSync(join(path, 'rejected.csv'))
    const output = open(path, { zip: true })
    output.journal.write([[ROW, { files: {} }]])
    output.zip('files.zip/ann.mobileconfig', Buffer.from('x'))
    output.write({ ...LINE, done: { files: {} } })
    output.reject(REJECTED)
    expect(() => output.finish()).toThrow(/EISDIR|ENOTEMPTY|EEXIST/)
    output.interrupt()
    expect(readdirSync(path).sort()).toEqual([
      '.mailprofile-journal',
      'files.zip',
      'rejected.csv',
      'results.csv',
    ])
  })

  it('leaves nothing of one that cannot begin', () => {
    const path = temporaryFolder()
    mkdirSync(join(path, '.mailprofile-journal'))
    expect(() => open(path)).toThrow(/EISDIR/)
    expect(readdirSync(path)).toEqual(['.mailprofile-journal'])
  })

  it('has the reasons of rejected lines', () => {
    const path = temporaryFolder()
    const output = open(path)
    output.reject(REJECTED)
    output.finish()
    expect(readFileSync(join(path, 'rejected.csv'), 'utf8')).toBe(
      'line,address,code,reason\r\n3,,invalid_request,It is no JSON.\r\n',
    )
  })
})
