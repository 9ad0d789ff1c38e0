import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { runCli } from '../support/cli.js'
import { bringDevelopmentCertificate } from '../support/development-certificate.js'
import { temporaryFolder } from '../support/temporary-folder.js'

// As conda sets it in every shell that it activates.
const CONDA = 'x86_64-conda-linux-gnu'
const OWN_NAME =
  'Where HOST is meant for other programs, as conda and csh set it, MAILPROFILE_LISTEN_HOST or --host wins over it.'
const PUBLIC = { MAILPROFILE_BASE_URL: 'https://setup.example.com', MAILPROFILE_STORE: 'memory:' }

async function serve(env: NodeJS.ProcessEnv, argv: readonly string[] = ['--port', '0']) {
  const home = temporaryFolder()
  await bringDevelopmentCertificate(home, { HOME: home })
  const { exitCode, stderr } = await runCli(['serve', ...argv], {
    cwd: home,
    env: { HOME: home, ...env },
  })
  expect(exitCode).toBe(1)
  return stderr
}

describe('where to listen, as the environment says', () => {
  it('is named as such where it asks for a base URL', async () => {
    const stderr = await serve({ HOST: CONDA })
    expect(stderr).toContain(
      `base_url_required: The server is to listen on ${CONDA}, which HOST in the environment says, so it has`,
    )
    expect(stderr).toContain(OWN_NAME)
  })

  it.each([
    [
      'the file that is not there',
      [],
      (cwd: string) => ` in ${cwd}/mailprofile.yaml, which is not there,`,
    ],
    ['the file', ['--config', 'own.yaml'], (cwd: string) => ` in ${cwd}/own.yaml`],
    ['no file where none was read', ['--config', '-'], () => ''],
  ])('asks for a base URL in %s', async (_name, argv, where) => {
    const cwd = temporaryFolder()
    const text = 'branding: {}\n'
    writeFileSync(join(cwd, 'own.yaml'), text)
    const options = { cwd, env: { MAILPROFILE_LISTEN_HOST: '0.0.0.0' }, stdin: text }
    const hint = `Set baseUrl${where(cwd)} or MAILPROFILE_BASE_URL`
    expect((await runCli(['serve', ...argv], options)).stderr).toContain(`\n${hint}; to try`)
    expect((await runCli(['config', 'check', ...argv], options)).stdout.toString()).toContain(hint)
    // Also where nothing is wrong with that.
    const named = /^ok +file +(.+)$/m.exec(
      (await runCli(['config', 'check', ...argv], { ...options, env: {} })).stdout.toString(),
    )
    expect(named?.[1]).toContain(argv[1] === '-' ? 'standard input' : cwd)
    const code = await runCli(['qr', 'ann@btinternet.com', ...argv], options)
    expect(code.stderr).toContain(`\n${hint}.\n`)
  })

  it.each([
    ['HOST', { HOST: CONDA }, OWN_NAME],
    ['MAILPROFILE_LISTEN_HOST', { HOST: '127.0.0.1', MAILPROFILE_LISTEN_HOST: CONDA }, ''],
  ])('is named as such where it cannot listen: %s', async (name, env, hint) => {
    const stderr = await serve({ ...PUBLIC, ...env })
    // In the words for a name that name servers do not know, or for want of one that answers.
    const [, why] =
      /environment says: (nobody knows an address of this name(?: now)?)\./.exec(stderr) ?? []
    expect(stderr).toBe(
      `invalid_configuration: The server cannot listen on ${CONDA}, which ${name} in the environment says: ${why}.\n` +
        `Give an address of this machine with --host.${hint === '' ? '' : ` ${hint}`}\n`,
    )
  })

  it.each(['PORT', 'MAILPROFILE_LISTEN_PORT'])(
    'is named as such where the port is in use: %s',
    async (name) => {
      const other = createServer()
      onTestFinished(() => void other.close())
      await once(other.listen(0, '127.0.0.1'), 'listening')
      const { port } = other.address() as AddressInfo
      const stderr = await serve({ MAILPROFILE_STORE: 'memory:', [name]: String(port) }, [])
      expect(stderr).toContain(
        `port_in_use: Port ${port}, which ${name} in the environment says, is in use by another program.`,
      )
      // In a checkout, where npm keeps what stands before the two dashes.
      expect(stderr).toContain('choose another port: npm start -- --port 8081.\n')
    },
  )

  it('is not found in an option that npm kept for itself, which says so', async () => {
    // What is left of `npm start --port 8081`.
    const { exitCode, stderr } = await runCli(['serve', '8081'])
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(/^usage_error: too many arguments for 'serve'/)
    expect(stderr).toContain('npm start -- --port 8081')
    const other = await runCli(['formats', '8081'])
    expect(other.stderr).not.toContain('npm')
  })

  it('is not blamed for what the command line says', async () => {
    const stderr = await serve({ ...PUBLIC, HOST: '127.0.0.1' }, ['--host', CONDA, '--port', '0'])
    expect(stderr).toContain(
      `The server cannot listen on ${CONDA}: nobody knows an address of this name`,
    )
  })
})
