import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import {
  createDeployment,
  pathOf,
  type Deployment,
  type MadeInvitation,
} from '../support/deployment.js'
import { isMissing } from '../support/programs.js'
import { startRedis } from '../support/redis.js'
import { suite } from '../support/suite.js'

const CALLERS = 64
const DOWNLOADS = 2

/** How many are being made when something dies, and how often it does, each time later among them. */
export interface Deaths {
  readonly creations: number
  readonly rounds: number
}

/**
 * Many callers make invitations until there are enough of them, or until one call fails.
 *
 * @param onAnswer told how many have been answered so far
 * @returns those that were answered
 */
async function makeMany(
  deployment: Deployment,
  serverUrl: string,
  creations: number,
  onAnswer: (answered: number) => void,
): Promise<MadeInvitation[]> {
  const made: MadeInvitation[] = []
  let begun = 0
  const caller = async () => {
    while (begun < creations) {
      const number = begun++
      try {
        made.push(
          await deployment.invite(serverUrl, {
            address: `person${number}@btinternet.com`,
            password: `secret ${number}`,
            downloads: DOWNLOADS,
          }),
        )
      } catch {
        return
      }
      onAnswer(made.length)
    }
  }
  await Promise.all(Array.from({ length: CALLERS }, caller))
  return made
}

/** Takes each invitation once more than it allows, and says how often which status came. */
async function takeAll(serverUrl: string, made: readonly MadeInvitation[]) {
  const counts = new Map<string, number>()
  const queue = [...made]
  const caller = async () => {
    for (let invitation = queue.pop(); invitation !== undefined; invitation = queue.pop()) {
      const statuses: number[] = []
      for (let take = 0; take <= DOWNLOADS; take++) {
        const url = `${serverUrl}${pathOf(invitation)}/formats/k9-settings`
        const response = await fetch(url)
        await response.arrayBuffer()
        statuses.push(response.status)
      }
      counts.set(statuses.join(' '), (counts.get(statuses.join(' ')) ?? 0) + 1)
    }
  }
  await Promise.all(Array.from({ length: CALLERS }, caller))
  return Object.fromEntries(counts)
}

const EACH = [...Array<number>(DOWNLOADS).fill(200), 410].join(' ')

/** After how many answers it dies in each round. */
function momentsOf({ creations, rounds }: Deaths): number[] {
  return Array.from({ length: rounds }, (_, round) =>
    Math.ceil((creations * (round + 1)) / (rounds + 1)),
  )
}

/** What is answered is kept when the server dies. */
export function testDeathOfServer(deaths: Deaths): void {
  describe.skipIf(isMissing('openssl'))('kill -9 of a server, while it makes invitations', () => {
    const folder = suite((path) => path)

    it('loses none that was answered', async () => {
      const deployment = createDeployment(folder(), 'sqlite:mailprofile.db')
      for (const moment of momentsOf(deaths)) {
        const first = await deployment.start()
        const died = once(first.process, 'exit')
        const made = await makeMany(deployment, first.url, deaths.creations, (answered) => {
          if (answered === moment) first.process.kill('SIGKILL')
        })
        await died
        expect(made.length).toBeGreaterThanOrEqual(moment)
        expect(made.length).toBeLessThan(deaths.creations)
        const second = await deployment.start()
        try {
          expect(await takeAll(second.url, made)).toEqual({ [EACH]: made.length })
        } finally {
          await second.stop()
        }
      }
    })
  })
}

/** And when Redis does. */
export function testDeathOfRedis(deaths: Deaths): void {
  describe.skipIf(isMissing('redis-server') || isMissing('openssl'))(
    'kill -9 of Redis, while a server makes invitations',
    () => {
      const folder = suite((path) => path)

      it('loses none that was answered, and the server heals', async () => {
        let redis = await startRedis({ folder: folder(), appendOnly: true })
        const deployment = createDeployment(folder(), redis.url)
        const server = await deployment.start()
        try {
          for (const moment of momentsOf(deaths)) {
            const made = await makeMany(deployment, server.url, deaths.creations, (answered) => {
              if (answered === moment) redis.kill()
            })
            expect(made.length).toBeGreaterThanOrEqual(moment)
            expect(made.length).toBeLessThan(deaths.creations)

            const [invitation] = made
            const url = `${server.url}${invitation === undefined ? '' : pathOf(invitation)}`
            const answer = await fetch(url)
            expect([answer.status, answer.headers.get('retry-after')]).toEqual([
              503,
              expect.stringMatching(/^\d+$/),
            ])
            expect(await answer.text()).toContain('store_unavailable')
            expect((await fetch(`${server.url}/setup?address=ann@btinternet.com`)).status).toBe(200)
            const ready = await fetch(`${server.url}/readyz`)
            expect([
              ready.status,
              ((await ready.json()) as { warnings: string[] }).warnings,
            ]).toEqual([200, expect.arrayContaining([expect.stringContaining('store')])])

            redis = await startRedis({ folder: folder(), appendOnly: true, port: redis.port })
            while ((await fetch(url)).status === 503) {
              await new Promise((resolve) => setTimeout(resolve, 50))
            }
            expect(await takeAll(server.url, made)).toEqual({ [EACH]: made.length })
          }
        } finally {
          await server.stop()
          await redis.stop()
        }
      })
    },
  )
}
