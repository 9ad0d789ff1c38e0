// Ends with 0 while the server of this container may get requests, as `/readyz` says it. The image has no curl.
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import process from 'node:process'

const { MAILPROFILE_LISTEN_HOST, MAILPROFILE_LISTEN_PORT, HOST, PORT } = process.env
const listens = MAILPROFILE_LISTEN_HOST || HOST || '0.0.0.0'
const place = {
  // Where it listens to one address alone, nobody answers at another.
  host: { '0.0.0.0': '127.0.0.1', '::': '::1' }[listens] ?? listens,
  port: MAILPROFILE_LISTEN_PORT || PORT,
  path: '/readyz',
  timeout: 4000,
  // Of a certificate, only the server's name would say something, and nobody asks for that here.
  rejectUnauthorized: false,
}

function ask(request) {
  return new Promise((resolve, reject) => {
    const asked = request(place, (answer) => resolve(answer.resume().statusCode))
    asked.once('timeout', () => asked.destroy(new Error('no answer')))
    asked.once('error', reject)
    asked.end()
  })
}

// Where the configuration has `tls`, only https is spoken.
const status = await ask(requestHttp).catch(() => ask(requestHttps))
process.exit(status === 200 ? 0 : 1)
