import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startDaemon, type Daemon } from './daemon.js'
import type { IsolatedNetwork } from './isolated-network.js'
import { MAIL_USER, type Mailbox } from './mailboxes.js'
import { program } from './programs.js'

export const DOVECOT_PORTS = ['imap', 'imaps', 'pop3', 'pop3s'] as const

/** What can be different about the mailbox server. */
export interface DovecotOptions {
  /** Where it runs, if not in the machine's own network. */
  readonly network?: IsolatedNetwork
  /** The only version of TLS that it speaks; 1.2 and 1.3 by default. */
  readonly tlsVersion?: 'TLSv1.2'
  /** It lets people log in before STARTTLS. */
  readonly authBeforeTls?: boolean
  /** SASL mechanisms; PLAIN, LOGIN and CRAM-MD5 by default. */
  readonly mechanisms?: readonly string[]
}

/** Where Dovecot answers other servers that ask whether a password is right. */
export function authenticationSocket(folder: string): string {
  return join(folder, 'authentication')
}

/**
 * Dovecot 2.3 with IMAP and POP3, over mailboxes in the folder `mail`.
 *
 * @param folder holds certificate.pem and key.pem; everybody may enter it, as Dovecot's processes
 *   run as several users
 */
export function startDovecot(
  folder: string,
  ports: Readonly<Record<(typeof DOVECOT_PORTS)[number], number>>,
  mailboxes: readonly Mailbox[],
  options: DovecotOptions = {},
): Promise<Daemon> {
  const file = (name: string) => join(folder, name)
  mkdirSync(file('dovecot'), { recursive: true })
  for (const service of ['imap', 'pop3', 'smtp']) {
    const lines = mailboxes.map(({ password, ...mailbox }) => {
      const name = service === 'smtp' ? mailbox.outgoingUsername : mailbox.incomingUsername
      // Base64, because a colon would end the password.
      return `${name}:{PLAIN.b64}${Buffer.from(password).toString('base64')}\n`
    })
    writeFileSync(file(`users.${service}`), lines.join(''))
  }
  writeFileSync(file('openssl.cnf'), opensslConfiguration(options))
  writeFileSync(file('dovecot.conf'), configuration(folder, ports, options))
  return startDaemon(program('dovecot'), ['-F', '-c', file('dovecot.conf')], {
    log: file('dovecot.log'),
    ready: 'starting up for',
    env: { OPENSSL_CONF: file('openssl.cnf') },
    network: options.network,
  })
}

// Dovecot 2.3 has a setting for the lowest version of TLS, but none for the highest.
function opensslConfiguration({ tlsVersion }: DovecotOptions): string {
  return `openssl_conf = all
[all]
ssl_conf = modules
[modules]
system_default = tls
[tls]
MaxProtocol = ${tlsVersion ?? 'TLSv1.3'}
`
}

function configuration(
  folder: string,
  ports: Readonly<Record<(typeof DOVECOT_PORTS)[number], number>>,
  { authBeforeTls = false, mechanisms = ['PLAIN', 'LOGIN', 'CRAM-MD5'] }: DovecotOptions,
): string {
  return `base_dir = ${folder}/dovecot
state_dir = ${folder}/dovecot
log_path = ${folder}/dovecot.log
import_environment = OPENSSL_CONF
protocols = imap pop3
listen = 127.0.0.1

ssl = ${authBeforeTls ? 'yes' : 'required'}
disable_plaintext_auth = ${authBeforeTls ? 'no' : 'yes'}
ssl_cert = <${folder}/certificate.pem
ssl_key = <${folder}/key.pem
ssl_min_protocol = TLSv1.2

auth_mechanisms = ${mechanisms.join(' ').toLowerCase()}
# Any character may be in a user name, and wrong passwords cost no time.
auth_username_chars =
auth_failure_delay = 0
passdb {
  driver = passwd-file
  args = username_format=%u ${folder}/users.%Ls
}
userdb {
  driver = static
  args = uid=${MAIL_USER} gid=${MAIL_USER} home=${folder}/mail/%Ln
}
mail_location = maildir:${folder}/mail/%Ln
mail_max_userip_connections = 0

service imap-login {
  inet_listener imap {
    port = ${ports.imap}
  }
  inet_listener imaps {
    port = ${ports.imaps}
    ssl = yes
  }
}
service pop3-login {
  inet_listener pop3 {
    port = ${ports.pop3}
  }
  inet_listener pop3s {
    port = ${ports.pop3s}
    ssl = yes
  }
}
service auth {
  unix_listener ${authenticationSocket(folder)} {
    mode = 0666
  }
}
service anvil {
  # It would make an address wait that has sent wrong passwords.
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
`
}
