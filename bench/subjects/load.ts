import { fork, type ChildProcess } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { benchKey, invite } from '../support/api-server.js'
import { ChildServers } from '../support/child-servers.js'
import { inFolder } from '../support/in-folder.js'
import { script, TSX } from '../support/places.js'
import { probe, type Probe } from '../support/probe.js'
import { residentOf } from '../support/resident.js'
import { row, type Row, type Subject } from '../support/subject.js'
import { overload } from '../support/wrk.js'

const CONNECTIONS = 1000
const PROBE_MILLISECONDS = 200
// The page of one is shown 120 times a minute.
const INVITATIONS = 5
const SETTLE_MILLISECONDS = 2000
// Fewer than the attackers have connections.
const OPEN_FILES = 4096
const SETUP = '/setup?address=ann@btinternet.com'

interface Situation {
  readonly name: string
  readonly title: string
  readonly isLoaded: boolean
  readonly attack?: 'slow' | 'pipelining'
}

const SITUATIONS: readonly Situation[] = [
  { name: 'quiet', title: 'nothing else', isLoaded: false },
  { name: 'slow', title: 'slow clients', isLoaded: false, attack: 'slow' },
  { name: 'pipelining', title: 'pipelining', isLoaded: false, attack: 'pipelining' },
  { name: 'load', title: 'load', isLoaded: true },
  { name: 'load-slow', title: 'load, slow clients', isLoaded: true, attack: 'slow' },
  { name: 'load-pipelining', title: 'load, pipelining', isLoaded: true, attack: 'pipelining' },
]

/**
 * What a person who comes by gets while a server has far too much to do: 1,000 connections that ask for the setup page
 * over and over (wrk), with and without clients that attack (`attackers.ts`).
 */
export const load: Subject = {
  name: 'load',
  about: `one request now and then, beside attacks and ${CONNECTIONS} connections that ask without end`,
  run: async ({ isQuick }) => {
    const rows: Row[] = []
    for (const situation of SITUATIONS) {
      rows.push(...(await situationRows(situation, isQuick ? 3 : 15)))
    }
    return rows
  },
}

function situationRows(
  { name, title, isLoaded, attack }: Situation,
  seconds: number,
): Promise<Row[]> {
  return inFolder(async (folder) => {
    const servers = new ChildServers(folder)
    let attackers: ChildProcess | undefined
    try {
      const { key, configuration } = benchKey()
      const server = await servers.serve(
        'ours',
        `baseUrl: https://setup.example.com
store: 'memory:'
trustProxy: [127.0.0.1]
limits: { client: 1000000 }
log: { level: error }
${configuration}`,
        { openFiles: OPEN_FILES },
      )
      const { port } = server
      const coded = await invite(port, key, { code: true })
      const links = await Promise.all(
        Array.from({ length: INVITATIONS }, async () => (await invite(port, key)).path),
      )
      if (attack !== undefined) {
        attackers = fork(script('attackers'), [attack, String(port), coded.path], {
          execArgv: ['--import', TSX],
        })
        await sleep(SETTLE_MILLISECONDS)
      }
      const asked = { path: SETUP, connections: CONNECTIONS, seconds }
      const loading = isLoaded ? overload(port, asked) : undefined
      const [health, invitation, setup] = await probeAll(
        port,
        [['/healthz'], links, [SETUP]],
        seconds,
      )
      const rates = await loading
      const probed = { health, invitation, setup }
      return [
        ...Object.entries(probed).flatMap(([what, result]) =>
          result === undefined ? [] : probeRows(`${name}-${what}`, `${title}: ${what}`, result),
        ),
        ...(rates === undefined
          ? []
          : [row([`${name}-rate`, `${title}: pages of the load`], 'answers/s', [rates.good])]),
        row([`${name}-memory`, `${title}: resident memory at most`], 'MB', [
          residentOf(server.pid)?.most ?? NaN,
        ]),
      ]
    } finally {
      attackers?.kill('SIGKILL')
      await servers.stop()
    }
  })
}

/** A row of the times, and one of what was not answered. */
function probeRows(name: string, title: string, { times, shed, refused }: Probe): Row[] {
  const all = times.length + shed + refused
  const sorted = [...times].sort((a, b) => a - b)
  const p99 = sorted[Math.floor(sorted.length * 0.99)] ?? NaN
  return [
    ...(times.length === 0 ? [] : [row([name, title], 'ms', times)]),
    ...(times.length === 0 ? [] : [row([`${name}-99`, '  99th percentile'], 'ms', [p99])]),
    ...(shed + refused === 0
      ? []
      : [row([`${name}-not`, '  not answered, or by 503'], '%', [((shed + refused) / all) * 100])]),
  ]
}

/** Asks in turn for one of the paths of each, on new connections, until the time is over. */
async function probeAll(
  port: number,
  targets: readonly (readonly string[])[],
  seconds: number,
): Promise<Probe[]> {
  const probes = targets.map((): Probe => ({ times: [], shed: 0, refused: 0 }))
  const running = new Set<Promise<void>>()
  const end = performance.now() + seconds * 1000
  for (let turn = 0; performance.now() < end; turn++) {
    for (const [i, paths] of targets.entries()) {
      const result = probes[i]
      if (result === undefined) continue
      const asked = probe(port, paths[turn % paths.length] ?? '', result)
      running.add(asked)
      void asked.then(() => running.delete(asked))
    }
    await sleep(PROBE_MILLISECONDS)
  }
  await Promise.all(running)
  return probes
}
