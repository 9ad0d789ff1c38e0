import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { createLimits } from '../../src/http/rate-limits.js'
import { invitedApp } from '../support/invited-app.js'
import { listeningPort } from '../support/listening-port.js'

const REQUESTS = 2000
const WARM_UP = 300
const ATTEMPTS = 3
// What wrong links look like, each as often as the others.
const MALFORMED = [
  (token: string) => token.slice(0, -1),
  (token: string) => `${token}A`,
  (token: string) => `${token.slice(0, -1)}B`,
  (token: string) => token.replace(/.$/, '.'),
  () => 'a',
]

const MANY = 1_000_000
const limits = await createLimits({
  limits: { client: MANY, domain: MANY, key: MANY, wrong: MANY },
})
const { app, invite } = invitedApp({ limits })
const port = listeningPort(app)

/** Milliseconds from a request to the last byte of its answer, on a connection that stays open. */
async function timeOf(socket: Socket, token: string): Promise<number> {
  const request = `GET /i/${token} HTTP/1.1\r\nHost: setup.example.com\r\n\r\n`
  const begin = performance.now()
  socket.write(request)
  let answer = ''
  for (;;) {
    const [chunk] = (await once(socket, 'data')) as [Buffer]
    answer += chunk.toString('latin1')
    const end = answer.indexOf('\r\n\r\n')
    const length = Number(/^Content-Length: (\d+)/im.exec(answer)?.[1])
    if (end >= 0 && answer.length >= end + 4 + length) break
  }
  const taken = performance.now() - begin
  if (!answer.startsWith('HTTP/1.1 404 ')) throw new Error(answer)
  return taken
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length * share)] ?? NaN
}

/** The times of links that nobody made and of what is no link, in turn. */
async function measure(): Promise<{ difference: number; spread: number }> {
  const socket = connect(port(), '127.0.0.1').setNoDelay(true)
  await once(socket, 'connect')
  const times: Record<'unknown' | 'malformed', number[]> = { unknown: [], malformed: [] }
  for (let i = 0; i < WARM_UP + REQUESTS; i++) {
    const kind = i % 2 === 0 ? 'unknown' : 'malformed'
    const token = randomBytes(16).toString('base64url')
    const malform = MALFORMED[(i >> 1) % MALFORMED.length]
    const sent = kind === 'unknown' ? token : (malform?.(token) ?? token)
    const taken = await timeOf(socket, sent)
    if (i >= WARM_UP) times[kind].push(taken)
  }
  socket.destroy()
  const spread = Math.min(
    ...Object.values(times).map((one) => quantile(one, 0.75) - quantile(one, 0.25)),
  )
  return {
    difference: Math.abs(quantile(times.unknown, 0.5) - quantile(times.malformed, 0.5)),
    spread,
  }
}

describe('the time of an answer', () => {
  it('tells a link that nobody made from no link less than chance does', async () => {
    // Some that are true are there to be looked for.
    for (let i = 0; i < 50; i++) await invite()
    const measured: { difference: number; spread: number }[] = []
    // Other work on the same machine may fall on one kind more than on the other.
    do measured.push(await measure())
    while (
      measured.every(({ difference, spread }) => difference >= spread) &&
      measured.length < ATTEMPTS
    )
    const last = measured.at(-1)
    expect(last?.difference).toBeLessThan(last?.spread ?? 0)
  }, 60_000)
})
