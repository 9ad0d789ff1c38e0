import { setTimeout as sleep } from 'node:timers/promises'
import cannon from 'autocannon'
import type { LoadGenerator } from './wrk.js'

let number = 5_000_000

/** Measures with autocannon, in this process: another load generator than wrk, which has to see the same. */
export const autocannon: LoadGenerator = async ({
  port,
  method = 'GET',
  path,
  headers = {},
  body,
  connections,
  seconds,
}) => {
  const instance = cannon({
    url: `http://127.0.0.1:${port}`,
    connections,
    duration: seconds,
    // As often as it may look whether it is over.
    sampleInt: 100,
    requests: [
      {
        method: method as 'GET',
        headers: { ...headers },
        ...(body === undefined ? {} : { body }),
        path,
        ...(path.includes('{n}') && {
          setupRequest: (request) => ({
            ...request,
            path: path.replace('{n}', String(number++)),
          }),
        }),
      },
    ],
  })
  const { requests, errors, timeouts, duration, statusCodeStats } = await instance
  const statuses = Object.keys(statusCodeStats ?? {}).map(Number)
  if (errors + timeouts > 0 || statuses.some((status) => status >= 400)) {
    throw new Error(`Not all were answered: ${method} ${path}, ${statuses.join(', ')}`)
  }
  // Its connections are closed a moment later.
  await sleep(20)
  return requests.total / duration
}
