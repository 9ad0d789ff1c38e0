import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startDaemon } from './daemon.js'
import { example, withPlaces } from './examples.js'
import { withFreePorts } from './free-ports.js'
import { isRoot, program } from './programs.js'
import { allLogs, type Proxy, type ProxyOptions } from './proxy.js'

const USER = '  user haproxy\n  group haproxy\n'

const LINKS =
  'docs/proxy-haproxy.md: ln -s /etc/letsencrypt/live/setup.example.com/fullchain.pem /etc/haproxy/mailprofile.pem'

/** HAProxy, with the example as its whole configuration; its log goes to a file. */
export function startHaproxyExample(options: ProxyOptions): Promise<Proxy> {
  const { folder, upstream, certificate, patience, more = '', places = [] } = options
  const logs = join(folder, 'logs')
  mkdirSync(logs, { recursive: true })
  const live = join(folder, 'live')
  mkdirSync(live)
  writeFileSync(join(live, 'fullchain.pem'), certificate.chain)
  writeFileSync(join(live, 'privkey.pem'), certificate.key)
  const links = withPlaces(example(LINKS), [
    ['/etc/letsencrypt/live/setup.example.com/', `${live}/`],
    ['/etc/haproxy/', `${folder}/`],
    ['haproxy -c', `${program('haproxy')} -c -q`],
  ])
  let isLinked = false
  return withFreePorts(['http', 'https'], async ({ http, https }) => {
    const file = join(folder, 'haproxy.cfg')
    writeFileSync(
      file,
      withPlaces(`${example('docs/proxy-haproxy.md: global')}${more}`, [
        ...places,
        ['bind :::80 v4v6', `bind 127.0.0.1:${http}`],
        ['bind :::443 v4v6', `bind 127.0.0.1:${https}`],
        ['/etc/haproxy/', `${folder}/`],
        ['log /dev/log local0', 'log stdout format raw local0 debug'],
        ...(isRoot() ? [] : ([[USER, '']] as const)),
        ...(patience === undefined
          ? []
          : ([
              ['http-request 10s', `http-request ${patience}`],
              ['http-keep-alive 30s', `http-keep-alive ${patience}`],
              ['client 30s', `client ${patience}`],
            ] as const)),
        ['127.0.0.1:8080', `127.0.0.1:${upstream}`],
      ]),
    )
    // Once, also where another program was quicker at a port.
    execFileSync('sh', ['-euc', isLinked ? links.replaceAll(/^ln .*$/gm, '') : links])
    isLinked = true
    const daemon = await startDaemon(program('haproxy'), ['-W', '-db', '-f', file], {
      log: join(logs, 'haproxy.log'),
      ready: 'Loading success.',
    })
    return { http, https, whenDown: 503, logs: () => allLogs(logs), stop: () => daemon.stop() }
  })
}
