import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { startDaemon } from '../support/daemon.js'
import { withPlaces } from '../support/examples.js'
import { withFreePorts } from '../support/free-ports.js'
import { isMissing, program } from '../support/programs.js'
import { NAMES, startProxiedServer, type ProxiedServer } from '../support/proxied-server.js'
import { startCaddyExample } from '../support/proxies.js'
import { recipeExample } from '../support/recipes.js'
import { commonServerCertificate } from '../support/server-certificate.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { ask, headerOf, type WireAnswer } from '../support/wire.js'

const PRODUCT_NAMES = ['mail.example.com', 'box.example.com']
const { chain, key } = commonServerCertificate({ names: [...NAMES, ...PRODUCT_NAMES] })
const TOKEN = '0123456789abcdefghijkA'
const CHALLENGE = '/.well-known/acme-challenge/token'

interface Site {
  readonly folder: string
  readonly http: number
  readonly https: number
  /** Where a product's certbot listens. */
  readonly challenges: number
  /** Where mailprofile listens. */
  readonly upstream: number
}

/** What a recipe says, on the ports of a test. */
function onPorts(text: string, { http, https }: Site): string {
  return text
    .split('\n')
    .filter((line) => !line.includes('[::]'))
    .join('\n')
    .replaceAll('listen 80', `listen 127.0.0.1:${http}`)
    .replaceAll('listen 443', `listen 127.0.0.1:${https}`)
}

// Their own, as far as it could get into the way of ours.
const mailcow = (site: Site): string => {
  const { folder, http, https, upstream } = site
  const file = (name: string, text: string) => writeFileSync(join(folder, 'conf.d', name), text)
  mkdirSync(join(folder, 'conf.d'))
  // data/Dockerfiles/nginx/bootstrap.py, which says `ssl` for IPv6 only.
  file('listen_plain.active', `listen 127.0.0.1:${http};`)
  file('listen_ssl.active', `listen 127.0.0.1:${https};`)
  file(
    'mailprofile.conf',
    withPlaces(recipeExample('mailcow', 'server {'), [
      ['/etc/nginx/conf.d/listen_plain.active', `${folder}/conf.d/listen_plain.active`],
      ['/etc/nginx/conf.d/listen_ssl.active', `${folder}/conf.d/listen_ssl.active`],
      ['/etc/ssl/mail/cert.pem', `${folder}/cert.pem`],
      ['/etc/ssl/mail/key.pem', `${folder}/key.pem`],
      ['root /web', `root ${folder}/web`],
      ['mailprofile:8080', `127.0.0.1:${upstream}`],
    ]),
  )
  file('site.mailprofile.custom', recipeExample('mailcow', 'location = /mobileconfig.php'))
  // data/conf/nginx/templates/nginx.conf.j2 and sites-default.conf.j2
  return `
  map $http_x_forwarded_proto $client_req_scheme { default $scheme; https https; }
  server {
    listen 127.0.0.1:${http};
    listen 127.0.0.1:${https} ssl;
    ssl_certificate ${folder}/cert.pem;
    ssl_certificate_key ${folder}/key.pem;
    server_name mail.example.com autodiscover.* autoconfig.* mta-sts.*;
    root ${folder}/web;
    location ^~ /.well-known/acme-challenge/ { default_type text/plain; }
    location / { return 200 "product"; }
    location ~ \\.php$ { return 200 "product"; }
    location ~* ^/Autodiscover/Autodiscover.xml { return 200 "product"; }
    location ~ /(?:m|M)ail/(?:c|C)onfig-v1.1.xml { return 200 "product"; }
    include ${folder}/conf.d/site.*.custom;
    location ~* \\.php$ { return 404; }
  }
  include ${folder}/conf.d/*.conf;`
}

const mailu = (site: Site): string => {
  const { folder, http, https, challenges, upstream } = site
  mkdirSync(join(folder, 'conf.d'))
  mkdirSync(join(folder, 'overrides'))
  writeFileSync(
    join(folder, 'tls.conf'),
    `ssl_certificate ${folder}/cert.pem;\nssl_certificate_key ${folder}/key.pem;\n`,
  )
  writeFileSync(
    join(folder, 'conf.d/mailprofile.conf'),
    withPlaces(onPorts(recipeExample('mailu', 'server {'), site), [
      ['/etc/nginx/tls.conf', `${folder}/tls.conf`],
      ['127.0.0.1:8008', `127.0.0.1:${challenges}`],
      ['mailprofile:8080', `127.0.0.1:${upstream}`],
    ]),
  )
  writeFileSync(
    join(folder, 'overrides/mailprofile.conf'),
    recipeExample('mailu', 'location = /apple.mobileconfig'),
  )
  // core/nginx/conf/nginx.conf
  return `
  gzip on;
  gzip_types text/plain text/css application/xml application/javascript gzip_min_length 1024;
  # Of certbot.
  server {
    listen 127.0.0.1:${challenges};
    root ${folder}/web;
  }
  server {
    listen 127.0.0.1:${http};
    location ^~ /.well-known/acme-challenge/testing { return 204; }
    location ^~ /.well-known/acme-challenge/ { proxy_pass http://127.0.0.1:${challenges}; }
    location / { return 301 https://$host$request_uri; }
  }
  server {
    listen 127.0.0.1:${https} ssl;
    include ${folder}/tls.conf;
    location ~ ^/(\\.well\\-known/autoconfig/)?mail/config\\-v1\\.1\\.xml { return 200 "product"; }
    location ~* ^/Autodiscover/Autodiscover.xml { return 200 "product"; }
    location ~ ^/(apple\\.)?mobileconfig { return 200 "product"; }
    include ${folder}/overrides/*.conf;
    location / { return 200 "product"; }
  }
  include ${folder}/conf.d/*.conf;`
}

const iredmail = (site: Site): string => {
  const { folder, http, https, upstream } = site
  mkdirSync(join(folder, 'sites-enabled'))
  const enabled = (name: string, text: string) =>
    writeFileSync(join(folder, 'sites-enabled', name), text)
  writeFileSync(
    join(folder, 'ssl.tmpl'),
    `ssl_protocols TLSv1.2 TLSv1.3;\nssl_certificate ${folder}/cert.pem;\nssl_certificate_key ${folder}/key.pem;\n`,
  )
  // samples/nginx/sites-available
  enabled(
    '00-default.conf',
    `server {
      listen 127.0.0.1:${http};
      server_name _;
      location ~* ^/.well-known/acme-challenge/ { root ${folder}/web; try_files $uri =404; }
      location / { return 301 https://$host$request_uri; }
    }`,
  )
  enabled(
    '00-default-ssl.conf',
    `server {
      listen 127.0.0.1:${https} ssl;
      server_name _;
      include ${folder}/ssl.tmpl;
      location ~ /\\. { deny all; }
      location / { return 200 "product"; }
    }`,
  )
  enabled(
    'mailprofile.conf',
    withPlaces(onPorts(recipeExample('iredmail', 'server {'), site), [
      ['/etc/nginx/templates/ssl.tmpl', `${folder}/ssl.tmpl`],
      ['/opt/www/well_known', `${folder}/web`],
      ['127.0.0.1:8080', `127.0.0.1:${upstream}`],
    ]),
  )
  // samples/nginx/conf-available
  return `
  map $sent_http_content_type $expires {
    default off;
    application/x-javascript 1d;
    text/css 1d;
    ~image/ 1d;
  }
  expires $expires;
  add_header X-Frame-Options sameorigin;
  add_header X-Content-Type-Options nosniff;
  add_header X-XSS-Protection '1; mode=block';
  add_header X-Download-Options noopen;
  add_header X-Permitted-Cross-Domain-Policies none;
  add_header Content-Security-Policy "default-src https: data: 'unsafe-inline' 'unsafe-eval'";
  add_header Referrer-Policy strict-origin;
  gzip on;
  gzip_vary on;
  gzip_http_version 1.0;
  gzip_proxied any;
  gzip_types text/plain text/css text/xml text/javascript application/json application/xml image/svg+xml;
  include ${folder}/sites-enabled/*.conf;`
}

interface CustomDomain {
  readonly proxies?: Readonly<Record<string, string>>
  readonly redirects?: Readonly<Record<string, string>>
}

const mailInABox = (site: Site): string => {
  const { folder, http, https, upstream } = site
  const custom = parseYaml(recipeExample('mail-in-a-box', 'setup.example.com:')) as Readonly<
    Record<string, CustomDomain>
  >
  for (const name of NAMES) {
    writeFileSync(join(folder, `${name}.conf`), recipeExample('mail-in-a-box', 'access_log off;'))
  }
  // management/web_update.py makes this of custom.yaml, conf/nginx.conf and conf/nginx-alldomains.conf.
  const server = (domain: string) => {
    const { proxies = {}, redirects = {} } = custom[domain] ?? {}
    const passed = Object.entries(proxies).map(
      ([path, url]) => `location ${path} {
        proxy_pass ${withPlaces(url.replace(/#.*/, ''), [['127.0.0.1:8080', `127.0.0.1:${upstream}`]])};
        ${url.endsWith('#pass-http-host') ? 'proxy_set_header Host $http_host;' : ''}
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        proxy_set_header X-Forwarded-Host $http_host;
        proxy_set_header X-Forwarded-Proto $scheme;
        proxy_set_header X-Real-IP $remote_addr;
      }`,
    )
    const own = `location = /mailinabox.mobileconfig { return 200 "product"; }
      location = /mail/config-v1.1.xml { return 200 "product"; }
      location ~* ^/autodiscover/autodiscover.xml$ { return 200 "product"; }
      location / { return 200 "product"; }`
    const include = NAMES.includes(domain) ? `include ${folder}/${domain}.conf;` : ''
    return `
    server {
      listen 127.0.0.1:${http};
      server_name ${domain};
      location / { return 301 https://${domain}$request_uri; }
      location /.well-known/acme-challenge/ { alias ${folder}/web/.well-known/acme-challenge/; }
    }
    server {
      listen 127.0.0.1:${https} ssl;
      server_name ${domain};
      ssl_certificate ${folder}/cert.pem;
      ssl_certificate_key ${folder}/key.pem;
      ${'/' in proxies ? '' : own}
      ${passed.join('\n')}
      ${Object.entries(redirects)
        .map(([path, url]) => `rewrite ${path} ${url} permanent;`)
        .join('\n')}
      add_header Strict-Transport-Security "max-age=15768000" always;
      ${include}
    }`
  }
  return ['box.example.com', ...NAMES].map(server).join('\n')
}

interface Recipe {
  readonly name: string
  readonly configuration: (site: Site) => string
  /** Whose name stays the product's. */
  readonly product: string
  /** Where the product has a profile of its own, which is led here. */
  readonly profiles: readonly string[]
  /** Whose port 80, which only leads on, cannot be kept from logging. */
  readonly logsInClear?: true
}

const RECIPES: readonly Recipe[] = [
  {
    name: 'mailcow',
    configuration: mailcow,
    product: 'mail.example.com',
    profiles: ['/mobileconfig.php', '/mobileconfig.php?only_email'],
  },
  {
    name: 'Mailu',
    configuration: mailu,
    product: 'mail.example.com',
    profiles: ['/apple.mobileconfig', '/mobileconfig'],
  },
  { name: 'iRedMail', configuration: iredmail, product: 'mail.example.com', profiles: [] },
  {
    name: 'Mail-in-a-Box',
    configuration: mailInABox,
    product: 'box.example.com',
    profiles: ['/mailinabox.mobileconfig'],
    logsInClear: true,
  },
]

const OUTLOOK = `<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006"><Request><EMailAddress>ann@example.com</EMailAddress><AcceptableResponseSchema>http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a</AcceptableResponseSchema></Request></Autodiscover>`

describe('a recipe in front of the server', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mailprofile-test-'))
  let server: ProxiedServer
  beforeAll(async () => {
    server = await startProxiedServer(folder)
  })
  afterAll(async () => {
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  // What people and their programs ask, at the names that a recipe gives away.
  async function expectAnswers(https: number) {
    const get = (host: string, target: string, more = {}) =>
      ask({ port: https, servername: host }, target, { host, ...more })
    const page = await get('setup.example.com', '/setup?address=ann@example.com')
    expect([page.status, page.body.toString()]).toEqual([
      200,
      expect.stringContaining('ann@example.com'),
    ])
    const profile = await get('setup.example.com', '/formats/apple-profile?address=ann@example.com')
    expect(headerOf(profile, 'Content-Type')).toContain('application/x-apple-aspen-config')
    const config = await get(
      'autoconfig.example.com',
      '/mail/config-v1.1.xml?emailaddress=ann@example.com',
    )
    expect(config.body.toString()).toContain('<domain>example.com</domain>')
    for (const path of ['/autodiscover/autodiscover.xml', '/Autodiscover/Autodiscover.xml']) {
      const answer = await get('autodiscover.example.com', path, {
        method: 'POST',
        headers: ['Content-Type: text/xml'],
        body: OUTLOOK,
      })
      expect([path, answer.status, answer.body.toString()]).toEqual([
        path,
        200,
        expect.stringContaining('<Type>IMAP</Type>'),
      ])
    }
    expect((await get('setup.example.com', `/i/${TOKEN}`)).status).toBe(404)
    const json = '/autodiscover/autodiscover.json/v1.0/ann@example.com?Protocol=AutodiscoverV1'
    expect((await get('autodiscover.example.com', json)).status).toBe(200)
  }

  // What a product does to all its sites may not be done to this one.
  async function expectAsSent(https: number) {
    for (const target of [
      '/setup?address=ann@example.com',
      '/setup/qr.svg?address=ann@example.com',
      '/setup/qr.png?address=ann@example.com',
      '/formats/thunderbird-qr?as=svg&address=ann@example.com',
      '/formats/settings-sheet?address=ann@example.com',
      '/formats/k9-settings?address=ann@example.com',
      '/formats/deltachat-link?address=ann@example.com',
    ]) {
      const sent = { host: 'setup.example.com', headers: ['Accept-Encoding: gzip'] }
      const direct = await ask(server.port, target, sent)
      const through = await ask({ port: https, servername: sent.host }, target, sent)
      expect([target, headersOf(through)]).toEqual([target, headersOf(direct)])
    }
  }

  describe.skipIf(isMissing('nginx'))('as nginx', () => {
    it.each(RECIPES)('of $name', async (recipe) => {
      const { configuration, product, profiles, logsInClear = false } = recipe
      const home = temporaryFolder()
      // nginx reads what it serves as another user.
      chmodSync(home, 0o755)
      mkdirSync(join(home, 'web/.well-known/acme-challenge'), { recursive: true })
      writeFileSync(join(home, 'web', CHALLENGE), 'challenge')
      mkdirSync(join(home, 'logs'))
      writeFileSync(join(home, 'cert.pem'), chain)
      writeFileSync(join(home, 'key.pem'), key)
      await withFreePorts(['http', 'https', 'challenges'], async (ports) => {
        const { http, https } = ports
        const site = { folder: home, ...ports, upstream: server.port }
        writeFileSync(join(home, 'nginx.conf'), around(home, configuration(site)))
        const argv = ['-p', home, '-c', join(home, 'nginx.conf'), '-e', 'stderr']
        const daemon = await startDaemon(program('nginx'), argv, {
          log: join(home, 'main.log'),
          ready: 'start worker process ',
          failed: '[emerg]',
        })
        onTestFinished(() => daemon.stop())

        await expectAnswers(https)
        await expectAsSent(https)
        const get = (target: string) =>
          ask({ port: https, servername: product }, target, { host: product })
        expect((await get('/')).body.toString()).toBe('product')
        for (const path of profiles) {
          const answer = await get(path)
          expect([path, Math.floor(answer.status / 100)]).toEqual([path, 3])
          expect(headerOf(answer, 'Location')).toMatch(/^https:\/\/setup\.example\.com\//)
        }
        for (const host of NAMES) {
          if (!logsInClear) await ask(http, `/i/${TOKEN}`, { host })
          const plain = await ask(http, '/setup?address=ann@example.com', { host })
          expect([301, 308]).toContain(plain.status)
          expect(headerOf(plain, 'Location')).toBe(`https://${host}/setup?address=ann@example.com`)
          expect((await ask(http, CHALLENGE, { host })).body.toString()).toBe('challenge')
        }
        const logs = readdirSync(join(home, 'logs')).map((name) =>
          readFileSync(join(home, 'logs', name), 'utf8'),
        )
        expect(logs.join('')).toContain('GET / HTTP/1.1')
        expect(logs.join('')).not.toContain(TOKEN)
        if (!logsInClear) expect(logs.join('')).not.toContain('ann@')
      })
    })
  })

  it.skipIf(isMissing('caddy'))('as Caddy, for docker-mailserver', async () => {
    const caddyfile = withPlaces(recipeExample('docker-mailserver', '{'), [
      ['mailprofile:8080', '127.0.0.1:8080'],
    ])
    const proxy = await startCaddyExample(caddyfile, {
      folder: temporaryFolder(),
      upstream: server.port,
    })
    onTestFinished(() => proxy.stop())
    const isThere = () =>
      ask({ port: proxy.https, servername: 'autodiscover.example.com' }, '/', {
        host: 'autodiscover.example.com',
      }).then(
        ({ status }) => status,
        () => 0,
      )
    await expect.poll(isThere, { timeout: 30_000 }).toBeGreaterThan(0)
    await expectAnswers(proxy.https)
    await expectAsSent(proxy.https)
    expect(proxy.logs()).not.toContain(TOKEN)
  })
})

/** Those that say what may be done with an answer, and how it comes. */
function headersOf({ head }: WireAnswer): readonly string[] {
  const WHAT =
    /^(?:cache-control|expires|pragma|content-(?:encoding|type|security-policy)|referrer-policy|x-frame-options|vary|x-content-type-options|cross-origin-\S+|permissions-policy):/i
  const fields = head.filter((line) => WHAT.test(line)).map((line) => line.toLowerCase())
  // A style sheet or script may run by what stands here once for this answer alone.
  return fields.map((line) => line.replaceAll(/'nonce-[^']+'/g, 'nonce')).sort()
}

function around(folder: string, inside: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  return `daemon off;
pid ${join(folder, 'nginx.pid')};
error_log stderr notice;
worker_processes 1;
events { worker_connections 512; }
http {
${temporary.map((kind) => `  ${kind}_temp_path ${join(folder, kind)};`).join('\n')}
  access_log ${join(folder, 'logs/access.log')};
  error_log ${join(folder, 'logs/error.log')} info;
  # Of Mailu, for names in variables.
  resolver 127.0.0.1 valid=30s;
${inside}
}
`
}
