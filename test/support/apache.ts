import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startDaemon } from './daemon.js'
import { example, withPlaces } from './examples.js'
import { withFreePorts } from './free-ports.js'
import { isRoot, program } from './programs.js'
import { allLogs, type Proxy, type ProxyOptions } from './proxy.js'

// Where Debian has them.
const MODULES = '/usr/lib/apache2/modules'
const SWITCHED_ON =
  'docs/proxy-apache.md: sudo a2enmod env headers http2 proxy_http reqtimeout rewrite ssl'
/** Of what Debian loads by default, all that plays a part. */
const USUAL = ['mpm_event', 'authz_core', 'alias', 'deflate', 'dir', 'filter', 'setenvif', 'status']
/** What people have switched on for their own sites. */
const THEIRS = ['brotli']

/** Apache httpd, with the example as its one site and the modules that the page switches on. */
export function startApacheExample(options: ProxyOptions): Promise<Proxy> {
  const { folder, upstream, certificate, patience, more = '', places = [] } = options
  const logs = join(folder, 'logs')
  mkdirSync(logs, { recursive: true })
  writeFileSync(join(folder, 'fullchain.pem'), certificate.chain)
  writeFileSync(join(folder, 'privkey.pem'), certificate.key)
  return withFreePorts(['http', 'https'], async ({ http, https }) => {
    const site = join(folder, 'mailprofile.conf')
    const text = example('docs/proxy-apache.md: # No path, no query, no address of a client.')
    writeFileSync(
      site,
      withPlaces(`${text}${more}`, [
        ['<VirtualHost *:80>', `<VirtualHost 127.0.0.1:${http}>`],
        ['<VirtualHost *:443>', `<VirtualHost 127.0.0.1:${https}>`],
        ['/etc/letsencrypt/live/setup.example.com/', `${folder}/`],
        ...(patience === undefined ? [] : shorter(Number.parseInt(patience))),
        ...places,
        ['127.0.0.1:8080', `127.0.0.1:${upstream}`],
      ]),
    )
    const main = join(folder, 'apache2.conf')
    writeFileSync(main, mainConfiguration({ folder, logs, site, ports: [http, https] }))
    const daemon = await startDaemon(program('apache2'), ['-D', 'FOREGROUND', '-f', main], {
      log: join(logs, 'error.log'),
      ready: 'resuming normal operations',
      failed: 'AH00016',
      env: { APACHE_LOG_DIR: logs },
    })
    return { http, https, whenDown: 503, logs: () => allLogs(logs), stop: () => daemon.stop() }
  })
}

function shorter(seconds: number): readonly (readonly [string, string])[] {
  return ['handshake', 'header', 'body'].map((what) => [`${what}=10`, `${what}=${seconds}`])
}

// What Debian has around it: logs of everything, and compression, unless the site says otherwise.
function mainConfiguration({
  folder,
  logs,
  site,
  ports,
}: {
  readonly folder: string
  readonly logs: string
  readonly site: string
  readonly ports: readonly number[]
}): string {
  const [, switchedOn = ''] = /^sudo a2enmod (.*)$/m.exec(example(SWITCHED_ON)) ?? []
  const modules = [...USUAL, ...THEIRS, 'proxy', ...switchedOn.split(' ')]
  return `ServerRoot ${folder}
DefaultRuntimeDir ${folder}
PidFile ${join(folder, 'apache2.pid')}
${isRoot() ? 'User www-data\nGroup www-data\n' : ''}${modules
    .map((name) => `LoadModule ${name}_module ${MODULES}/mod_${name}.so\n`)
    .join('')}${ports.map((port) => `Listen 127.0.0.1:${port}\n`).join('')}ServerName localhost
ErrorLog ${join(logs, 'error.log')}
LogLevel info
CustomLog ${join(logs, 'access.log')} "%v %h %l %u %t \\"%r\\" %>s %O \\"%{Referer}i\\" \\"%{User-Agent}i\\""
AddOutputFilterByType BROTLI_COMPRESS;DEFLATE text/html text/plain application/xml application/json
Include ${site}
`
}
