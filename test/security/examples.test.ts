import { execFile } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { runInThisContext } from 'node:vm'
import { fileURLToPath } from 'node:url'
import { createClient } from '@redis/client'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { createMetrics } from '../../src/server/metrics.js'
import { davLogins, parseAccount, type Account } from '../../src/account/account.js'
import { loadConfig } from '../../src/config/load.js'
import { loadCatalogue } from '../../src/providers/load.js'
import { parseProvider } from '../../src/providers/provider.js'
import { hashApiKey } from '../../src/http/api/key.js'
import { createTexts, loadTexts } from '../../src/texts/texts.js'
import { annJson } from '../support/accounts.js'
import { createTestChain } from '../support/certificates.js'
import { runCli } from '../support/cli.js'
import { refusal } from '../support/errors.js'
import { EXAMPLES, example, nameOf, withPlaces } from '../support/examples.js'
import { withFreePorts } from '../support/free-ports.js'
import { operatorsShell, type OperatorsShell } from '../support/operators-shell.js'
import { isMissing } from '../support/programs.js'
import { promise } from '../support/promise.js'
import { NAMES, sendToProxy, startProxiedServer, statusOf } from '../support/proxied-server.js'
import type { Proxy } from '../support/proxy.js'
import { PROXIES, startCaddyExample } from '../support/proxies.js'
import { startRedis } from '../support/redis.js'
import { inLongSuite, some } from '../support/runs.js'
import { commonServerCertificate } from '../support/server-certificate.js'
import { startServer, type RunningServer } from '../support/server.js'
import { suite } from '../support/suite.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { ask, openConnection, requestBytes } from '../support/wire.js'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const PERSON = 'ann@example.com'
const SETUP = '/setup?address=ann@btinternet.com'

// Of somebody who claims another host and another address.
const CLAIMS = {
  host: 'evil.example',
  headers: [
    'X-Forwarded-For: 203.0.113.1',
    'X-Forwarded-Host: evil.example',
    'X-Forwarded-Proto: http',
  ],
}

const certificate = commonServerCertificate({ names: NAMES })

type Places = readonly (readonly [from: string, to: string])[]

const WITH_ADDRESS = ['delivery:', 'baseUrl: https://setup.example.com\ndelivery:'] as const

/** What has to be another file, port or domain here; `FOLDER` and `PORT` are those of the test. */
const CONFIGURATIONS: Readonly<Record<string, Places>> = {
  'certs/README.md: # mailprofile.yaml': [],
  'docs/android-intent.md: androidIntent:': [],
  'docs/api.md: api:': [['sha256:…', hashApiKey('mp_example')]],
  // A file of the operator's own.
  'docs/autoconfig.md: oauth:': [],
  'docs/branding.md: branding:': [['  logo: logo.svg\n', '']],
  'docs/branding.md: branding: (2)': [],
  'docs/branding.md: apps:': [['    icon: example-mail.svg\n', '']],
  'docs/certificates.md: signing:': [['/etc/letsencrypt/live/setup.example.com/', 'FOLDER/certs/']],
  'docs/configuration.md: baseUrl: https://setup.example.com': [
    ['host: 0.0.0.0, port: 443', 'host: 127.0.0.1, port: PORT'],
  ],
  'docs/configuration.md: securityTxt:': [],
  // They need an address for their links, and nobody is there, which a start survives.
  'docs/delivery.md: delivery:': [WITH_ADDRESS, ['host: localhost', 'host: localhost, port: 9']],
  'docs/delivery.md: delivery: (2)': [
    WITH_ADDRESS,
    ['host: smtp.example.com', 'host: 127.0.0.1, port: 9, security: starttls'],
    // It comes from a variable there, as the next one's secret.
    ['  from:', '  password: of the sender\n  from:'],
  ],
  'docs/delivery.md: delivery: (3)': [
    WITH_ADDRESS,
    ['https://sms.example.com', 'https://127.0.0.1:9'],
    ['passcodes: true }', 'passcodes: true }\n  secret: of-the-gateway-and-nobody-else'],
  ],
  'docs/delivery.md: delivery: (4)': [
    WITH_ADDRESS,
    ['  secret:', "  webhook: { url: 'https://127.0.0.1:9' }\n  secret:"],
    ['the new one …', 'the-new-one-that-nobody-guesses'],
    ['the old one …', 'the-old-one-that-nobody-guesses'],
  ],
  'docs/directory.md: directory:': [
    // Nobody there, which a start survives.
    ['ldaps://ldap.example.com', 'ldaps://127.0.0.1:9'],
    // It comes from a variable there.
    ['  attributes:', '  password: of the reader\n  attributes:'],
  ],
  'docs/directory.md: directory: (2)': [['db.example.com', '127.0.0.1:9']],
  'docs/directory.md: directory: (3)': [],
  'docs/directory.md: directory: (4)': [],
  'docs/directory.md: directory: (5)': [['db.example.com', '127.0.0.1:9']],
  'docs/directory.md: directory: (6)': [],
  'docs/get-started.md: providers: providers': [
    // A folder of the operator's own.
    ['providers: providers\n', ''],
    ['[example.com]', '[btinternet.com]'],
  ],
  'docs/get-started.md: baseUrl: https://setup.example.com': [
    ['/etc/letsencrypt/live/setup.example.com/', 'FOLDER/certs/'],
    // A folder of the operator's own.
    ['providers: providers # where your servers are, as above\n', ''],
    ['domains: [example.com]', 'domains: [btinternet.com]'],
  ],
  'docs/metrics.md: metrics: { host: 127.0.0.1, port: 9090 }': [['9090', 'METRICS']],
  'docs/proxy.md: baseUrl: https://setup.example.com': [['8080', 'PORT']],
  'docs/service.md: baseUrl: https://setup.example.com': [
    ['8080', 'PORT'],
    ['tls/', 'certs/'],
    // A folder of the operator's own.
    ['providers: providers # your provider files\n', ''],
    ['[example.com]', '[btinternet.com]'],
    ['/var/lib/mailprofile/', 'FOLDER/'],
  ],
  'docs/tenants.md: listen: { host: 127.0.0.1, port: 8080 }': [
    ['8080', 'PORT'],
    // A folder of the operator's own.
    ['providers: providers # where the mail servers of their domains are\n', ''],
    ['/etc/letsencrypt/live/host.example/fullchain', 'FOLDER/certs/fullchain'],
    ['/etc/letsencrypt/live/host.example/privkey', 'FOLDER/certs/privkey'],
    ['setup.school.example', 'setup.example.com'],
    ['[school.example]', '[btinternet.com]'],
  ],
}

/** Run in a shell as they stand; what they need is in the shell's folder. */
const COMMANDS: readonly string[] = [
  'docs/api.md: mailprofile keys new helpdesk',
  'docs/api.md: curl https://setup.example.com/api/v1/accounts/ann@example.com -H "Authorization: Bearer $KEY"',
  'docs/dns.md: mailprofile config dns example.com                      # what the zone should have, and has today',
  'docs/check.md: mailprofile check ann@example.com',
  'docs/command-line.md: mailprofile lookup ann@btinternet.com',
  'docs/formats.md: mailprofile export k9-settings ann@btinternet.com -o ann.k9s',
  'docs/get-started.md: curl https://autoconfig.example.com/mail/config-v1.1.xml | npx mailprofile providers import - --out providers',
  'docs/get-started.md: npx mailprofile config check            # the file, line by line',
  'docs/get-started.md: npx mailprofile qr --text https://setup.example.com -o code.svg',
  "docs/probe.md: mailprofile probe ann@example.com                                    # with the server's mailprofile.yaml",
  'docs/providers.md: mailprofile providers import ispdb --out providers',
  'docs/replacing.md: curl "https://autoconfig.example.com/mail/config-v1.1.xml?emailaddress=ann@example.com" > example.com.xml',
  'docs/replacing.md: mailprofile config check',
  'docs/replacing.md: mailprofile probe ann@example.com',
  'docs/replacing.md: mailprofile inspect old.mobileconfig',
  'docs/troubleshooting.md: mailprofile inspect ann.mobileconfig',
  'docs/troubleshooting.md: mailprofile probe ann@example.com',
]
/** What becomes of a certificate, one after the other. */
const [LOOK, KEY, PKCS12, PKCS12_CONFIGURATION] = [
  'docs/certificates.md: mailprofile config check                                          # the chain, and the days that it has left',
  'docs/certificates.md: openssl x509 -in fullchain.pem -noout -pubkey | openssl sha256',
  'docs/certificates.md: openssl pkcs12 -export -in fullchain.pem -inkey privkey.pem -out signing.p12 -passout file:passphrase.txt',
  "docs/certificates.md: signing: { pkcs12: signing.p12, passphrase: 'of the file' }",
] as const
const LIST = 'docs/batch.md: Email,Name,Language,Room'
/** Of that list. */
const BATCHES: readonly string[] = [
  'docs/batch.md: mailprofile batch people.csv --out phones --dry-run   # says what it would do',
  'docs/batch.md: mailprofile batch people.csv --out links --invitations --expires 336',
  'docs/batch.md: mailprofile batch people.csv --out post --invitations --expires 336 --letters letters.pdf --envelope din5008b',
]
const INVITE = 'docs/api.md: curl https://setup.example.com/api/v1/invitations \\'
const UNLOCK =
  'docs/api.md: curl -X POST https://setup.example.com/api/v1/invitations/$ID/unlock -H "Authorization: Bearer $KEY"'
const SHOW =
  'docs/api.md: curl https://setup.example.com/api/v1/invitations/$ID -H "Authorization: Bearer $KEY"'
const INVITE_BY_COMMAND =
  'docs/api.md: mailprofile invite ann@example.com --password-stdin < password.txt  # link, and QR code on a terminal'
const STANDARD_INPUT =
  'docs/command-line.md: curl "https://setup.example.com/email.mobileconfig?email=ann@example.com" | mailprofile inspect -'
const ERROR =
  'docs/command-line.md: file_error: The file made/ann.mobileconfig cannot be written: the folder made is not there.'
const ERROR_AS_JSON = 'docs/command-line.md: {'
const REFUSED =
  'docs/api.md: { "error": { "code": "unknown_domain", "message": "No settings are known for …", "hint": "…" } }'

const NGINX = 'docs/proxy.md: # No path, no query, no address of a client.'
/** Each by proxies.test.ts and traefik.test.ts, which take them from the pages. */
const PROXY_EXAMPLES: readonly string[] = [
  'docs/proxy.md: location ^~ /mail/ {',
  'docs/proxy.md: handle /mail/* {',
  'docs/proxy.md: server {',
  'docs/proxy.md: http://autoconfig.example.net {',
  'docs/proxy-apache.md: <VirtualHost *:80>',
  'docs/proxy-haproxy.md: frontend http',
  'docs/proxy-traefik.md: in-clear:',
  'docs/proxy-apache.md: # No path, no query, no address of a client.',
  'docs/proxy-apache.md: ProxyPass /mail/ http://127.0.0.1:8080/mail/ nocanon retry=0 connectiontimeout=5 disablereuse=on',
  'docs/proxy-haproxy.md: global',
  'docs/proxy-haproxy.md: ln -s /etc/letsencrypt/live/setup.example.com/fullchain.pem /etc/haproxy/mailprofile.pem',
  'docs/proxy-haproxy.md: use_backend mailprofile if { path_beg /mail/ }',
  'docs/proxy-traefik.md: # No accessLog: it would have paths, queries and addresses. What fails is told from DEBUG on, with them.',
  'docs/proxy-traefik.md: http:',
  'docs/proxy-traefik.md: rule: Host(`www.example.com`) && PathPrefix(`/mail/`)',
]
const UPSTREAM = 'docs/scaling.md: upstream mailprofile {'
const UPSTREAMS_OF_CADDY = 'docs/scaling.md: reverse_proxy 10.0.0.11:8080 10.0.0.12:8080 {'
const [CADDY_IN_SHORT, CADDY, CADDY_ON_DEMAND] = [
  'docs/get-started.md: {',
  'docs/proxy.md: {',
  'docs/autoconfig.md: {',
]
const ACL =
  'docs/scaling.md: ACL SETUSER mailprofile on >PASSWORD ~mailprofile:* +ping +select +eval +evalsha +time +wait +exists +del +get +set +pexpireat +hset +hgetall +hmget +hdel +zadd +zrange +zrandmember +zrem +incrby +pttl +expire'
const REFUSAL = 'docs/providers.md: id: example-app'
/** Of calendars and contacts alone, with the user name that ann@example.com has there. */
const COLLECTIONS: readonly (readonly [string, string])[] = [
  ['docs/providers.md: id: example-cloud', 'ann'],
  ['docs/providers.md: id: example-dav', 'ann@example.com'],
]
const SIGN_IN = 'docs/providers.md: id: customer'
const PEOPLE = 'docs/directory.md: address,name,username,aliases,language'
const CALENDARS = "docs/library.md: import { parseAccount } from 'mailprofile'"
const REPLICAS =
  'docs/scaling.md: store: { url: rediss://mailprofile:PASSWORD@redis.example.com/0, replicas: 1 }'
const LIBRARY =
  "README.md: import { exportFormat, loadCatalogue, loadSigningIdentity } from 'mailprofile'"
/** One program, one after the other. */
const PROGRAM = [
  "docs/library.md: import { exportFormat, loadCatalogue, loadSigningIdentity, Secret, withPassword } from 'mailprofile'",
  "docs/library.md: import { MailProfileError } from 'mailprofile'",
  "docs/library.md: import { formats, qrSvg } from 'mailprofile'",
  "docs/library.md: import { createDirectory, parseAddress, providerAccount, systemNetwork } from 'mailprofile'",
  'docs/library.md: import {',
  "docs/library.md: import express from 'express'",
]
const PROVIDER = 'docs/get-started.md: id: example'
const NOTES = 'docs/providers.md: notes:'
const MESSAGE = 'docs/languages.md: {'
const MISTAKE =
  'docs/languages.md: invalid_configuration: /etc/mailprofile/templates/locales/de.json:4:18: errors.domain.unknown: there is no {host} in it: it has {domain}.'
const ALERTS = 'docs/metrics.md: groups:'

const SERVICE: readonly string[] = [
  'docs/service.md: [Unit]',
  'docs/service.md: [Service]',
  'docs/service.md: [Service] (2)',
  'docs/service.md: #!/bin/sh',
  'docs/service.md: #!/bin/sh (2)',
  'docs/backup-and-upgrade.md: umask 077 && mailprofile backup - > /root/mailprofile.backup',
  'docs/backup-and-upgrade.md: mailprofile restore - < /root/mailprofile.backup',
]

/** By nixos.test.ts of test/packaging. */
const NIXOS: readonly string[] = ['docs/nixos.md: { pkgs, ... }:', 'docs/nixos.md: {']

/** By automx2-database.test.ts of test/autoconfig. */
const AUTOMX2 = 'docs/replacing.md: mkdir old'

/** Each by a test of its own below, in proxies.test.ts or in service.test.ts. */
const BY_TESTS: readonly string[] = [
  ...[INVITE, UNLOCK, SHOW, INVITE_BY_COMMAND, REFUSED, 'docs/api.md: {', 'docs/api.md: { (3)'],
  ...[
    NGINX,
    UPSTREAM,
    UPSTREAMS_OF_CADDY,
    CADDY_IN_SHORT,
    CADDY,
    CADDY_ON_DEMAND,
    ACL,
    LIBRARY,
    PROVIDER,
    ALERTS,
  ],
  ...[...PROXY_EXAMPLES, ...NIXOS],
  ...[LIST, ...BATCHES, LOOK, KEY, PKCS12, PKCS12_CONFIGURATION],
  ...[REFUSAL, REPLICAS, ...PROGRAM, STANDARD_INPUT, ERROR, ERROR_AS_JSON],
  ...[
    NOTES,
    MESSAGE,
    MISTAKE,
    ...SERVICE,
    AUTOMX2,
    SIGN_IN,
    PEOPLE,
    CALENDARS,
    ...COLLECTIONS.map(([name]) => name),
  ],
]

/** Examples that are not run, and why. */
const NOT_RUN: Readonly<Record<string, string>> = {
  'docs/dns.md: mailprofile config dns example.com --apply --server ns1.example.com --key-file dns.key':
    'It changes a zone; test/cli/config-dns-apply.test.ts does so with zones of its own.',
  'docs/branding.md: { "home": { "intro": "Members of the Example Society: type your address here." } }':
    'It is a file of messages; test/http/branding.test.ts has such files.',
  'README.md: npm ci && npm start          # the server, on http://127.0.0.1:8080':
    'It downloads packages; what it builds is what these tests run.',
  'docs/get-started.md: certbot certonly --standalone --reuse-key -d setup.example.com':
    'It asks a certification authority on the internet.',
  'docs/certificates.md: certbot certonly --standalone --reuse-key -d setup.example.com':
    'It asks a certification authority on the internet.',
  'docs/get-started.md: npm ci && npm start -- --lan':
    'It downloads packages, and listens to the local network; test/cli/serve.test.ts has --lan.',
  'docs/get-started.md: npx mailprofile init':
    'It asks on a terminal; test/cli/init-terminal.test.ts answers.',
  'docs/get-started.md: npx mailprofile init --domain example.com --imap mail.example.com:993:tls --smtp mail.example.com:465:tls --yes':
    'It writes what is there already; test/cli/init.test.ts runs it in a folder of its own.',
  'docs/get-started.md: npm start -- --lan':
    'It listens to the local network; test/cli/serve.test.ts has --lan.',
  'docs/android-intent.md: intent://account#Intent;scheme=mailprofile;i.version=1;S.address=ann%40example.com;…;end':
    'It is shortened; test/formats/android-intent.test.ts has whole ones.',
  'docs/android-intent.md: <activity android:name=".SetUpMailActivity" android:exported="true">':
    'It is for the operator’s own Android app.',
  'docs/android-intent.md: val address = intent.getStringExtra("address")':
    'It is for the operator’s own Android app.',
  'docs/api.md: { (2)': 'It needs a mail server; test/http/api-sending.test.ts has one.',
  'docs/delivery.md: mailprofile invite send ann@example.com --deliver-to ann.private@example.org < link.txt':
    'It needs a mail server; test/cli/invite-send.test.ts has one.',
  'docs/delivery.md: POST /invitations HTTP/1.1':
    'It is shortened; test/delivery/webhook.test.ts looks at whole ones.',
  "docs/delivery.md: import { createHmac, timingSafeEqual } from 'node:crypto'":
    'test/delivery/webhook.test.ts runs it.',
  'docs/batch.md: mailprofile batch people.csv --out mails --mail --code':
    'It needs a mail server; test/cli/batch-hands-over.test.ts has one.',
  "docs/batch.md: mailprofile batch --directory '*' --out phones                          # everybody":
    'It needs a directory; test/cli/batch-directory.test.ts has one.',
  "docs/directory.md: mailprofile batch --directory '(departmentNumber=7)' --out phones --dry-run":
    'It needs a directory; test/cli/batch-directory.test.ts has one.',
  'docs/letters.md: <h1>Welcome to <%= it.operator %></h1>':
    'It is a template; test/batch/letters/templates.test.ts has such templates.',
  'docs/check.md: Incoming: IMAP, imap.example.com:993, tls':
    'It is what a command prints about a server on the internet.',
  'docs/check.md: {': 'It is what a command prints about a server on the internet.',
  'docs/probe.md: ok    iPhone, iPad and Mac: setup page and profile':
    'It is what a command prints about a server on the internet.',
  'docs/probe.md: {': 'It is what a command prints about a server on the internet.',
  'docs/configuration.md: ok       file       /etc/mailprofile/mailprofile.yaml':
    'It is what a command prints on one day.',
  'docs/release.md: sha256sum mailprofile-*.tgz mailprofile_*.deb mailprofile-*.cdx.json > SHA256SUMS':
    'It is for the files of a release, and needs a key of the project.',
  'docs/container.md: docker build -f packaging/container/Dockerfile -t mailprofile:0.1 .':
    'It downloads an image; test/packaging/container.long.test.ts builds it of another one.',
  'docs/container.md: docker compose -f packaging/container/compose.yaml exec mailprofile mailprofile config check':
    'It needs Docker; test/packaging/container.long.test.ts has a container.',
  'docs/container.md: docker compose -f packaging/container/compose.valkey.yaml build':
    'It needs Docker; test/packaging/compose.test.ts looks at the file.',
  'docs/kubernetes.md: kubectl create secret tls mailprofile-signing --cert=fullchain.pem --key=privkey.pem':
    'It needs a cluster; test/packaging/kubernetes.test.ts compares it with the manifests.',
  'docs/kubernetes.md: PASSWORD=$(openssl rand -hex 24)':
    'It needs a cluster; test/packaging/kubernetes.test.ts compares it with the manifests.',
  'docs/kubernetes.md: spec:': 'It is for cert-manager.',
  'docs/service.md: npm ci && npm pack':
    'It downloads packages; test/repository/package.test.ts uses what is packed.',
  'docs/service.md: sudo npm install --global --prefix /opt/mailprofile ./mailprofile-*.tgz':
    'It downloads packages, and makes a user of the machine.',
  'docs/service.md: sudo systemctl daemon-reload': 'It is for a machine that systemd runs.',
  'docs/proxy-apache.md: sudo a2enmod env headers http2 proxy_http reqtimeout rewrite ssl':
    'It changes the Apache of the machine; test/security/proxies.test.ts loads the modules that it names.',
  'docs/library.md: npm install mailprofile':
    'It downloads packages; test/repository/package.test.ts uses what is packed.',
}

promise(
  'Every example of these pages works: configurations start, commands and calls do what is said of them.',
  () => {
    it('none is left out', () => {
      const known = [
        ...Object.keys(CONFIGURATIONS),
        ...COMMANDS,
        ...BY_TESTS,
        ...Object.keys(NOT_RUN),
      ]
      expect(EXAMPLES.map(nameOf).sort()).toEqual([...known].sort())
    })

    it.each(some(Object.entries(CONFIGURATIONS), 2))('%s', async (name, places) => {
      const folder = temporaryFolder()
      mkdirSync(join(folder, 'certs'))
      writeFileSync(join(folder, 'certs', 'fullchain.pem'), certificate.chain)
      writeFileSync(join(folder, 'certs', 'privkey.pem'), certificate.key)
      await withFreePorts(['http', 'metrics'], async ({ http, metrics }) => {
        const text = withPlaces(
          example(name),
          places.map(([from, to]) => [
            from,
            to
              .replace('FOLDER', folder)
              .replace('PORT', String(http))
              .replace('METRICS', String(metrics)),
          ]),
        )
        writeFileSync(join(folder, 'mailprofile.yaml'), text)
        const checked = await runCli(['config', 'check'], { cwd: folder })
        expect(checked.stdout.toString()).toContain('The server can start')
        expect(checked.exitCode).toBe(0)
        const server = await startServer(['--port', String(http), '--host', '127.0.0.1'], {
          cwd: folder,
        })
        try {
          const { status, body } = await ask(
            text.includes('tls:') ? { port: http, servername: 'setup.example.com' } : http,
            SETUP,
            // With tenants, nobody is at another host.
            text.includes('tenants:') ? { ...CLAIMS, host: 'setup.example.com' } : CLAIMS,
          )
          expect(status).toBe(200)
          expect(body.toString()).not.toContain('evil.example')
          expect(server.lines.join()).not.toContain('btinternet')
        } finally {
          expect(await server.stop()).toBe(0)
        }
      })
    })

    describe('commands and calls', () => {
      const folder = suite((path) => path)
      let server: RunningServer | undefined
      let shell: OperatorsShell | undefined
      let key = ''
      beforeAll(async () => {
        const chain = createTestChain(folder(), 'P-256')
        const files: Readonly<Record<string, string>> = {
          'tls.pem': certificate.chain,
          'tls-key.pem': certificate.key,
          'ca.pem': certificate.ca,
          'fullchain.pem': chain.fullChain,
          'privkey.pem': chain.key,
          'password.txt': 'only for Ann\n',
          'passphrase.txt': 'of the file\n',
          'ann.json': JSON.stringify(annJson()),
        }
        for (const [name, text] of Object.entries(files)) writeFileSync(join(folder(), name), text)
        mkdirSync(join(folder(), 'own-providers'))
        writeFileSync(join(folder(), 'own-providers', 'example.yaml'), example(PROVIDER))
        for (const name of ['ispdb', 'old']) {
          mkdirSync(join(folder(), name))
          cpSync(
            join(ROOT, 'test/vectors/autoconfig/authentications.xml'),
            join(folder(), name, 'authentications.xml'),
          )
        }
        const made = await runCli(['keys', 'new', 'helpdesk', '--json'])
        const entry = JSON.parse(made.stdout.toString()) as { key: string; hash: string }
        key = entry.key
        server = await withFreePorts(['https'], async ({ https }) => {
          writeFileSync(
            join(folder(), 'mailprofile.yaml'),
            `baseUrl: https://setup.example.com
signing: { certificate: fullchain.pem, key: privkey.pem }
tls: { certificate: tls.pem, key: tls-key.pem }
providers: own-providers
store: sqlite:mailprofile.db
api: { keys: [{ name: helpdesk, hash: '${entry.hash}' }] }
`,
          )
          shell = operatorsShell(folder(), { port: https, ca: join(folder(), 'ca.pem') })
          return startServer(['--port', String(https)], { cwd: folder() })
        })
        // Those that somebody looks into.
        for (const name of ['old', 'ann']) {
          // What a website has is seldom signed, and read only without a signature.
          const options = name === 'old' ? ['--unsigned'] : []
          const file = ['--output', `${name}.mobileconfig`, ...options]
          await runCli(['export', 'apple-profile', PERSON, ...file], { cwd: folder() })
        }
      })
      afterAll(() => server?.stop())

      const run = (text: string, variables: Readonly<Record<string, string>> = {}) => {
        if (shell === undefined) throw new Error('The server has not been started.')
        return shell.run(text, { KEY: key, APP_PASSWORD: 'only for Ann', ...variables })
      }
      const keysOf = (value: unknown) => Object.keys(value as object).sort()

      it.each(some(COMMANDS, 2))('%s', async (name) => {
        rmSync(join(folder(), 'providers'), { recursive: true, force: true })
        await run(example(name))
      })

      it.skipIf(isMissing('openssl'))(
        'the certificate, its key, and both in one file',
        async () => {
          expect(await run(example(LOOK))).toContain('The server can start')
          expect(await run(example(KEY))).toMatch(/[0-9a-f]{64}/)
          await run(example(PKCS12))
          writeFileSync(join(folder(), 'pkcs12.yaml'), example(PKCS12_CONFIGURATION))
          chmodSync(join(folder(), 'pkcs12.yaml'), 0o600)
          const checked = await run('mailprofile config check --config pkcs12.yaml')
          expect(checked).toMatch(/^ok +signing +ECDSA P-256/m)
        },
      )

      inLongSuite('many at once', async () => {
        writeFileSync(join(folder(), 'people.csv'), example(LIST))
        const printed = await Promise.all(BATCHES.map((name) => run(example(name))))
        expect(printed[0]).toMatch(/^Nothing was done\..* 2 files, .*^2 files, /ms)
        expect(printed[1]).toMatch(/^2 invitations, /)
        expect(printed[2]).toMatch(/^2 invitations, 2 letters, /)
        expect(readdirSync(folder())).toContain('letters.pdf')
      })

      it('an invitation, its answers, and what becomes of it', async () => {
        const made = JSON.parse(await run(example(INVITE))) as { id: string; url: string }
        expect(keysOf(made)).toEqual(keysOf(JSON.parse(example('docs/api.md: {'))))
        // The same Idempotency-Key: the same answer.
        expect(JSON.parse(await run(example(INVITE)))).toEqual(made)
        await run(`curl ${made.url}/formats/apple-profile -o ann.mobileconfig`)
        const ID = made.id
        const shown = await run(example(SHOW), { ID })
        // One answer to each of three calls.
        const [one, list, gone] = shown
          .replaceAll('}{', '}\n{')
          .split('\n')
          .map((line): unknown => JSON.parse(line))
        expect(keysOf(one)).toEqual(keysOf(JSON.parse(example('docs/api.md: { (3)'))))
        expect(one).toMatchObject({ id: ID, state: 'opened', used: 1 })
        expect(list).toMatchObject({ invitations: [{ id: ID }] })
        expect(gone).toMatchObject({ id: ID, state: 'revoked' })
      })

      it('one with a code, unlocked', async () => {
        const call = withPlaces(example(INVITE), [
          ['"reference": "order-4711"', '"code": true'],
          ['order-4711', 'with-code'],
        ])
        const { id: ID } = JSON.parse(await run(call)) as { id: string }
        expect(JSON.parse(await run(example(UNLOCK), { ID }))).toMatchObject({ id: ID })
      })

      inLongSuite('files by standard input', async () => {
        const from = join(ROOT, 'test/vectors/autoconfig/authentications.xml')
        cpSync(from, join(folder(), 'config-v1.1.xml'))
        rmSync(join(folder(), 'providers'), { recursive: true, force: true })
        expect(await run(example(STANDARD_INPUT))).toContain('The server can start')
        expect(readdirSync(folder())).toContain('ann.mobileconfig')
        expect(readdirSync(join(folder(), 'providers'))).toHaveLength(1)
      })

      inLongSuite('one by command', async () => {
        const { id } = JSON.parse(
          await run(`printf x | mailprofile invite ${PERSON} --password-stdin --json`),
        ) as { id: string }
        await run(withPlaces(example(INVITE_BY_COMMAND), [['show ID', `show ${id}`]]))
        expect(readdirSync(folder())).toContain('ann.svg')
      })

      it('a refusal', async () => {
        const call = withPlaces(example(INVITE), [
          [PERSON, 'ann@nobody.example'],
          ['order-4711', 'nobody'],
        ])
        const answer = JSON.parse(await run(`${call.trimEnd()} || true`)) as { error: object }
        const { error } = JSON.parse(example(REFUSED)) as { error: { code: string } }
        expect(keysOf(answer.error)).toEqual(keysOf(error))
        expect(answer.error).toMatchObject({ code: error.code })
      })

      it('the library', async () => {
        mkdirSync(join(folder(), 'node_modules'))
        symlinkSync(ROOT, join(folder(), 'node_modules', 'mailprofile'))
        writeFileSync(
          join(folder(), 'example.mjs'),
          `${example(LIBRARY)}\nconsole.log(fileName, body.length)\n`,
        )
        const ran = await promisify(execFile)(process.execPath, ['example.mjs'], { cwd: folder() })
        expect(ran.stdout).toMatch(/^\S+\.mobileconfig \d{4}\n$/)
      })
    })

    it('the library, with invitations and the server', async () => {
      const folder = temporaryFolder()
      const { fullChain, key } = createTestChain(folder, 'P-256')
      writeFileSync(join(folder, 'fullchain.pem'), fullChain)
      writeFileSync(join(folder, 'privkey.pem'), key)
      mkdirSync(join(folder, 'providers'))
      mkdirSync(join(folder, 'node_modules'))
      symlinkSync(ROOT, join(folder, 'node_modules', 'mailprofile'))
      symlinkSync(join(ROOT, 'node_modules/express'), join(folder, 'node_modules', 'express'))
      const all = PROGRAM.map(example)
      const [server, invitation] = [all.pop(), all.pop()]
      const place = withPlaces(invitation ?? '', [['/var/lib/mailprofile/', `${folder}/data/`]])
      const listening = withPlaces(server ?? '', [
        ['site.listen(8080)', 'const server = site.listen(0)'],
      ])
      writeFileSync(
        join(folder, 'example.mjs'),
        `const password = 'only for Ann'
${all.join('')}${place}${listening}
await new Promise((resolve) => server.once('listening', resolve))
const page = await fetch('http://127.0.0.1:' + server.address().port + new URL(link).pathname)
console.log(mediaType, fileName, body.length > 1000, ready.incoming.password?.reveal(), page.status)
console.log(found.incoming.host)
server.close()
server.closeAllConnections()
await store.close()
`,
      )
      const ran = await promisify(execFile)(process.execPath, ['example.mjs'], { cwd: folder })
      expect(ran.stdout).toMatch(
        /^true\nunknown_domain\n(?:a (?:download|link|picture) .*\n+){4,}application\/x-apple-aspen-config \S+\.mobileconfig true only for Ann 200\nmail\.btinternet\.com\n$/,
      )
    })

    it('errors of the command line', async () => {
      const cwd = temporaryFolder()
      const error = async (argv: readonly string[]) => (await runCli(argv, { cwd })).stderr
      const sheet = [
        'export',
        'settings-sheet',
        'ann@btinternet.com',
        '-o',
        'made/ann.mobileconfig',
      ]
      expect(await error(sheet)).toBe(example(ERROR))
      expect(await error(['lookup', 'ann@example.net', '--json'])).toBe(example(ERROR_AS_JSON))
    })

    it('a provider file', () => {
      expect(parseProvider(example(PROVIDER), 'example.yaml').domains).toEqual(['example.com'])
    })

    it('a note of a provider in two languages', () => {
      const { notes } = parseProvider(`${example(PROVIDER)}${example(NOTES)}`, 'example.yaml')
      const said = notes.map(({ text }) => [
        loadTexts('en').said.text(text),
        loadTexts('de').said.text(text),
      ])
      expect(said).toEqual([
        [
          'Mail apps are locked out at first. Allow IMAP once in the web mail: Einstellungen › IMAP.',
          'Mail-Apps sind zunächst ausgesperrt. Erlauben Sie IMAP einmal im Webmail: Einstellungen › IMAP.',
        ],
      ])
    })

    it('a message, as it ships', () => {
      const shipped = readFileSync(join(ROOT, 'templates/locales/en.json'), 'utf8')
      expect(JSON.parse(shipped)).toMatchObject(JSON.parse(example(MESSAGE)) as object)
    })

    it('a mistake in an operator’s own messages', async () => {
      const folder = temporaryFolder()
      mkdirSync(join(folder, 'locales'))
      writeFileSync(
        join(folder, 'locales', 'de.json'),
        '{\n  "errors": {\n    "domain": {\n      "unknown": "{host} ist unbekannt."\n    }\n  }\n}\n',
      )
      const [code, ...sentence] = example(MISTAKE).trim().split(': ')
      const message = sentence.join(': ').replace('/etc/mailprofile/templates', folder)
      expect(await refusal(() => createTexts({ folders: [folder] }))).toMatchObject({
        code,
        message,
      })
    })

    it('alerts ask for series that there are', async () => {
      const { groups } = parseYaml(example(ALERTS)) as {
        groups: { rules: { alert: string; expr: string }[] }[]
      }
      const rules = groups.flatMap((group) => group.rules)
      expect(rules.length).toBeGreaterThan(3)
      const metrics = createMetrics({
        now: () => new Date(),
        checkStore: () => Promise.resolve(),
        lostLogLines: () => 0,
        directoriesAnswer: () => Promise.resolve(true),
      })
      const series = await metrics.render()
      for (const { expr } of rules) {
        for (const [name] of expr.matchAll(/\bmailprofile_\w+/g)) {
          expect(series).toContain(`# TYPE ${name} `)
        }
      }
    })

    it('the provider file that says why there are no settings', async () => {
      const folder = temporaryFolder()
      writeFileSync(join(folder, 'example-app.yaml'), example(REFUSAL))
      const { refused } = await loadCatalogue([folder], { shipped: false })
      expect(refused.map(({ provider }) => provider.id)).toEqual(['example-app'])
    })

    it.each(COLLECTIONS)('%s, as an account of calendars and contacts', async (name, username) => {
      const folder = temporaryFolder()
      const [, id = ''] = /^id: (\S+)/.exec(example(name)) ?? []
      writeFileSync(join(folder, `${id}.yaml`), example(name))
      const account = (await loadCatalogue([folder])).account('ann@example.com')
      expect(account.incoming).toBeUndefined()
      expect(davLogins(account).map((login) => login.username)).toEqual([username, username])
    })

    it('a domain at Microsoft 365', async () => {
      const cwd = temporaryFolder()
      writeFileSync(join(cwd, 'customer.yaml'), example(SIGN_IN))
      const argv = ['export', 'apple-exchange', 'ann@customer.example', '--providers', cwd]
      const { exitCode, stdout } = await runCli([...argv, '--unsigned', '-o', '-'], { cwd })
      expect(exitCode).toBe(0)
      expect(stdout.toString()).toContain('com.apple.eas.account')
    })

    it('a list of people', async () => {
      const cwd = temporaryFolder()
      writeFileSync(join(cwd, 'people.csv'), example(PEOPLE))
      mkdirSync(join(cwd, 'providers'))
      writeFileSync(join(cwd, 'providers', 'example.yaml'), example(PROVIDER))
      writeFileSync(
        join(cwd, 'mailprofile.yaml'),
        `providers: providers\n${example('docs/directory.md: directory: (4)')}`,
      )
      const lookUp = async (address: string) =>
        (await runCli(['lookup', address], { cwd })).stdout.toString()
      const people = await Promise.all(['office@example.com', 'bob@example.com'].map(lookUp))
      expect(people[0]).toContain('In the directory: Ann Example; also a.example@example.com')
      expect(people[1]).toContain('In the directory: Example, Bob.\n')
    })

    it('the account of calendars and contacts', () => {
      const [, code = ''] = /^import .*\n([^]*)$/.exec(example(CALENDARS)) ?? []
      const made = runInThisContext(`parseAccount => { ${code}; return calendars }`) as (
        parse: typeof parseAccount,
      ) => Account
      expect(davLogins(made(parseAccount)).map(({ username }) => username)).toEqual(['ann', 'ann'])
    })

    // A fail-over with it is in stores.test.ts.
    it('the store with replicas', async () => {
      const folder = temporaryFolder()
      writeFileSync(join(folder, 'mailprofile.yaml'), example(REPLICAS))
      expect(await loadConfig({ env: {}, cwd: folder })).toMatchObject({ storeReplicas: 1 })
    })

    it.skipIf(isMissing('redis-server'))('the permissions of Redis', async () => {
      const folder = temporaryFolder()
      const redis = await startRedis({ folder, appendOnly: true })
      onTestFinished(() => redis.stop())
      const admin = createClient({ url: redis.url })
      await admin.connect()
      await admin.sendCommand(example(ACL).trim().split(/\s+/))
      await admin.sendCommand(['ACL', 'SETUSER', 'default', 'off'])
      admin.destroy()
      const server = await startProxiedServer(folder, '', {
        store: `redis://mailprofile:PASSWORD@127.0.0.1:${redis.port}`,
      })
      onTestFinished(() => server.stop().then(() => undefined))
      const made = await fetch(`http://127.0.0.1:${server.port}/api/v1/invitations`, {
        method: 'POST',
        headers: {
          Authorization: `Bearer ${server.apiKey}`,
          'Content-Type': 'application/json',
          'Idempotency-Key': 'once',
        },
        body: JSON.stringify({ address: PERSON, password: 'only for Ann', reference: 'x' }),
      })
      expect(made.status).toBe(201)
      const { url } = (await made.json()) as { url: string }
      const path = `${new URL(url).pathname}/formats/apple-profile`
      expect((await fetch(`http://127.0.0.1:${server.port}${path}`)).status).toBe(200)
      const ready = await fetch(`http://127.0.0.1:${server.port}/readyz`)
      expect(await ready.text()).not.toContain('The store cannot be reached')
    })

    const BEHIND_PROXIES: readonly (readonly [string, 'nginx' | 'caddy', () => Promise<void>])[] = [
      [
        'several servers behind nginx',
        'nginx',
        async () => {
          const folder = temporaryFolder()
          const servers = await Promise.all(
            ['one', 'two'].map(async (name) => {
              mkdirSync(join(folder, name))
              const server = await startProxiedServer(join(folder, name))
              onTestFinished(() => server.stop().then(() => undefined))
              return server
            }),
          )
          const [first, second] = servers
          if (first === undefined || second === undefined) throw new Error('There are not two.')
          const [upstream = ''] = /^upstream [^]*?^\}\n/m.exec(example(NGINX)) ?? []
          const mine = withPlaces(example(UPSTREAM), [
            ['10.0.0.11:8080', `127.0.0.1:${first.port}`],
            ['10.0.0.12:8080', `127.0.0.1:${second.port}`],
          ])
          const ours = withPlaces(upstream, [
            ['server 127.0.0.1:8080', `server 127.0.0.1:${first.port}`],
          ])
          const proxy = await PROXIES.nginx({
            folder,
            upstream: first.port,
            certificate,
            places: [[ours, mine]],
          })
          onTestFinished(() => proxy.stop())
          for (let n = 0; n < 4; n++) {
            expect(statusOf(await sendToProxy(proxy, requestBytes('/openapi.json')))).toBe(200)
          }
          for (const server of servers) {
            await expect.poll(() => server.routes()).toEqual(['/openapi.json', '/openapi.json'])
          }
          // One that is away is made up for.
          await second.stop()
          for (let n = 0; n < 4; n++) {
            expect(statusOf(await sendToProxy(proxy, requestBytes('/openapi.json')))).toBe(200)
          }
        },
      ],
      [
        'several servers behind Caddy',
        'caddy',
        async () => {
          const start = (folder: string, first: number, second: number) =>
            startCaddyExample(example(CADDY), { folder, upstream: first }, [
              [
                'reverse_proxy 127.0.0.1:8080\n',
                withPlaces(example(UPSTREAMS_OF_CADDY), [
                  ['10.0.0.11:8080', '127.0.0.1:8080'],
                  ['10.0.0.12:8080', `127.0.0.1:${second}`],
                ]),
              ],
            ])
          const statusAt = async (proxy: Proxy, path: string) =>
            statusOf(await sendToProxy(proxy, requestBytes(path)).catch(() => ''))
          const servers = await Promise.all(
            [temporaryFolder(), temporaryFolder()].map((folder) => startProxiedServer(folder)),
          )
          const [first, second] = servers
          if (first === undefined || second === undefined) throw new Error('There are not two.')
          onTestFinished(() => first.stop().then(() => undefined))
          const proxy = await start(temporaryFolder(), first.port, second.port)
          onTestFinished(() => proxy.stop())
          await vi.waitUntil(async () => (await statusAt(proxy, '/openapi.json')) === 200, {
            timeout: 30_000,
          })
          // One that is away is made up for, at once.
          await second.stop()
          for (let n = 0; n < 12; n++) expect(await statusAt(proxy, '/openapi.json')).toBe(200)

          // What breaks off may have counted: no other is asked.
          let asked = 0
          const breakOff = await Promise.all(
            [1, 2].map(async () => {
              const server = createServer((request, response) => {
                // On a connection that was used before, Caddy's transport asks the same one again.
                response.shouldKeepAlive = false
                if (request.url === '/readyz') return void response.end()
                if (request.url?.startsWith('/i/') === true) asked++
                request.socket.destroy()
              }).listen(0, '127.0.0.1')
              await once(server, 'listening')
              onTestFinished(() => void server.close())
              return (server.address() as AddressInfo).port
            }),
          )
          const broken = await start(temporaryFolder(), breakOff[0] ?? 0, breakOff[1] ?? 0)
          onTestFinished(() => broken.stop())
          await vi.waitUntil(async () => (await statusAt(broken, '/')) === 502, { timeout: 30_000 })
          expect([await statusAt(broken, `/i/${'token'.padEnd(22, 'A')}`), asked]).toEqual([502, 1])
        },
      ],
      [
        'Caddy in five minutes',
        'caddy',
        async () => {
          const folder = temporaryFolder()
          const server = await startProxiedServer(folder)
          const proxy = await startCaddyExample(example(CADDY_IN_SHORT), {
            folder,
            upstream: server.port,
          })
          onTestFinished(() => proxy.stop())
          const send = () => sendToProxy(proxy, requestBytes(`/i/${'token'.padEnd(22, 'A')}`))
          await vi.waitUntil(async () => statusOf(await send().catch(() => '')) === 404, {
            timeout: 30_000,
          })
          await server.stop()
          expect(statusOf(await send())).toBe(502)
          expect(proxy.logs()).not.toContain('tokenA')
        },
      ],
      [
        'Caddy with certificates on demand',
        'caddy',
        async () => {
          const folder = temporaryFolder()
          const server = await startProxiedServer(folder)
          onTestFinished(() => server.stop().then(() => undefined))
          const proxy = await withFreePorts(['questions'], ({ questions }) =>
            startCaddyExample(example(CADDY_ON_DEMAND), { folder, upstream: server.port }, [
              ['127.0.0.1:8081', `127.0.0.1:${questions}`],
            ]),
          )
          onTestFinished(() => proxy.stop())
          const servername = 'autoconfig.example.com'
          const config = requestBytes('/mail/config-v1.1.xml', { host: servername })
          await vi.waitUntil(
            async () =>
              (await sendToProxy(proxy, config, { servername }).catch(() => '')).includes(
                '<hostname>imap.example.com</hostname>',
              ),
            { timeout: 30_000 },
          )
          for (const other of ['evil.example', 'autoconfig.evil.example', 'x.setup.example.com']) {
            await expect(openConnection({ port: proxy.https, servername: other })).rejects.toThrow()
          }
        },
      ],
    ]
    for (const [name, proxy, works] of some(BEHIND_PROXIES, 1)) {
      it.skipIf(isMissing(proxy))(name, works)
    }
  },
)
