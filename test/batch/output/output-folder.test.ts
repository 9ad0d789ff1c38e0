import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { complaint } from '../../../src/batch/list/complaint.js'
import { OutputFolder } from '../../../src/batch/output/output-folder.js'
import { temporaryFolder } from '../../support/temporary-folder.js'

const ROW = 'aaaaaaaaaaaaaaaa'
const LINE = { line: '2', address: 'ann@example.com', name: 'Ann', row: ROW }
const REJECTED = { line: 3, complaint: complaint('It is no JSON.') }

function open(path: string): OutputFolder {
  return new OutputFolder({ path, formats: ['apple-profile'], zip: true, now: new Date() })
}

describe('the folder of a run', () => {
  it('leaves what the next run needs where it cannot be finished, and no lock', () => {
    const path = temporaryFolder()
    mkdirSync(join(path, 'rejected.csv'))
    const output = open(path)
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
