import { randomBytes, randomInt } from 'node:crypto'
import { once } from 'node:events'
import { Agent, request, type IncomingMessage } from 'node:http'

const CONNECTIONS = 16

/** Asks a server for a page over and over, each time from another address, and says how many got it a second. */
export async function askFromEverywhere(
  port: number,
  path: string,
  milliseconds: number,
): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  const end = performance.now() + milliseconds
  let pages = 0
  const askOn = async () => {
    while (performance.now() < end) {
      const headers = { 'X-Forwarded-For': randomAddress() }
      const asked = request({ port, host: '127.0.0.1', path, agent, headers }).end()
      const [response] = (await once(asked, 'response')) as [IncomingMessage]
      await once(response.resume(), 'end')
      if (response.statusCode === 200) pages++
      else if (response.statusCode !== 503)
        throw new Error(`Not an answer: ${response.statusCode ?? ''}`)
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, askOn))
  agent.destroy()
  return pages / (milliseconds / 1000)
}

function randomAddress(): string {
  return randomInt(2) === 0
    ? [...randomBytes(4)].join('.')
    : `2001:db8:${(randomBytes(12).toString('hex').match(/.{4}/g) ?? []).join(':')}`
}
