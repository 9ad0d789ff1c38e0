import type { RequestHandler } from 'express'
import type { Logger } from 'pino'
import { pinoHttp } from 'pino-http'

/**
 * One line a request: method, the route's template, status, milliseconds. Never the URL, a header or
 * a client's address, because those name people.
 */
export function requestLog(logger: Logger): RequestHandler {
  return pinoHttp({
    logger,
    wrapSerializers: false,
    quietReqLogger: true,
    serializers: {
      req: () => undefined,
      res: () => undefined,
      err: (error: Error) => ({ type: error.name, code: error.message, stack: error.stack }),
    },
    customLogLevel: (_request, response) => (response.statusCode >= 500 ? 'error' : 'info'),
    customSuccessMessage: () => 'request',
    customErrorMessage: () => 'request',
    customSuccessObject: (request, response, value: object) => ({
      ...value,
      ...line(request, response.statusCode),
    }),
    customErrorObject: (request, response, _error, value: object) => ({
      ...value,
      ...line(request, response.statusCode),
    }),
  }) as RequestHandler
}

function line(request: object, status: number): object {
  const { method, route } = request as { method?: string; route?: { path?: unknown } }
  const template = typeof route?.path === 'string' ? route.path : 'none'
  return { method, route: template, status }
}
