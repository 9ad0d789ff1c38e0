import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const read = (path: string) => readFileSync(`${ROOT}/${path}`, 'utf8')

interface Instruction {
  readonly name: string
  readonly rest: string
}

/** The instructions of a Dockerfile, each on one line. */
const instructions: readonly Instruction[] = read('packaging/container/Dockerfile')
  .split('\n')
  .filter((line) => !line.startsWith('#'))
  .join('\n')
  .replace(/\\\n\s*/g, '')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => {
    const [, name = '', rest = ''] = /^([A-Z]+) (.*)$/.exec(line) ?? []
    return { name, rest }
  })
const all = (name: string) =>
  instructions.filter((one) => one.name === name).map(({ rest }) => rest)
const last = instructions.slice(instructions.findLastIndex(({ name }) => name === 'FROM'))
const inLast = (name: string) => last.filter((one) => one.name === name).map(({ rest }) => rest)
const { version } = JSON.parse(read('package.json')) as { readonly version: string }

describe('the Dockerfile', () => {
  it('begins each stage with an image of a named version, of Debian without more', () => {
    const images = all('FROM').map((rest) => rest.replace(/^--platform=\S+ /, '').split(' ')[0])
    expect(images).toEqual(['node:24-trixie-slim', 'node:24-trixie-slim', 'debian:trixie-slim'])
  })

  it('runs nothing in what is left, so that another processor needs no emulation', () => {
    expect(inLast('RUN')).toEqual([])
    expect(last.map(({ name }) => name)).not.toContain('ADD')
    for (const from of inLast('COPY')) expect(from).toMatch(/^--from=(?:node|build) /)
  })

  it('starts all that it starts without a shell', () => {
    for (const name of ['RUN', 'ENTRYPOINT', 'CMD']) {
      for (const rest of all(name)) expect(JSON.parse(rest)).toBeInstanceOf(Array)
    }
    const [health = ''] = inLast('HEALTHCHECK')
    expect(JSON.parse(health.replace(/^.* CMD /, ''))).toEqual([
      'node',
      '/usr/lib/mailprofile/healthcheck.mjs',
    ])
    expect(inLast('STOPSIGNAL')).toEqual(['SIGTERM'])
  })

  it('is nobody that has a name, and writes in one folder', () => {
    expect(inLast('USER')).toEqual(['10001:10001'])
    const [folder = ''] = JSON.parse(inLast('VOLUME')[0] ?? '[]') as string[]
    expect(inLast('COPY').at(-1)).toBe(`--from=build --chown=10001:10001 /image/state/ ${folder}/`)
    expect(inLast('ENV')[0]).toContain(`STATE_DIRECTORY=${folder}`)
    // Nothing is made the user's own but that.
    expect(inLast('COPY').filter((rest) => rest.includes('--chown'))).toHaveLength(1)
  })

  it('is labelled with the version that it holds', () => {
    expect(inLast('ARG')).toContain(`VERSION=${version}`)
    expect(inLast('LABEL')[0]).toContain('org.opencontainers.image.version="$VERSION"')
  })

  it('takes no secret from whoever builds it', () => {
    for (const rest of [...all('ARG'), ...all('ENV')]) {
      expect(rest).not.toMatch(/password|secret|token|key|pass/i)
    }
  })

  it('downloads by the lock file alone', () => {
    const run = all('RUN').map((rest) => (JSON.parse(rest) as string[]).join(' '))
    expect(run[0]).toMatch(/^npm ci /)
    expect(run.join()).not.toMatch(/curl|wget|apt|npm (?:i|install) /)
  })
})

describe('.dockerignore', () => {
  const lines = read('.dockerignore')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))

  it('lets in what is named and nothing else', () => {
    expect(lines[0]).toBe('*')
    const named = lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1))
    const tracked = execFileSync('git', ['ls-files', ...named], { cwd: ROOT, encoding: 'utf8' })
    for (const name of named) expect(`\n${tracked}`).toContain(`\n${name}`)
    for (const name of ['.git', 'node_modules', 'data', 'dist', 'test', 'docs', 'certs']) {
      expect(named).not.toContain(name)
    }
  })

  it('keeps keys out of what it lets in', () => {
    const after = lines.slice(lines.findLastIndex((line) => line.startsWith('!')) + 1)
    for (const name of ['**/node_modules', '**/*.pem', '**/*.key', '**/*.p12', '**/.env']) {
      expect(after).toContain(name)
    }
  })
})
