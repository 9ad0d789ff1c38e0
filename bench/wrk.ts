import { execFile, execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What wrk asks, over and over. */
export interface WrkLoad {
  readonly port: number
  /** The path of every request; `{n}` stands for a number that no other request has. */
  readonly path: string
  readonly connections: number
  /** Whole ones. */
  readonly seconds: number
}

// One request at a time on each connection. wrk has no other way to say what it counted than its report.
const SCRIPT = `
local before, after, number
function init(args)
  before, after, number = args[1], args[2], tonumber(args[3])
end
function request()
  number = number + 1
  return wrk.format("GET", before .. string.format("%d", number) .. after)
end
function done(summary)
  local errors = summary.errors
  io.write(string.format("counted %d %d %d\\n", summary.requests, summary.duration,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
`

/** Whether there is a program “wrk”. */
export function hasWrk(): boolean {
  try {
    execFileSync('sh', ['-c', 'command -v wrk'])
    return true
  } catch {
    return false
  }
}

/**
 * Makes what measures with wrk, whose numbers go on from one measurement to the next.
 *
 * @param folder where its script may lie
 * @returns what gives answers a second
 * @throws Error for an answer that is no success
 */
export function createWrk(folder: string): (load: WrkLoad) => Promise<number> {
  const script = join(folder, 'wrk.lua')
  writeFileSync(script, SCRIPT)
  let number = 1_000_000
  return async ({ port, path, connections, seconds }) => {
    const [before = '', after = ''] = path.split('{n}')
    const url = `http://127.0.0.1:${port}`
    const how = ['-t', '1', '-c', String(connections), '-d', `${seconds}s`, '-s', script]
    const report = await run('wrk', [...how, url, '--', before, after, String(number)])
    const counted = /^counted (\d+) (\d+) (\d+)$/m.exec(report)?.slice(1).map(Number) ?? []
    const [requests = NaN, microseconds = NaN, errors] = counted
    if (errors !== 0) throw new Error(`Not all were answered:\n${report}`)
    number += requests + connections
    return (requests / microseconds) * 1_000_000
  }
}

function run(command: string, argv: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(command, argv, (error, stdout) => {
      if (error) reject(new Error(`${command} failed.`, { cause: error }))
      else resolve(stdout)
    })
  })
}
