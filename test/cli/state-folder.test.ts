import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { stateFolder } from '../../src/server/state-folder.js'
import { startBuilt, warningsOf } from '../support/built-server.js'
import { isMissing, program } from '../support/programs.js'
import { inLongSuite, some } from '../support/runs.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const OWN = join(userInfo().homedir, '.local/state/mailprofile')

describe('stateFolder', () => {
  // XDG Base Directory 0.8, and HOME as it is for a service.
  it.each<[string, NodeJS.ProcessEnv, string]>([
    ['XDG_STATE_HOME', { XDG_STATE_HOME: '/state', HOME: '/home/a' }, '/state/mailprofile'],
    [
      'a relative XDG_STATE_HOME',
      { XDG_STATE_HOME: 'state', HOME: '/a' },
      '/a/.local/state/mailprofile',
    ],
    ['a dot as XDG_STATE_HOME', { XDG_STATE_HOME: '.', HOME: '/a' }, '/a/.local/state/mailprofile'],
    [
      'a tilde that no shell saw',
      { XDG_STATE_HOME: '~/s', HOME: '/a' },
      '/a/.local/state/mailprofile',
    ],
    [
      'the folder of a service',
      { STATE_DIRECTORY: '/var/lib/mailprofile', XDG_STATE_HOME: '/state' },
      '/var/lib/mailprofile',
    ],
    ['two folders of a service', { STATE_DIRECTORY: '/a:/b' }, '/a'],
    [
      'an empty folder of a service',
      { STATE_DIRECTORY: '', HOME: '/a' },
      '/a/.local/state/mailprofile',
    ],
    ['an empty XDG_STATE_HOME', { XDG_STATE_HOME: '', HOME: '/a' }, '/a/.local/state/mailprofile'],
    ['an empty HOME', { HOME: '' }, OWN],
    ['a relative HOME', { HOME: 'home' }, OWN],
    ['nothing', {}, OWN],
    ['a relative one and an empty HOME', { XDG_STATE_HOME: 'state', HOME: '' }, OWN],
  ])('with %s', async (_name, env, expected) => {
    expect(await stateFolder('data', { file: undefined }, { cwd: temporaryFolder(), env })).toBe(
      expected,
    )
  })
})

it('is the folder of a service, also beside a configuration', async () => {
  const env = { STATE_DIRECTORY: '/var/lib/mailprofile' }
  const beside = { file: '/etc/mailprofile/mailprofile.yaml' }
  expect(await stateFolder('certs', beside, { cwd: '/', env })).toBe('/var/lib/mailprofile')
  expect(await stateFolder('certs', beside, { cwd: '/', env: {} })).toBe('/etc/mailprofile/certs')
})

const AS_NOBODY_KNOWN = ['--user', '--map-user=54321', '--map-group=54321'] as const

function noUserNamespace(): boolean {
  if (isMissing('unshare')) return true
  return spawnSync(program('unshare'), [...AS_NOBODY_KNOWN, 'true']).status !== 0
}

describe.skipIf(noUserNamespace())('a user without an entry in passwd', () => {
  const wrap = (command: readonly string[]) =>
    [program('unshare'), ...AS_NOBODY_KNOWN, ...command] as const

  const HOMES: readonly (readonly [string, string | undefined])[] = [
    ['without HOME', undefined],
    ['with an empty one', ''],
  ]
  it.each(some(HOMES, 1))(
    'can start a server %s, which keeps nothing and says so',
    async (_name, home) => {
      const cwd = temporaryFolder()
      let log = ''
      const server = await startBuilt({
        cwd,
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { HOME: home },
        wrap,
        onStart: ({ stdout }) => {
          stdout?.on('data', (chunk: Buffer) => (log += chunk.toString()))
        },
      })
      const page = await fetch(`${server.url}/formats/apple-profile?address=ann@btinternet.com`)
      expect(page.status).toBe(200)
      expect((await warningsOf(server)).join(' ')).toContain('Invitations are kept in memory')
      server.process.kill('SIGTERM')
      expect(await server.ended).toEqual([0, null])
      expect(log.match(/this user has no home/g)).toHaveLength(2)
      expect(readdirSync(cwd)).toEqual([])
    },
  )

  it('keeps everything below an absolute XDG_STATE_HOME', async () => {
    const cwd = temporaryFolder()
    const state = join(cwd, 'state')
    mkdirSync(state)
    const server = await startBuilt({
      cwd,
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { HOME: undefined, XDG_STATE_HOME: state },
      wrap,
    })
    server.process.kill('SIGTERM')
    expect(await server.ended).toEqual([0, null])
    expect(existsSync(join(state, 'mailprofile/mailprofile.db'))).toBe(true)
  })
})

const READ_ONLY = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"'

function noMounts(): boolean {
  if (isMissing('unshare')) return true
  return (
    spawnSync(program('unshare'), ['--user', '--map-root-user', '--mount', 'true']).status !== 0
  )
}

inLongSuite(
  'a file system that is read-only has the configuration, and the server keeps nothing beside it',
  async () => {
    const [cwd, folder] = [temporaryFolder(), temporaryFolder()]
    writeFileSync(join(folder, 'mailprofile.yaml'), 'branding: { name: Example Mail }\n')
    const server = await startBuilt({
      cwd,
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { MAILPROFILE_CONFIG: join(folder, 'mailprofile.yaml') },
      wrap: (command) => [
        program('unshare'),
        ...['--user', '--map-root-user', '--mount'],
        ...['sh', '-c', READ_ONLY, folder, ...command],
      ],
    })
    const page = await fetch(`${server.url}/formats/apple-profile?address=ann@btinternet.com`)
    expect(page.status).toBe(200)
    expect((await warningsOf(server)).join(' ')).toContain('Invitations are kept in memory')
    server.process.kill('SIGTERM')
    expect(await server.ended).toEqual([0, null])
    expect(readdirSync(folder)).toEqual(['mailprofile.yaml'])
  },
  { lacks: noMounts() },
)
