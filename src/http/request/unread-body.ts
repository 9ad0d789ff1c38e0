import type { IncomingMessage, ServerResponse } from 'node:http'

/** Whether a request says that a body follows. */
export function hasBody({ headers }: Pick<IncomingMessage, 'headers'>): boolean {
  const length = headers['content-length']
  return headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0')
}

/** Whether a request has a body that has not come whole. */
export function isUnread(request: IncomingMessage): boolean {
  return hasBody(request) && !request.complete
}

/**
 * Has the connection closed after an answer for which the rest of a body is not waited: whoever sends it
 * slowly would else keep the connection.
 */
export function closeIfUnread(request: IncomingMessage, response: ServerResponse): void {
  if (isUnread(request)) response.setHeader('Connection', 'close')
}
