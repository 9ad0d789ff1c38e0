import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { program } from '../../test/support/programs.js'

/** What is asked, over and over. */
export interface HttpRequest {
  /** GET by default. */
  readonly method?: string
  /** `{n}` stands for a number that no other request has. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export interface Load extends HttpRequest {
  readonly port: number
  /** One by default, for all requests of a round. */
  readonly connections: number
  /** Whole ones. */
  readonly seconds: number
}

/** Gives answers a second. */
export type LoadGenerator = (load: Load) => Promise<number>

// One request at a time on each connection. wrk has no other way to say what it counted than its report.
const SCRIPT = `
local before, after, number
function init(args)
  before, after, number, wrk.method, wrk.body = args[1], args[2], tonumber(args[3]), args[4], args[5]
end
function request()
  number = number + 1
  return wrk.format(nil, after == "{}" and before or before .. string.format("%d", number) .. after)
end
function done(summary)
  local errors = summary.errors
  io.write(string.format("counted %d %d %d\\n", summary.requests, summary.duration,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
`
// No path has it, so it is none that a number comes into.
const NO_NUMBER = '{}'

/**
 * Makes what measures with wrk, whose numbers go on from one measurement to the next.
 *
 * @param folder where its script may lie
 * @returns what throws for an answer that is no success
 */
export function createWrk(folder: string): LoadGenerator {
  const file = join(folder, 'wrk.lua')
  writeFileSync(file, SCRIPT)
  let number = 1_000_000
  return async ({ port, method = 'GET', path, headers = {}, body = '', connections, seconds }) => {
    const [before = '', after = NO_NUMBER] = path.split('{n}')
    const how = ['-t', '1', '-c', String(connections), '-d', `${seconds}s`, '-s', file]
    const heads = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`])
    const args = [before, after, String(number), method, body]
    const report = await run([...how, ...heads, `http://127.0.0.1:${port}`, '--', ...args])
    const counted = /^counted (\d+) (\d+) (\d+)$/m.exec(report)?.slice(1).map(Number) ?? []
    const [requests = NaN, microseconds = NaN, errors] = counted
    if (errors !== 0) throw new Error(`Not all were answered: ${method} ${path}\n${report}`)
    number += requests + connections
    return (requests / microseconds) * 1_000_000
  }
}

/** Answers that are a success, and others, a second; of a server that may have too much to do. */
export async function overload(
  port: number,
  { path, connections, seconds }: Pick<Load, 'path' | 'connections' | 'seconds'>,
): Promise<{ readonly good: number; readonly others: number }> {
  const how = ['-t', '1', '-c', String(connections), '-d', `${seconds}s`, '--timeout', '30s']
  const report = await run([...how, `http://127.0.0.1:${port}${path}`])
  const of = (pattern: RegExp) => Number(pattern.exec(report)?.[1] ?? 0)
  const others = of(/Non-2xx or 3xx responses: (\d+)/)
  return { good: (of(/(\d+) requests in/) - others) / seconds, others: others / seconds }
}

function run(argv: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program('wrk'), argv, (error, stdout) => {
      if (error) reject(new Error('wrk failed.', { cause: error }))
      else resolve(stdout)
    })
  })
}
