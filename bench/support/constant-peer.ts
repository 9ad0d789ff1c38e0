import { json } from 'node:stream/consumers'
import express from 'express'

// Bare Express that sends what it was told to send last (PUT): nothing is looked up, rendered, logged, limited or
// checked. It listens as Express does by itself.

/** What it sends. */
export interface ConstantAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** In base64. */
  readonly body: string
}

const [, , port] = process.argv
let answer: Omit<ConstantAnswer, 'body'> = { status: 204, headers: {} }
let bytes = Buffer.alloc(0)
const app = express()
app.disable('x-powered-by')
app.disable('etag')
app.use(async (request, response) => {
  if (request.method === 'PUT') {
    const told = (await json(request)) as ConstantAnswer
    bytes = Buffer.from(told.body, 'base64')
    answer = told
    response.end()
    return
  }
  response.status(answer.status).set(answer.headers).send(bytes)
})
app.listen(Number(port), '127.0.0.1')
