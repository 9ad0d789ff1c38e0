import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startDaemon, type Daemon } from './daemon.js'
import { withFreePorts } from './free-ports.js'
import { program } from './programs.js'

/** A load balancer on loopback. */
export interface Nginx extends Daemon {
  readonly port: number
}

/**
 * nginx in front of servers that take turns, as an operator would configure it.
 *
 * @param folder for its configuration, log and temporary files
 * @param upstreams the servers' ports
 */
export function startNginx(folder: string, upstreams: readonly number[]): Promise<Nginx> {
  return withFreePorts(['http'], async ({ http }) => {
    const file = join(folder, 'nginx.conf')
    writeFileSync(file, configuration(folder, http, upstreams))
    const daemon = await startDaemon(program('nginx'), ['-p', folder, '-c', file, '-e', 'stderr'], {
      log: join(folder, 'nginx.log'),
      ready: 'start worker process ',
      failed: '[emerg]',
    })
    return { ...daemon, port: http }
  })
}

function configuration(folder: string, port: number, upstreams: readonly number[]): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  return `daemon off;
pid ${join(folder, 'nginx.pid')};
error_log stderr notice;
worker_processes 1;
events { worker_connections 4096; }
http {
${temporary.map((kind) => `  ${kind}_temp_path ${join(folder, kind)};`).join('\n')}
  access_log off;
  upstream mailprofile {
${upstreams.map((upstream) => `    server 127.0.0.1:${upstream};`).join('\n')}
    keepalive 64;
  }
  server {
    listen 127.0.0.1:${port} backlog=1024;
    location / {
      proxy_pass http://mailprofile;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_next_upstream off;
    }
  }
}
`
}
