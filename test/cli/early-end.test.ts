import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { bringDevelopmentCertificate } from '../support/development-certificate.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const BIN = fileURLToPath(new URL('../../dist/bin/mailprofile.js', import.meta.url))

// As soon as the program takes its first signals, before it loads most of itself.
const preload = (signal: string) =>
  `process.on('newListener',(n)=>n==='SIGUSR1'&&process.kill(process.pid,'${signal}'))`

describe('a signal to end that comes while the program is loaded', () => {
  // The first process of a container has no default for it: a signal that nobody takes yet is lost, and the
  // container is killed after its grace.
  it.for(['SIGTERM', 'SIGINT'] as const)('ends a server in order: %s', async (signal) => {
    const cwd = temporaryFolder()
    const env = { PATH: process.env['PATH'], HOME: cwd, MAILPROFILE_STORE: 'memory:' }
    await bringDevelopmentCertificate(cwd, env)
    const child = spawn(
      process.execPath,
      [
        '--import',
        `data:text/javascript,${encodeURIComponent(preload(signal))}`,
        BIN,
        'serve',
        '--port',
        '0',
      ],
      { cwd, env, stdio: ['ignore', 'pipe', 'inherit'] },
    )
    onTestFinished(() => void child.kill('SIGKILL'))
    const said = text(child.stdout)
    expect(await once(child, 'exit')).toEqual([0, null])
    expect(await said).toContain('"stopping"')
  })
})
