// Ends with 0 while the server of this container may get requests, as `/readyz` says it. The image has no curl.
import { readFileSync } from 'node:fs'
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import process from 'node:process'

const { HOST, PORT } = process.env
const listens = variable('MAILPROFILE_LISTEN_HOST') || HOST || '0.0.0.0'
const place = {
  // Where it listens to one address alone, nobody answers at another.
  host: { '0.0.0.0': '127.0.0.1', '::': '::1' }[listens] ?? listens,
  port: variable('MAILPROFILE_LISTEN_PORT') || PORT,
  path: '/readyz',
  timeout: 4000,
  // Of a certificate, only the server's name would say something, and nobody asks for that here.
  rejectUnauthorized: false,
}

/** As src/config/environment.ts reads it: itself, or from the file that its other form names. */
function variable(name) {
  const value = process.env[name] ?? ''
  const file = process.env[`${name}_FILE`] ?? ''
  // What Kubernetes tells of a service of that name.
  const given = /^(?:tcp|udp|sctp):/.test(value) ? '' : value
  const text = file === '' ? given : readFileSync(file, 'utf8')
  return text.replace(/^\uFEFF|\r?\n$/g, '')
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
