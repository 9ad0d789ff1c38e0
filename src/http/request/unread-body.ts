import type { IncomingMessage, ServerResponse } from 'node:http'

/** Whether a request says that a body follows. */
export function hasBody({ headers }: Pick<IncomingMessage, 'headers'>): boolean {
  const length = headers['content-length']
  return headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0')
}

/**
 * Has the connection closed after an answer for which the rest of a body is not waited: whoever sends it
 * slowly would else keep the connection.
 */
export function closeIfUnread(request: IncomingMessage, response: ServerResponse): void {
  if (hasBody(request) && !request.complete) response.setHeader('Connection', 'close')
}
