import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, it } from 'vitest'
import { withFreePorts } from '../support/free-ports.js'
import { promise } from '../support/promise.js'
import { startServer } from '../support/server.js'
import { temporaryFolder } from '../support/temporary-folder.js'

/** Whether anybody listens on a port of loopback. */
async function isOpen(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

promise(
  'No signal opens a debugger in the server, where any user of the machine could take it over.',
  () => {
    // As in the program of this signal's own: it comes before the program's first line.
    const EARLY = `--import=data:text/javascript,process.kill(process.pid,'SIGUSR1')`

    it.each([
      ['while it runs', ''],
      ['before it has begun', EARLY],
    ])('%s', async (_when, option) => {
      await withFreePorts(['debugger'], async ({ debugger: port }) => {
        const cwd = temporaryFolder()
        const server = await startServer([], {
          cwd,
          env: {
            NODE_OPTIONS: `--inspect-port=${port} ${option}`,
            MAILPROFILE_STORE: 'memory:',
            MAILPROFILE_SERVE_CATALOGUE: 'false',
          },
        })
        try {
          for (let i = 0; i < 30; i++) {
            server.process.kill('SIGUSR1')
            expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
            expect(await isOpen(port)).toBe(false)
          }
        } finally {
          expect(await server.stop()).toBe(0)
        }
      })
    })
  },
)
