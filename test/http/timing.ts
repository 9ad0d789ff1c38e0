import { randomBytes, randomInt } from 'node:crypto'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { createLimits } from '../../src/server/rate-limits.js'
import { invitedApp } from '../support/invited-app.js'
import { listeningPort } from '../support/listening-port.js'

const WARM_UP = 150
// What wrong links look like, each as often as the others.
const MALFORMED = [
  (token: string) => token.slice(0, -1),
  (token: string) => `${token}A`,
  (token: string) => `${token.slice(0, -1)}B`,
  (token: string) => token.replace(/.$/, '.'),
  () => 'a',
]

const MANY = 1_000_000

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

/** Links that nobody made and what is no link, in pairs, of which either may be the first. */
async function measure(
  port: number,
  pairs: number,
): Promise<[unknown: number, malformed: number][]> {
  const socket = connect(port, '127.0.0.1').setNoDelay(true)
  await once(socket, 'connect')
  const times: [number, number][] = []
  for (let i = 0; i < WARM_UP + pairs; i++) {
    const token = randomBytes(16).toString('base64url')
    const noLink = MALFORMED[i % MALFORMED.length]?.(token) ?? ''
    const unknownFirst = randomInt(2) === 0
    const first = await timeOf(socket, unknownFirst ? token : noLink)
    const second = await timeOf(socket, unknownFirst ? noLink : token)
    if (i >= WARM_UP) times.push(unknownFirst ? [first, second] : [second, first])
  }
  socket.destroy()
  return times
}

/** Compares the answers to as many pairs of links. */
export async function testTiming(pairs: number): Promise<void> {
  const limits = await createLimits({
    limits: { client: MANY, domain: MANY, key: MANY, wrong: MANY },
  })
  const { app, invite } = invitedApp({ limits })
  describe('the time of an answer', () => {
    const port = listeningPort(app)
    it('tells a link that nobody made from no link less than chance does', async () => {
      // Some that are true are there to be looked for.
      for (let i = 0; i < 50; i++) await invite()
      const times = await measure(port(), pairs)
      const slower = times.filter(([unknown, malformed]) => unknown > malformed).length
      // Whatever else the machine does falls on both of a pair, or on either alike. By chance half of
      // them are slower; five of six would be as far apart as the times of one kind spread.
      expect(Math.abs(slower / pairs - 0.5)).toBeLessThan(1 / 3)
    })
  })
}
