import { accessSync, constants, existsSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Programs that tests run, with the Debian package that has each. */
export const PROGRAMS = {
  openssl: 'openssl',
  curl: 'curl',
  zbarimg: 'zbar-tools',
  pdftoppm: 'poppler-utils',
  pdftotext: 'poppler-utils',
  pdfinfo: 'poppler-utils',
  mutool: 'mupdf-tools',
  unzip: 'unzip',
  python3: 'python3',
  chromium: 'chromium-headless-shell',
  dovecot: 'dovecot-core',
  'imap-login': 'dovecot-imapd',
  'pop3-login': 'dovecot-pop3d',
  postconf: 'postfix',
  knotd: 'knot',
  keymgr: 'knot',
  nsupdate: 'bind9-dnsutils',
  dig: 'bind9-dnsutils',
  radicale: 'radicale',
  'redis-server': 'redis-server',
  slapd: 'slapd',
  slapadd: 'slapd',
  postgres: 'postgresql',
  initdb: 'postgresql',
  mariadbd: 'mariadb-server',
  'mariadb-install-db': 'mariadb-server',
  setpriv: 'util-linux',
  nginx: 'nginx',
  unshare: 'util-linux',
  script: 'bsdutils',
  caddy: 'caddy',
  apache2: 'apache2-bin',
  haproxy: 'haproxy',
  'nix-instantiate': 'nix-bin',
  ip: 'iproute2',
  'firefox-esr': 'firefox-esr',
  WebKitWebDriver: 'webkit2gtk-driver',
  Xvfb: 'xvfb',
  thunderbird: 'thunderbird',
  certutil: 'libnss3-tools',
  cmsutil: 'libnss3-tools',
  certtool: 'gnutls-bin',
  gpgsm: 'gpgsm',
  sqlite3: 'sqlite3',
  'systemd-analyze': 'systemd',
  wrk: 'wrk',
  php: 'php-cli',
  zsh: 'zsh',
  fish: 'fish',
  mandoc: 'mandoc',
  man: 'man-db',
  lintian: 'lintian',
  debootstrap: 'debootstrap',
  buildah: 'buildah',
  podman: 'podman',
  runc: 'runc',
  'dpkg-deb': 'dpkg',
} as const

export type Program = keyof typeof PROGRAMS

// Where servers lie, which are not on everybody's path.
const POSTGRESQL = '/usr/lib/postgresql'
const FOLDERS_OF_SERVERS = [
  '/usr/sbin',
  '/usr/lib/dovecot',
  // A folder for each version.
  ...(existsSync(POSTGRESQL) ? readdirSync(POSTGRESQL) : []).map((version) =>
    join(POSTGRESQL, version, 'bin'),
  ),
]

// The same engine without the windows of a browser, which take half of the time of a visit.
const BETTER: Readonly<Partial<Record<Program, string>>> = { chromium: 'chromium-headless-shell' }

/** Where a program is, or undefined. */
export function findProgram(name: Program): string | undefined {
  const better = BETTER[name]
  return (better === undefined ? undefined : findFile(better)) ?? findFile(name)
}

function findFile(name: string): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  for (const folder of [...folders, ...FOLDERS_OF_SERVERS]) {
    const path = join(folder, name)
    try {
      accessSync(path, constants.X_OK)
      return path
    } catch {
      // Not in this folder.
    }
  }
  return undefined
}

/** Whether tests that need a program have to be skipped; with REQUIRE_ALL=1 that is an error. */
export function isMissing(name: Program): boolean {
  if (findProgram(name) !== undefined) return false
  if (process.env['REQUIRE_ALL'] === '1') {
    throw new Error(`REQUIRE_ALL=1, but ${name} is missing (Debian package ${PROGRAMS[name]}).`)
  }
  return true
}

/** Where Debian has the modules of its Python. */
const PYTHON_MODULES = '/usr/lib/python3/dist-packages'

/** Whether tests that need a module of Debian's Python have to be skipped, as for programs. */
export function isMissingModule(name: string): boolean {
  if (existsSync(join(PYTHON_MODULES, name))) return false
  if (process.env['REQUIRE_ALL'] === '1') {
    throw new Error(`REQUIRE_ALL=1, but ${name} is missing (Debian package python3-${name}).`)
  }
  return true
}

/** Whether this process may start servers that run as other users. */
export function isRoot(): boolean {
  return process.getuid?.() === 0
}

/** Whether tests that only root can run have to be skipped; with REQUIRE_ALL=1 that is an error. */
export function needsRoot(): boolean {
  if (isRoot()) return false
  if (process.env['REQUIRE_ALL'] === '1') {
    throw new Error('REQUIRE_ALL=1, but the mail servers of the tests only start as root.')
  }
  return true
}

/** A program's path, for tests that run only when it is there. */
export function program(name: Program): string {
  const path = findProgram(name)
  if (path === undefined) throw new Error(`${name} is missing.`)
  return path
}
