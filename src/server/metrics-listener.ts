import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { bind, type BindPlace, type BindWords } from './bind.js'
import type { Listener } from './listen.js'
import type { Metrics } from './metrics.js'

const TIMEOUT = 5000
const OTHER_PORT = 'Set another one as metrics.port.'
const WORDS: BindWords = {
  listener: 'The listener for metrics',
  ofPort: ', which is for metrics,',
  section: 'metrics',
  hints: {
    inUse: OTHER_PORT,
    forbidden: OTHER_PORT,
    host: 'Set an address of this machine as metrics.host.',
  },
}

/**
 * A listener of its own for metrics, which are nothing for everybody: `GET /metrics` and nothing else.
 *
 * @throws MailProfileError `port_in_use`, or `invalid_configuration` for a port that may not be used and
 *   a host that is not here
 */
export async function listenForMetrics(
  metrics: Pick<Metrics, 'render' | 'contentType'>,
  place: BindPlace,
): Promise<Listener> {
  const server = createServer(
    { headersTimeout: TIMEOUT, requestTimeout: TIMEOUT, maxHeaderSize: 4 * 1024 },
    answer(metrics),
  )
  server.maxConnections = 50
  await bind(server, place, WORDS)
  return {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve()
        })
        // Whoever collects comes again.
        server.closeAllConnections()
      }),
  }
}

function answer(metrics: Pick<Metrics, 'render' | 'contentType'>): RequestListener {
  return (request, response) => {
    const send = (status: number, text: string, type = 'text/plain; charset=utf-8') => {
      response.writeHead(status, {
        'Content-Type': type,
        'Content-Length': Buffer.byteLength(text),
        'Cache-Control': 'no-store',
        'X-Content-Type-Options': 'nosniff',
      })
      response.end(text)
    }
    const isRead = request.method === 'GET' || request.method === 'HEAD'
    if (!/^\/metrics(?:\?|$)/.test(request.url ?? '')) {
      send(404, 'not_found: The metrics are at /metrics.\n')
    } else if (!isRead) {
      response.setHeader('Allow', 'GET, HEAD')
      send(405, 'invalid_request: The metrics can only be read.\n')
    } else {
      metrics.render().then(
        (text) => {
          send(200, text, metrics.contentType)
        },
        () => {
          send(500, 'internal: The metrics cannot be collected now.\n')
        },
      )
    }
  }
}
