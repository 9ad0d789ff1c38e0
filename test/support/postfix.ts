import { execFileSync } from 'node:child_process'
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startDaemon, type Daemon } from './daemon.js'
import { authenticationSocket } from './dovecot.js'
import type { IsolatedNetwork } from './isolated-network.js'
import { MAIL_DOMAIN, MAIL_USER, type Mailbox } from './mailboxes.js'
import { program } from './programs.js'

export const POSTFIX_PORTS = ['submission', 'submissions'] as const

/** What can be different about the server that takes mail. */
export interface PostfixOptions {
  /** Where it runs, if not in the machine's own network. */
  readonly network?: IsolatedNetwork
  /** The only version of TLS that it speaks; 1.2 and 1.3 by default. */
  readonly tlsVersion?: 'TLSv1.2'
  /** It lets people log in before STARTTLS, and does without. */
  readonly authBeforeTls?: boolean
  /** Nobody may send from their own address. */
  readonly refuseSenders?: boolean
  /** More of main.cf, which wins. */
  readonly mainCf?: Readonly<Record<string, string>>
}

type Ports = Readonly<Record<(typeof POSTFIX_PORTS)[number], number>>

// What its user owns of the queue.
const QUEUES = [
  ...['active', 'bounce', 'corrupt', 'defer', 'deferred', 'flush', 'hold', 'incoming'],
  ...['maildrop', 'private', 'public', 'saved', 'trace'],
]

/**
 * Postfix as a submission server (RFC 6409) that asks Dovecot for passwords and delivers into its
 * mailboxes; whatever is for others is refused.
 *
 * @param folder the one that `startDovecot` has
 */
export function startPostfix(
  folder: string,
  ports: Ports,
  mailboxes: readonly Mailbox[],
  options: PostfixOptions = {},
): Promise<Daemon> {
  const home = join(folder, 'postfix')
  const configuration = join(home, 'etc')
  const folders = [join(home, 'data'), ...QUEUES.map((name) => join(home, 'queue', name))]
  for (const made of [configuration, join(home, 'queue/pid'), ...folders]) {
    mkdirSync(made, { recursive: true })
  }
  execFileSync('chown', ['postfix', ...folders])

  const { refuseSenders = false } = options
  const lines = (value: (mailbox: Mailbox) => string) =>
    mailboxes.map((mailbox) => `${mailbox.address} ${value(mailbox)}\n`).join('')
  const files = {
    mailboxes: lines(({ localPart }) => `${localPart}/`),
    senders: lines(({ outgoingUsername }) => (refuseSenders ? 'nobody' : outgoingUsername)),
    'etc/main.cf': settings(folder, options),
    'etc/master.cf': services(ports),
  }
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(home, name), content)
    // Postfix waits for up to two seconds when a file might still be being written.
    utimesSync(join(home, name), 0, 0)
  }

  const postconf = ['-c', configuration, '-h', 'daemon_directory']
  const daemons = execFileSync(program('postconf'), postconf, { encoding: 'utf8' }).trim()
  return startDaemon(join(daemons, 'master'), ['-c', configuration, '-s'], {
    log: join(folder, 'postfix.log'),
    ready: 'daemon started',
    network: options.network,
  })
}

function settings(
  folder: string,
  { tlsVersion, authBeforeTls, mainCf = {} }: PostfixOptions,
): string {
  const versions = tlsVersion === undefined ? '>=TLSv1.2' : `>=${tlsVersion}, <=${tlsVersion}`
  const own = `compatibility_level = 3.6
queue_directory = ${folder}/postfix/queue
data_directory = ${folder}/postfix/data
maillog_file = ${folder}/postfix.log
maillog_file_prefixes = ${folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mail.${MAIL_DOMAIN}

# It asks no name server and sends nothing away, not even its own reports.
smtpd_peername_lookup = no
disable_dns_lookups = yes
default_transport = error:5.1.2 This server sends nothing to others
relay_transport = $default_transport
notify_classes =
mynetworks =
mydestination =
alias_maps =

virtual_mailbox_domains = ${MAIL_DOMAIN}
virtual_mailbox_base = ${folder}/mail
virtual_mailbox_maps = texthash:${folder}/postfix/mailboxes
virtual_uid_maps = static:${MAIL_USER}
virtual_gid_maps = static:${MAIL_USER}

smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = ${authenticationSocket(folder)}
smtpd_tls_auth_only = ${authBeforeTls === true ? 'no' : 'yes'}
smtpd_tls_security_level = ${authBeforeTls === true ? 'may' : 'encrypt'}
smtpd_tls_chain_files = ${folder}/key.pem, ${folder}/certificate.pem
smtpd_tls_protocols = ${versions}
smtpd_tls_mandatory_protocols = ${versions}
smtpd_sender_login_maps = texthash:${folder}/postfix/senders
smtpd_sender_restrictions = reject_sender_login_mismatch
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_recipient_restrictions = reject_unauth_destination
# Wrong commands and passwords cost no time.
smtpd_error_sleep_time = 0
`
  const more = Object.entries(mainCf).map(([name, value]) => `${name} = ${value}\n`)
  // Postfix warns of what is there twice.
  const rest = own.split('\n').filter((line) => !((line.split(' = ', 1)[0] ?? '') in mainCf))
  return rest.join('\n') + more.join('')
}

// Nothing runs in a chroot, which would need more files than a test should copy.
function services(ports: Ports): string {
  return `127.0.0.1:${ports.submission} inet n - n - - smtpd
127.0.0.1:${ports.submissions} inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
`
}
