import { appendFileSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Journal } from '../../../src/batch/output/journal.js'
import { temporaryFolder } from '../../support/temporary-folder.js'

const ROW = '00000000000000aa'
const OTHER = '00000000000000bb'

describe('a journal', () => {
  it('knows the last word about each row, in the next run too', () => {
    const path = join(temporaryFolder(), 'journal')
    const journal = new Journal(path)
    journal.write([
      [ROW, { files: {}, invitation: { token: 't' } }],
      [OTHER, { files: { a: 'ü' } }],
    ])
    journal.write([[ROW, { files: {}, mail: 'sent' }]])
    expect(journal.find(ROW)).toMatchObject({ mail: 'sent' })
    journal.close()
    expect(statSync(path).mode & 0o777).toBe(0o600)
    const next = new Journal(path)
    expect(next.find(ROW)).toMatchObject({ mail: 'sent' })
    expect(next.find(OTHER)).toMatchObject({ files: { a: 'ü' } })
    expect(next.find('00000000000000cc')).toBeUndefined()
    next.close()
  })

  it('forgets a line that was written in part', () => {
    const path = join(temporaryFolder(), 'journal')
    const journal = new Journal(path)
    journal.write([[ROW, { files: {}, mail: 'sent' }]])
    journal.close()
    const whole = readFileSync(path)
    const other = whole.toString('utf8').replace(ROW, OTHER)
    for (let length = 1; length < other.length; length++) {
      writeFileSync(path, whole)
      appendFileSync(path, other.slice(0, length))
      const next = new Journal(path)
      expect(next.find(OTHER)).toBeUndefined()
      next.write([[OTHER, { files: {} }]])
      expect(next.find(OTHER)).toEqual({ row: OTHER, files: {} })
      next.close()
      const again = new Journal(path)
      expect(again.find(ROW)).toMatchObject({ mail: 'sent' })
      expect(again.find(OTHER)).toEqual({ row: OTHER, files: {} })
      again.close()
    }
  })

  it('keeps the names that were chosen', () => {
    const path = join(temporaryFolder(), 'journal')
    const journal = new Journal(path)
    expect(journal.nameOf('zip', () => 'files.zip')).toBe('files.zip')
    journal.close()
    const next = new Journal(path)
    expect(next.nameOf('zip', () => 'files-2.zip')).toBe('files.zip')
    next.remove()
  })

  it('passes over what is no line of its own', () => {
    const path = join(temporaryFolder(), 'journal')
    const line = JSON.stringify({ row: ROW, files: {}, mail: 'sent' })
    const strange = ['null', '7', '{"row":"zz","files":{}}', `{"row":"${ROW}"}`, '\0\0\0', '[]']
    writeFileSync(path, `${[...strange, line].join('\n')}\n`)
    const journal = new Journal(path)
    expect(journal.find(ROW)).toMatchObject({ mail: 'sent' })
    journal.close()
  })
})
