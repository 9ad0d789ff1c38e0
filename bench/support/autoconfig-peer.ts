import express, { type Express } from 'express'
import { pino } from 'pino'
import { servingExpressMessages } from '../../src/http/express-messages.js'
import { compressPages } from '../../src/http/middleware/compress-pages.js'
import { refuseUnfitRequests } from '../../src/http/middleware/refuse-unfit-requests.js'
import { requestLog } from '../../src/http/middleware/request-log.js'
import { securityHeaders } from '../../src/http/middleware/security-headers.js'
import { listen } from '../../src/server/listen.js'

// A server to compare mailprofile with: `constant` has a route that always sends the same bytes behind
// mailprofile's own middleware, `bare` is Express as it comes. The bytes come on standard input.

const PATH = '/mail/config-v1.1.xml'
const CONTENT_TYPE = 'text/xml; charset=utf-8'

function constant(body: Buffer): Express {
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.set('query parser', false)
  app.use(requestLog(pino({ base: null }, process.stdout)))
  app.use(securityHeaders(true))
  app.use(refuseUnfitRequests)
  app.use(compressPages)
  app.get(PATH, (_request, response) => {
    response.set('Content-Type', CONTENT_TYPE).send(body)
  })
  return app
}

function bare(body: Buffer): Express {
  const app = express()
  app.get(PATH, (_request, response) => {
    response.set('Content-Type', CONTENT_TYPE).send(body)
  })
  return app
}

const [, , kind, port = '0'] = process.argv
const chunks: Buffer[] = []
for await (const chunk of process.stdin) chunks.push(chunk as Buffer)
const body = Buffer.concat(chunks)
if (kind === 'bare') bare(body).listen(Number(port), '127.0.0.1')
else
  await listen(() => servingExpressMessages(constant(body)), {
    host: '127.0.0.1',
    port: Number(port),
  })
