import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect } from 'node:tls'
import { startApacheExample } from './apache.js'
import { startDaemon } from './daemon.js'
import { example, withPlaces } from './examples.js'
import { withFreePorts } from './free-ports.js'
import { startHaproxyExample } from './haproxy.js'
import { program, type Program } from './programs.js'
import { allLogs, type Proxy, type ProxyOptions } from './proxy.js'

/** How each proxy of the documentation is started that Debian has. */
export const PROXIES = {
  nginx: startNginxExample,
  caddy: (options: ProxyOptions) => startCaddyExample(example('docs/proxy.md: {'), options),
  apache2: startApacheExample,
  haproxy: startHaproxyExample,
} as const satisfies Readonly<Partial<Record<Program, (options: ProxyOptions) => Promise<Proxy>>>>

const NAME = 'setup.example.com'
const MS_TO_CERTIFY = 20_000

export type ProxyName = keyof typeof PROXIES

/** nginx, with the example as the one file of its `conf.d`. */
function startNginxExample(options: ProxyOptions): Promise<Proxy> {
  const { folder, upstream, certificate, patience, more = '', places = [] } = options
  const logs = join(folder, 'logs')
  mkdirSync(logs, { recursive: true })
  writeFileSync(join(folder, 'fullchain.pem'), certificate.chain)
  writeFileSync(join(folder, 'privkey.pem'), certificate.key)
  return withFreePorts(['http', 'https'], async ({ http, https }) => {
    const site = join(folder, 'mailprofile.conf')
    const text = example('docs/proxy.md: # No path, no query, no address of a client.')
    writeFileSync(
      site,
      withPlaces(withoutIpv6(`${text}${more}`), [
        ['listen 80', `listen 127.0.0.1:${http}`],
        ['listen 443', `listen 127.0.0.1:${https}`],
        ['/etc/letsencrypt/live/setup.example.com/', `${folder}/`],
        ['/var/log/nginx/', `${logs}/`],
        ['server 127.0.0.1:8080', `server 127.0.0.1:${upstream}`],
        ...(patience === undefined ? [] : ([['timeout 10s', `timeout ${patience}`]] as const)),
        ...places,
      ]),
    )
    const main = join(folder, 'nginx.conf')
    writeFileSync(main, nginxMain(folder, logs, site))
    const daemon = await startDaemon(program('nginx'), ['-p', folder, '-c', main, '-e', 'stderr'], {
      log: join(logs, 'main.log'),
      ready: 'start worker process ',
      failed: '[emerg]',
    })
    return { http, https, whenDown: 502, logs: () => allLogs(logs), stop: () => daemon.stop() }
  })
}

// What Debian has around it, and what people have added: logs of everything, and compression of all that is said
// to be worth it, unless the site says otherwise.
function nginxMain(folder: string, logs: string, site: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  return `daemon off;
pid ${join(folder, 'nginx.pid')};
error_log stderr notice;
worker_processes 1;
events { worker_connections 4096; }
http {
${temporary.map((kind) => `  ${kind}_temp_path ${join(folder, kind)};`).join('\n')}
  access_log ${join(logs, 'access.log')};
  error_log ${join(logs, 'error.log')} info;
  gzip on;
  gzip_proxied any;
  gzip_types text/plain text/css application/json application/javascript text/xml application/xml image/svg+xml;
  include ${site};
}
`
}

function withoutIpv6(text: string): string {
  return text
    .split('\n')
    .filter((line) => !line.includes('[::]'))
    .join('\n')
}

/**
 * Caddy with an example. Of its global options only these are added: other ports, an authority of its
 * own instead of one on the internet, and no listener for its own administration.
 *
 * @param places what is replaced besides the address of the server behind
 */
export function startCaddyExample(
  text: string,
  { folder, upstream, patience, more = '', places: others = [] }: Omit<ProxyOptions, 'certificate'>,
  places: readonly (readonly [from: string, to: string])[] = [],
): Promise<Proxy> {
  const logs = join(folder, 'logs')
  mkdirSync(logs, { recursive: true })
  return withFreePorts(['http', 'https'], async ({ http, https }) => {
    const options = [
      `http_port ${http}`,
      `https_port ${https}`,
      ...['local_certs', 'skip_install_trust', 'admin off', 'default_bind 127.0.0.1'],
    ]
    const file = join(folder, 'Caddyfile')
    writeFileSync(
      file,
      withPlaces(`${text}${more}`, [
        ...(patience === undefined
          ? []
          : ([
              ['read_header 10s', `read_header ${patience}`],
              ['read_body 10s', `read_body ${patience}`],
              ['idle 30s', `idle ${patience}`],
            ] as const)),
        ...places,
        ...others,
        ['127.0.0.1:8080', `127.0.0.1:${upstream}`],
      ]).replace(/^\{\n/, `{\n${options.map((line) => `\t${line}\n`).join('')}`),
    )
    const argv = ['run', '--config', file, '--adapter', 'caddyfile']
    const daemon = await startDaemon(program('caddy'), argv, {
      log: join(logs, 'caddy.log'),
      ready: 'serving initial configuration',
      failed: 'loading initial config',
      env: { HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder },
    })
    // It serves before its authority has made the certificates, but for those that are made on demand.
    if (!text.includes('on_demand')) await untilCertified(https)
    return { http, https, whenDown: 502, logs: () => allLogs(logs), stop: () => daemon.stop() }
  })
}

async function untilCertified(port: number): Promise<void> {
  const end = Date.now() + MS_TO_CERTIFY
  const options = { host: '127.0.0.1', port, servername: NAME, rejectUnauthorized: false }
  for (;;) {
    const socket = connect(options)
    try {
      await once(socket, 'secureConnect')
      return
    } catch (error) {
      if (Date.now() > end) throw error
    } finally {
      socket.destroy()
    }
    await sleep(20)
  }
}
