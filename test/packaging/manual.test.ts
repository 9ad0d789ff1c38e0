import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { configurationManual } from '../../packaging/command-line/configuration-manual.js'
import { allCommands, commandLine } from '../../packaging/command-line/definition.js'
import { manualPage } from '../../packaging/command-line/manual.js'
import { ALL_KEYS } from '../../src/config/keys.js'
import { isMissing, program } from '../support/programs.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const run = promisify(execFile)
const MADE = { version: '1.2.3', date: new Date('2026-07-01') }
const definition = await commandLine()
const PAGES: readonly (readonly [string, string])[] = [
  ['mailprofile.1', manualPage(definition, MADE)],
  ['mailprofile.yaml.5', configurationManual(MADE)],
]

function written(name: string, page: string): string {
  const file = join(temporaryFolder(), name)
  writeFileSync(file, page)
  return file
}

async function shown(name: string, page: string, width = 200): Promise<string> {
  const env = {
    ...process.env,
    MANWIDTH: String(width),
    LC_ALL: 'C.UTF-8',
    MAN_KEEP_FORMATTING: '',
  }
  const argv = ['--warnings=all', '--encoding=UTF-8', '--local-file', written(name, page)]
  const { stdout, stderr } = await run(program('man'), argv, { env })
  expect(stderr).toBe('')
  // Bold and underlined as typewriters did it.
  return stdout.replace(/.\x08/gu, '') // eslint-disable-line no-control-regex
}

describe.skipIf(isMissing('man'))('man', () => {
  it('shows every command with its options', async () => {
    const text = await shown('mailprofile.1', manualPage(definition, MADE))
    for (const { path, options } of allCommands(definition)) {
      expect(text).toContain(['mailprofile', ...path].join(' '))
      for (const { names } of options) expect(text).toContain(names.join(', '))
    }
    expect(text).toContain("mailprofile batch --directory '(departmentNumber=7)' --out profiles")
  })

  it('shows every key of the configuration', async () => {
    const text = await shown('mailprofile.yaml.5', configurationManual(MADE))
    // Each where keys hang out, with words further in.
    const heads = [...text.matchAll(/^ {7}([\w.]+)(?: {2}|$)/gm)].map(([, head]) => head)
    expect(heads).toEqual(expect.arrayContaining(ALL_KEYS.map(({ path }) => path.join('.'))))
    expect(text).not.toMatch(/\]\(|`|\*\*/)
  })
})

describe.skipIf(isMissing('man'))('on a terminal of 80 columns, man', () => {
  it.each(PAGES)('takes no word of %s apart', async (name, page) => {
    const text = await shown(name, page, 80)
    expect(text).toContain('mailprofile.yaml')
    expect(text).not.toContain('\u2010')
  })
})

describe.skipIf(isMissing('mandoc'))('mandoc', () => {
  it.each(PAGES)('finds nothing wrong with %s', async (name, page) => {
    const { stdout } = await run(program('mandoc'), ['-T', 'lint', written(name, page)])
    expect(stdout).toBe('')
  })
})
