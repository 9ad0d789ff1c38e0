import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const BIN = fileURLToPath(new URL('../../dist/bin/mailprofile.js', import.meta.url))

// What would ask the internet is only read: a configuration that is not there stops it after that.
const OUTSIDE = /^((?:npx )?mailprofile (?:check |probe |config dns |lookup .*--discover)[^#\n]*)/gm
const NOWHERE = 'there-is-no-such-file.yaml'

// Which are this server's.
const HOSTS = ['setup.example.com', 'autoconfig.example.com']

/** A shell in which examples run as they stand. */
export interface OperatorsShell {
  /**
   * Runs an example, every line of which has to work.
   *
   * @returns what it printed
   */
  run(text: string, variables?: Readonly<Record<string, string>>): Promise<string>
}

/**
 * @param folder with `mailprofile.yaml`, in which everything runs
 * @param options.port where `https://setup.example.com` and `https://autoconfig.example.com` are
 * @param options.ca whom curl trusts, a file
 */
export function operatorsShell(
  folder: string,
  { port, ca }: { readonly port: number; readonly ca: string },
): OperatorsShell {
  const programs = join(folder, 'bin')
  mkdirSync(programs)
  const add = (name: string, script: string) => {
    writeFileSync(join(programs, name), `#!/bin/sh\n${script}\n`)
    chmodSync(join(programs, name), 0o755)
  }
  add('mailprofile', `exec '${process.execPath}' '${BIN}' "$@"`)
  add('npx', 'exec "$@"')
  add(
    'understood',
    `output=$("$@" --config ${NOWHERE} 2>&1 </dev/null)
[ $? = 1 ] || { echo "$output"; exit 9; }
case $output in *${NOWHERE}*) ;; *) echo "$output"; exit 9 ;; esac`,
  )
  writeFileSync(
    join(folder, '.curlrc'),
    ['silent', 'show-error', 'fail-with-body', `cacert = "${ca}"`]
      .concat(
        HOSTS.map((host) => `connect-to = "${host}:443:127.0.0.1:${port}"`),
        '',
      )
      .join('\n'),
  )
  return {
    async run(text, variables = {}) {
      const script = text.replaceAll(OUTSIDE, 'understood $1')
      const child = spawn('bash', ['-eu', '-o', 'pipefail', '-c', script], {
        cwd: folder,
        env: {
          PATH: [programs, process.env['PATH'] ?? ''].join(delimiter),
          HOME: folder,
          ...variables,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      let [output, errors] = ['', '']
      child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
      child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
      const [code] = (await once(child, 'close')) as [number | null]
      if (code !== 0) throw new Error(`It ended with ${code}: ${output}${errors}\n${script}`)
      return output
    },
  }
}
