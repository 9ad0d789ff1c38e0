import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

function bench(...argv: readonly string[]) {
  return spawnSync('npm', ['run', '--silent', 'bench', '--', ...argv], {
    cwd: ROOT,
    encoding: 'utf8',
  })
}

// How fast it is depends on what else the machine does: whether it measures does not.
describe('npm run bench', () => {
  it('prints what a subject measured, and tells by its exit status whether all that is wanted is met', () => {
    const { status, stdout, stderr } = bench('--quick', 'start')
    expect(stderr).toBe('')
    expect(stdout).toMatch(/median +from +to +unit +beside +ratio +wanted\n/)
    expect(stdout).toMatch(/\n {2}first answer(?: +[\d.,]+){3} ms +[\d.,]+ +[\d.]+\n/)
    expect(stdout).toMatch(/\n {2}first answer, beyond an empty Node .* ≤ 250 (?:met|MISSED)\n/)
    expect(stdout.includes('MISSED')).toBe(status === 1)
    expect(stdout).toContain(status === 1 ? '\nMissed:\n' : '\nAll that is wanted is met.\n')
  })

  it('names its subjects, and refuses others', () => {
    expect(bench('--help').stdout).toMatch(/\n {2}batch +mailprofile batch/)
    const { status, stderr } = bench('begin')
    expect(status).toBe(1)
    expect(stderr).toContain('No subject: begin')
  })
})
