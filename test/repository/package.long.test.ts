import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { cleanCopy, environmentForNpm } from '../support/clean-copy.js'

const NO_REGISTRY = /code (?:ENOTCACHED|ENOTFOUND|EAI_AGAIN|ECONN\w+|ETIMEDOUT|E(?:50\d|403))/

it('is installed without its development dependencies by npm ci, in a clean copy', ({ skip }) => {
  const { status, stdout, stderr } = spawnSync(
    'npm',
    ['ci', '--omit=dev', '--prefer-offline', '--no-audit', '--no-fund', '--foreground-scripts'],
    { cwd: cleanCopy(), env: environmentForNpm(), encoding: 'utf8' },
  )
  if (status !== 0 && NO_REGISTRY.test(stderr) && process.env['REQUIRE_ALL'] !== '1') {
    skip('The packages are not in the cache of npm, and the registry cannot be reached.')
  }
  expect([status, status === 0 ? '' : stderr]).toEqual([0, ''])
  expect(stdout + stderr).toContain('not built, because TypeScript is not installed')
})
