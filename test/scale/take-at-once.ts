import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDeployment, pathOf, type Deployment } from '../support/deployment.js'
import { getRequest, openHerd } from '../support/herd.js'
import { startNginx, type Nginx } from '../support/nginx.js'
import { isMissing } from '../support/programs.js'
import { startRedis, type RedisServer } from '../support/redis.js'
import type { RunningServer } from '../support/server.js'
import { suite } from '../support/suite.js'

const DOWNLOADS = 5
/** Rounds between which two command lines begin to write. */
const BETWEEN_WRITERS = 10

/** How many take how often. */
export interface Crowd {
  readonly clients: number
  readonly rounds: number
}

const BIN = fileURLToPath(new URL('../../dist/bin/mailprofile.js', import.meta.url))

/**
 * In every round all clients take one invitation at the same moment.
 *
 * @param beside called at the beginning of each round
 */
async function takeAtOnce(
  deployment: Deployment,
  apiUrl: string,
  port: number,
  { clients, rounds }: Crowd,
  beside: (round: number) => void = () => undefined,
): Promise<void> {
  const herd = await openHerd([port], clients)
  try {
    for (let round = 0; round < rounds; round++) {
      beside(round)
      const password = `secret of round ${round}`
      const invitation = await deployment.invite(apiUrl, {
        address: `ann${round}@btinternet.com`,
        password,
        downloads: DOWNLOADS,
      })
      const request = getRequest(`${pathOf(invitation)}/formats/k9-settings`)
      const answers = await herd.askAll(() => request)
      const secrets = answers.filter(({ body }) => body.includes(password))
      expect(secrets.map(({ status }) => status)).toEqual(Array(DOWNLOADS).fill(200))
      const others = answers.filter(({ body }) => !body.includes(password))
      expect(new Set(others.map(({ status }) => status))).toEqual(new Set([410]))
    }
  } finally {
    herd.close()
  }
}

/** Invitations that many open at the same moment, of several servers that share Redis. */
export function testDownloadsOfServers(crowd: Crowd): void {
  describe.skipIf(isMissing('redis-server') || isMissing('nginx') || isMissing('openssl'))(
    'two servers on one Redis, behind nginx',
    () => {
      const folder = suite((path) => path)
      let redis: RedisServer
      let servers: readonly RunningServer[]
      let nginx: Nginx
      let deployment: Deployment
      beforeAll(async () => {
        redis = await startRedis({ folder: folder() })
        deployment = createDeployment(folder(), redis.url)
        servers = await Promise.all([deployment.start(), deployment.start()])
        nginx = await startNginx(
          folder(),
          servers.map(({ url }) => Number(new URL(url).port)),
        )
      })
      afterAll(async () => {
        await nginx.stop()
        await Promise.all(servers.map((server) => server.stop()))
        await redis.stop()
      })

      it(`give an invitation to ${DOWNLOADS} of ${crowd.clients} clients, ${crowd.rounds} times`, async () => {
        await takeAtOnce(deployment, `http://127.0.0.1:${nginx.port}`, nginx.port, crowd)
      })
    },
  )
}

/** The same of one server that shares its SQLite file with the command line. */
export function testDownloadsOfServer(crowd: Crowd): void {
  describe.skipIf(isMissing('openssl'))('one server on SQLite', () => {
    const folder = suite((path) => path)

    it(`gives an invitation to ${DOWNLOADS} of ${crowd.clients} clients, ${crowd.rounds} times, while two command lines write`, async () => {
      const deployment = createDeployment(folder(), 'sqlite:mailprofile.db')
      const server = await deployment.start()
      const writers: Promise<unknown>[] = []
      const write = async () => {
        const child = spawn(process.execPath, [BIN, 'invite', 'bob@btinternet.com', '--json'], {
          cwd: folder(),
          env: { PATH: process.env['PATH'] },
          stdio: ['ignore', 'ignore', 'inherit'],
        })
        expect(await once(child, 'exit')).toEqual([0, null])
      }
      try {
        const { port } = new URL(server.url)
        await takeAtOnce(deployment, server.url, Number(port), crowd, (round) => {
          if (round % BETWEEN_WRITERS === 0) writers.push(write(), write())
        })
        await Promise.all(writers)
      } finally {
        await server.stop()
      }
      expect(writers).toHaveLength(2 * Math.ceil(crowd.rounds / BETWEEN_WRITERS))
    })
  })
}
