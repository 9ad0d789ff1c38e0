import { IncomingMessage, ServerResponse, type RequestListener } from 'node:http'
import express, { type Express } from 'express'

// Express makes each request and response its own by `Object.setPrototypeOf`, after which V8 knows nothing of
// their shape: that alone takes half of what bare Express does for a short answer (20, 22). Of those that are
// its own from the beginning the prototype is set to what it is, which costs nothing.

/** A request as Express has it, for a server to make. */
export class ExpressRequest extends IncomingMessage {}

/** A response as Express has it, for a server to make. */
export class ExpressResponse extends ServerResponse<ExpressRequest> {}

Object.setPrototypeOf(ExpressRequest.prototype, express.request)
Object.setPrototypeOf(ExpressResponse.prototype, express.response)

/** Has an app, one of several perhaps, take such requests as they are; it is to be used by no other app. */
export function servingExpressMessages(app: Express): RequestListener {
  Object.assign(app, { request: ExpressRequest.prototype, response: ExpressResponse.prototype })
  return (request, response) => {
    // What Express finds on the prototypes that it makes for each app.
    app(Object.assign(request, { app }), Object.assign(response, { app }))
  }
}
