import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startDaemon, type Daemon } from './daemon.js'
import { withFreePorts } from './free-ports.js'
import type { ListedPerson } from './people.js'
import { program } from './programs.js'
import type { ServerCertificate } from './server-certificate.js'

export const LDAP_SUFFIX = 'dc=example,dc=com'
/** Who may read everything. */
export const LDAP_READER = { dn: `cn=reader,${LDAP_SUFFIX}`, password: 'of the reader' }

/** OpenLDAP on loopback, with people in `ou=people`; nobody but the reader sees any. */
export interface Slapd extends Daemon {
  /** LDAP, with StartTLS where there is a certificate. */
  readonly port: number
  /** LDAP over TLS. */
  readonly tlsPort: number
}

export interface SlapdOptions {
  readonly folder: string
  readonly people: readonly ListedPerson[]
  readonly tls?: Pick<ServerCertificate, 'chain' | 'key'> | undefined
  /** Where it sends whoever asks for what it does not have. */
  readonly referral?: string
  /** What it says of `sizelimit`: how much it gives, to whomever. */
  readonly sizeLimit?: string | undefined
}

const SCHEMAS = ['core', 'cosine', 'inetorgperson', 'misc']

export function startSlapd(options: SlapdOptions): Promise<Slapd> {
  const { folder } = options
  mkdirSync(join(folder, 'ldap-data'))
  writeFileSync(join(folder, 'slapd.conf'), configuration(options))
  writeFileSync(join(folder, 'people.ldif'), ldif(options.people))
  const config = ['-f', join(folder, 'slapd.conf')]
  execFileSync(program('slapadd'), ['-q', ...config, '-l', join(folder, 'people.ldif')])
  return withFreePorts(['ldap', 'ldaps'], async ({ ldap, ldaps }) => {
    const urls = [`ldap://127.0.0.1:${ldap}`]
    if (options.tls !== undefined) urls.push(`ldaps://127.0.0.1:${ldaps}`)
    const daemon = await startDaemon(
      program('slapd'),
      ['-d', 'stats', '-h', urls.join(' '), ...config],
      { log: join(folder, 'slapd.log'), ready: 'slapd starting' },
    )
    // It says so a little before it listens.
    while (!(await accepts(ldap))) await sleep(20)
    return { ...daemon, port: ldap, tlsPort: ldaps }
  })
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect({ port, host: '127.0.0.1' })
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

function configuration({ folder, tls, referral, sizeLimit }: SlapdOptions): string {
  const lines = [
    ...SCHEMAS.map((name) => `include /etc/ldap/schema/${name}.schema`),
    'modulepath /usr/lib/ldap',
    'moduleload back_mdb',
    `pidfile ${join(folder, 'slapd.pid')}`,
  ]
  if (tls !== undefined) {
    writeFileSync(join(folder, 'ldap-certificate.pem'), tls.chain)
    writeFileSync(join(folder, 'ldap-key.pem'), tls.key)
    lines.push(`TLSCertificateFile ${join(folder, 'ldap-certificate.pem')}`)
    lines.push(`TLSCertificateKeyFile ${join(folder, 'ldap-key.pem')}`)
    // The rest of the chain, which Debian's slapd does not read from the same file.
    lines.push(`TLSCACertificateFile ${join(folder, 'ldap-certificate.pem')}`)
  }
  if (referral !== undefined) lines.push(`referral ${referral}`)
  if (sizeLimit !== undefined) lines.push(`sizelimit ${sizeLimit}`)
  lines.push(
    'database mdb',
    `suffix "${LDAP_SUFFIX}"`,
    `directory ${join(folder, 'ldap-data')}`,
    'dbnosync',
    'index mail,mailLocalAddress eq',
    `access to * by dn.exact="${LDAP_READER.dn}" read by anonymous auth`,
  )
  return `${lines.join('\n')}\n`
}

function ldif(people: readonly ListedPerson[]): string {
  const entries = [
    [
      'dn: dc=example,dc=com',
      'objectClass: dcObject',
      'objectClass: organization',
      'dc: example',
      'o: Example',
    ],
    [`dn: ou=people,${LDAP_SUFFIX}`, 'objectClass: organizationalUnit', 'ou: people'],
    [
      `dn: ${LDAP_READER.dn}`,
      'objectClass: organizationalRole',
      'objectClass: simpleSecurityObject',
      'cn: reader',
      `userPassword: ${LDAP_READER.password}`,
    ],
    ...people.map(({ address, name, username, aliases, language }) => [
      base64('dn', `uid=${nameValue(username)},ou=people,${LDAP_SUFFIX}`),
      'objectClass: inetOrgPerson',
      'objectClass: inetLocalMailRecipient',
      base64('uid', username),
      base64('cn', `${name} (cn)`),
      base64('displayName', name),
      base64('sn', name),
      base64('mail', address),
      ...aliases.map((alias) => base64('mailLocalAddress', alias)),
      `preferredLanguage: ${language}`,
    ]),
  ]
  return entries.map((lines) => `${lines.join('\n')}\n`).join('\n')
}

function base64(name: string, value: string): string {
  return `${name}:: ${Buffer.from(value).toString('base64')}`
}

// RFC 4514, section 2.4.
function nameValue(text: string): string {
  return text.replace(/[,+"\\<>;=#]/g, '\\$&')
}
