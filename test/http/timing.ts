import { randomBytes, randomInt } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createLimits } from '../../src/server/rate-limits.js'
import { getRequest } from '../support/herd.js'
import { invitedApp } from '../support/invited-app.js'
import { KeptConnection } from '../support/kept-connection.js'
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
async function timeOf(connection: KeptConnection, token: string): Promise<number> {
  const request = Buffer.from(getRequest(`/i/${token}`))
  const begin = performance.now()
  const answer = await connection.send(request)
  const taken = performance.now() - begin
  if (answer?.status !== 404) throw new Error(answer?.bytes.toString() ?? 'No answer.')
  return taken
}

/** Links that nobody made and what is no link, in pairs, of which either may be the first. */
async function measure(
  port: number,
  pairs: number,
): Promise<[unknown: number, malformed: number][]> {
  const connection = new KeptConnection(port, 60_000)
  const times: [number, number][] = []
  for (let i = 0; i < WARM_UP + pairs; i++) {
    const token = randomBytes(16).toString('base64url')
    const noLink = MALFORMED[i % MALFORMED.length]?.(token) ?? ''
    const unknownFirst = randomInt(2) === 0
    const first = await timeOf(connection, unknownFirst ? token : noLink)
    const second = await timeOf(connection, unknownFirst ? noLink : token)
    if (i >= WARM_UP) times.push(unknownFirst ? [first, second] : [second, first])
  }
  connection.close()
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
