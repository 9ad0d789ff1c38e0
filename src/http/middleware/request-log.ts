import type { RequestHandler, Response } from 'express'
import type { RequestMetrics } from './request-metrics.js'

declare module 'http' {
  interface ServerResponse {
    /** What went wrong on our side, for the log. */
    err?: Error
  }
}

/** Where a line for each request goes: a logger of pino is one. */
export interface AppLogger {
  /** An answer that went well, or that the client is to blame for. */
  info(line: object, message: string): void
  /** One that this side is to blame for. */
  error(line: object, message: string): void
}

/** Nothing is logged. */
export const SILENT: AppLogger = { info: () => undefined, error: () => undefined }

// As nginx has it: what would have been sent is nothing that anybody got.
const CLIENT_GONE = 499

/**
 * One line a request: method, the route's template, status, milliseconds. Never the URL, a header or
 * a client's address, because those name people. Metrics are told the same.
 *
 * The line is written here: pino-http 11 makes two loggers for each request, which costs as much as
 * a short answer itself.
 */
export function requestLog(logger: AppLogger, metrics?: RequestMetrics): RequestHandler {
  let lastId = 0
  return (request, response, next) => {
    const reqId = ++lastId
    const begin = Date.now()
    const preciseBegin = metrics === undefined ? 0 : performance.now()
    // Comes once, whether the answer was sent or the client went away.
    response.on('close', () => {
      const { err } = response
      const status = response.headersSent ? response.statusCode : CLIENT_GONE
      const { method } = request
      const responseTime = Date.now() - begin
      const route = routeOf(request, response)
      const line = { reqId, responseTime, method, route, status }
      if (err === undefined && status < 500) logger.info(line, 'request')
      else logger.error({ ...line, err: describe(err) }, 'request')
      if (metrics === undefined) return
      const seconds = (performance.now() - preciseBegin) / 1000
      metrics.request({ method, route, status, seconds, format: local(response, 'format') })
    })
    next()
  }
}

// The template of the route that answered; what answers without one sets `locals.route`.
function routeOf({ route }: { readonly route?: unknown }, response: Response): string {
  const { path } = (route ?? {}) as { readonly path?: unknown }
  return typeof path === 'string' ? path : (local(response, 'route') ?? 'none')
}

function local({ locals }: Response, name: string): string | undefined {
  const value = (locals as Readonly<Record<string, unknown>>)[name]
  return typeof value === 'string' ? value : undefined
}

function describe(error: Error | undefined): object | undefined {
  return error && { type: error.name, code: error.message, stack: error.stack }
}
