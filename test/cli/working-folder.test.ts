import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../support/temporary-folder.js'

const BIN = fileURLToPath(new URL('../../dist/bin/mailprofile.js', import.meta.url))

/** Runs the built program in a folder that has been removed meanwhile. */
function runInRemoved(...argv: readonly string[]) {
  const cwd = join(temporaryFolder(), 'removed')
  mkdirSync(cwd)
  const script = `rmdir ${cwd}; exec "$@"`
  const command = ['-c', script, 'sh', process.execPath, BIN, ...argv]
  return spawnSync('/bin/sh', command, { cwd, encoding: 'utf8' })
}

describe('a working folder that is not there any more', () => {
  it('is told', () => {
    const { status, stderr } = runInRemoved('lookup', 'ann@btinternet.com')
    expect([status, stderr]).toEqual([
      1,
      'invalid_request: The working folder is not there any more.\nChange to another one (cd).\n',
    ])
  })

  it('is no matter for a command that needs none', () => {
    expect(runInRemoved('formats')).toMatchObject({ status: 0, stderr: '' })
  })
})
