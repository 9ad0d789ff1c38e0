import { execFileSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startDaemon } from './daemon.js'
import { withFreePorts } from './free-ports.js'
import type { MailServers } from './mail-servers.js'
import { isMissing, program } from './programs.js'

/** The plugin that comes with this repository. */
export const PLUGIN = fileURLToPath(new URL('../../integrations/roundcube/', import.meta.url))

// Debian's.
const INSTALLED = '/usr/share/roundcube'
const DEFAULTS = '/etc/roundcube'

/** Values of PHP, as configuration files have them. */
export type PhpValues = Readonly<Record<string, string | number | boolean | null>>

/** Debian's Roundcube with the plugin in it, in a folder of its own. */
export interface Roundcube {
  readonly url: string
  /** Changes what the plugin is told, by its file and by the environment; the next request has it. */
  configure(values: PhpValues, environment?: Readonly<Record<string, string>>): void
  /** Changes the language that people have chosen; it counts from their next log-in. */
  speak(language: string): void
  /** Changes how people are called, as they can themselves; the next request has it. */
  call(name: string): void
  /** What Roundcube and PHP have logged. */
  logs(): string
  stop(): Promise<void>
}

/** Whether tests with it have to be skipped; with REQUIRE_ALL=1 that is an error. */
export function noRoundcube(): boolean {
  const isThere =
    existsSync(join(INSTALLED, 'index.php')) && existsSync('/usr/share/php/GuzzleHttp')
  if (!isThere && process.env['REQUIRE_ALL'] === '1') {
    throw new Error(
      'REQUIRE_ALL=1, but Roundcube is missing (Debian packages roundcube-core, roundcube-sqlite3).',
    )
  }
  return [isMissing('php'), !isThere].includes(true)
}

/**
 * Starts it with PHP's own server, over mailboxes of the tests.
 *
 * @param folder gets links to what Debian has installed, its own configuration, data base and logs
 * @param settings of Roundcube, beside those that it needs here
 */
export function startRoundcube(
  folder: string,
  { ca, ports }: Pick<MailServers, 'ca' | 'ports'>,
  settings: PhpValues = {},
): Promise<Roundcube> {
  const file = (...names: string[]) => join(folder, ...names)
  for (const name of ['config', 'plugins', 'skins', 'logs', 'temp']) {
    mkdirSync(file(name), { recursive: true })
  }
  for (const name of ['index.php', 'program', 'SQL']) {
    symlinkSync(join(INSTALLED, name), file(name))
  }
  for (const kind of ['plugins', 'skins']) {
    for (const name of readdirSync(join(INSTALLED, kind))) {
      symlinkSync(join(INSTALLED, kind, name), file(kind, name))
    }
  }
  for (const name of ['defaults.inc.php', 'mimetypes.php']) {
    cpSync(join(DEFAULTS, name), file('config', name))
  }
  cpSync(PLUGIN, file('plugins', 'mailprofile'), { recursive: true })
  writeFileSync(file('mail-ca.pem'), ca)
  writeFileSync(
    file('config', 'config.inc.php'),
    php({
      db_dsnw: `sqlite:///${file('roundcube.db')}?mode=0640`,
      imap_host: `ssl://localhost:${ports.imap.tls}`,
      smtp_host: `ssl://localhost:${ports.smtp.tls}`,
      mail_domain: 'example.test',
      des_key: 'twenty-four-characters-.',
      enable_spellcheck: false,
      ...settings,
    }) +
      `$config['imap_conn_options'] = ['ssl' => ['cafile' => '${file('mail-ca.pem')}']];
$config['plugins'] = ['mailprofile'];
`,
  )
  writeFileSync(
    file('router.php'),
    `<?php
// Files are served as they are, and everything else is Roundcube's.
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
if ($path !== '/' && preg_match('~^/(?:program|skins|plugins)/.*\\.(?:js|css|svg|png|woff2?|html)$~', $path)) {
    return false;
}
define('INSTALL_PATH', __DIR__ . '/');
require __DIR__ . '/index.php';
`,
  )
  const update = (what: string, value: string) => {
    const code = `(new PDO($argv[1]))->prepare('UPDATE ${what}')->execute([$argv[2]]);`
    execFileSync(program('php'), ['-r', code, `sqlite:${file('roundcube.db')}`, value])
  }
  return withFreePorts(['http'], async ({ http }) => {
    // Without its cache, which does not see for seconds that a file has changed.
    const options = ['-d', 'opcache.enable=0']
    const argv = [...options, '-S', `127.0.0.1:${http}`, '-t', folder, file('router.php')]
    const log = file('php.log')
    const daemon = await startDaemon(program('php'), argv, {
      log,
      ready: 'started',
      failed: 'Failed to listen',
      env: { PHP_CLI_SERVER_WORKERS: '4' },
    })
    return {
      url: `http://127.0.0.1:${http}`,
      configure(values, environment = {}) {
        const variables = Object.entries(environment).map(
          ([name, value]) => `putenv('${name}=${value}');\n`,
        )
        const text = php(values) + variables.join('')
        writeFileSync(file('plugins', 'mailprofile', 'config.inc.php'), text)
      },
      speak: (language) => update('users SET language = ?', language),
      call: (name) => update('identities SET name = ?', name),
      logs: () =>
        [log, ...readdirSync(file('logs')).map((name) => file('logs', name))]
          .map((name) => readFileSync(name, 'utf8'))
          .join('\n'),
      stop: () => daemon.stop(),
    }
  })
}

function php(values: PhpValues): string {
  const lines = Object.entries(values).map(([name, value]) => {
    const written =
      typeof value === 'string' ? `'${value.replaceAll(/['\\]/g, '\\$&')}'` : String(value)
    return `$config['${name}'] = ${written};\n`
  })
  return `<?php\n${lines.join('')}`
}
