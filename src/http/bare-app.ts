import express, { type Express } from 'express'

/** An app without what Express would do by itself. */
export function createBareApp(): Express {
  const app = express()
  app.disable('x-powered-by')
  // Answers are personal or small; a validator would only tell who had them before.
  app.disable('etag')
  // No route uses request.query: see query.ts.
  app.set('query parser', false)
  return app
}
