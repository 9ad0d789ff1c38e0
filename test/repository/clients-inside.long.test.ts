import { execFile } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'
import { DIRECTORY_SERVERS } from '../support/directory-servers.js'
import { example } from '../support/examples.js'
import { ANN, PEOPLE } from '../support/people.js'
import { startScriptedSmtp } from '../support/scripted-smtp.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const BIN = fileURLToPath(new URL('../../dist/bin/mailprofile.js', import.meta.url))

/** A folder with a configuration, and the program as it is built run in it. */
function place(settings: object) {
  const cwd = temporaryFolder()
  mkdirSync(join(cwd, 'providers'))
  writeFileSync(join(cwd, 'providers/example.yaml'), example('docs/get-started.md: id: example'))
  const baseUrl = 'https://setup.example.com'
  const file = join(cwd, 'mailprofile.yaml')
  writeFileSync(file, JSON.stringify({ baseUrl, providers: 'providers', ...settings }))
  chmodSync(file, 0o600)
  return async (...argv: readonly string[]) => {
    const env = { PATH: process.env['PATH'], HOME: cwd }
    return (await promisify(execFile)(process.execPath, [BIN, ...argv], { cwd, env })).stdout
  }
}

// Whatever else is said of them is tested where they are packages; Redis in test/security/examples.test.ts.
describe('clients that are inside of the build', () => {
  it.for(['slapd', 'mariadb', 'postgresql'] as const)(
    'ask %s for people',
    async (name, context) => {
      context.skip(DIRECTORY_SERVERS[name].isSkipped)
      const folder = temporaryFolder()
      // Some refuse to run as root.
      chmodSync(folder, 0o755)
      const own = join(folder, name)
      mkdirSync(own)
      const server = await DIRECTORY_SERVERS[name].start({ folder: own, people: PEOPLE })
      onTestFinished(() => server.stop())
      const run = place({ directory: server.settings({ host: '127.0.0.1', port: server.port }) })
      expect(await run('lookup', ANN.address)).toContain(`In the directory: ${ANN.name}`)
    },
  )

  it('send mail', async () => {
    const server = await startScriptedSmtp()
    onTestFinished(() => server.stop())
    const smtp = { host: '127.0.0.1', port: server.port }
    const run = place({ delivery: { smtp, from: 'setup@example.com' } })
    const to = ['--deliver-to', 'ann.private@example.org']
    expect(await run('invite', 'ann@example.com', '--send', ...to)).toMatch(/^Sent +yes/m)
    expect(server.arrived).toHaveLength(1)
  })
})
