import type { RequestHandler } from 'express'
import type { Logger } from 'pino'

declare module 'http' {
  interface ServerResponse {
    /** What went wrong on our side, for the log. */
    err?: Error
  }
}

/**
 * One line a request: method, the route's template, status, milliseconds. Never the URL, a header or
 * a client's address, because those name people.
 *
 * The line is written here: pino-http 11 makes two loggers for each request, which costs as much as
 * a short answer itself.
 */
export function requestLog(logger: Logger): RequestHandler {
  let lastId = 0
  return (request, response, next) => {
    const reqId = ++lastId
    const begin = Date.now()
    // Comes once, whether the answer was sent or the client went away.
    response.on('close', () => {
      const { err, statusCode: status } = response
      const { method } = request
      const responseTime = Date.now() - begin
      const line = { reqId, responseTime, method, route: templateOf(request), status }
      if (err === undefined && status < 500) logger.info(line, 'request')
      else logger.error({ ...line, err: describe(err) }, 'request')
    })
    next()
  }
}

function templateOf({ route }: { readonly route?: unknown }): string {
  const { path } = (route ?? {}) as { readonly path?: unknown }
  return typeof path === 'string' ? path : 'none'
}

function describe(error: Error | undefined): object | undefined {
  return error && { type: error.name, code: error.message, stack: error.stack }
}
