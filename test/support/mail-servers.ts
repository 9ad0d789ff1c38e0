import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import type { AccountJson } from './arbitraries.js'
import type { Daemon } from './daemon.js'
import { DOVECOT_PORTS, startDovecot, type DovecotOptions } from './dovecot.js'
import { startForwarder, type Forwarder } from './forwarder.js'
import { withFreePorts } from './free-ports.js'
import {
  mailAccount,
  type MailAccountOptions,
  type MailAccounts,
  type MailboxName,
} from './mail-account.js'
import { createMailboxes, MAIL_USER } from './mailboxes.js'
import { POSTFIX_PORTS, startPostfix, type PostfixOptions } from './postfix.js'
import { isMissing, needsRoot } from './programs.js'
import {
  commonServerCertificate,
  type CertificateOptions,
  type ServerCertificate,
} from './server-certificate.js'

// Real servers (Dovecot and Postfix) with two mailboxes, as a test uses them:
//
//   describe.skipIf(noMailServers())('the check', () => {
//     const servers = mailServers()
//     it('logs in', async () => {
//       const { ca, ports, mailboxes, account } = servers()
//       ports.imap.tls            // also .starttls; imap, pop3, smtp; the host is always localhost
//       ca                        // PEM: the only root that a client should trust
//       mailboxes.bob.password    // ann's holds every awkward character
//       parseAccount(account('bob', { protocol: 'pop3', security: 'starttls' }))
//     })
//   })
//
// Servers with something wrong, each block its own; what is not named is in order:
//
//   mailServers({ certificate: BAD_CERTIFICATES.expired })   // more in server-certificate.ts
//   mailServers({ certificate: { notAfter: new Date(Date.now() + 3 * 24 * 60 * 60 * 1000) } })
//   mailServers({ authBeforeTls: true })       // log-in offered before STARTTLS; else it is not
//   mailServers({ refuseSenders: true })       // SMTP: 553 to RCPT TO, as Postfix delays refusals
//   mailServers({ mechanisms: ['CRAM-MD5'] })  // what log-ins are offered
//   mailServers({ tlsVersion: 'TLSv1.2' })
//   mailServers({ mainCf: { smtpd_recipient_limit: '1' } })   // whatever else Postfix can be told
//   mailServers({ network })                   // in a network of their own; IMAP and POP3 then take
//                                              // clients that have not said STARTTLS for secure
//
// They listen on free ports of 127.0.0.1 and take about half a second to start, so a block should
// share them. `startMailServers` is the same for a test that starts and stops them itself.

export interface MailServerOptions extends DovecotOptions, PostfixOptions {
  readonly certificate?: CertificateOptions
}

export interface MailServers extends MailAccounts {
  /** The root certificate of the authority that issued the servers' certificate, PEM. */
  readonly ca: string
  /** The servers' certificate and its key, PEM. */
  readonly certificate: Pick<ServerCertificate, 'chain' | 'key'>
  /** A mailbox's account as JSON, by IMAP over TLS unless something else is asked for. */
  readonly account: (name: MailboxName, options?: MailAccountOptions) => AccountJson
  /** What the servers logged. */
  readonly log: () => string
  stop(): Promise<void>
}

/** Whether tests with mail servers have to be skipped; with REQUIRE_ALL=1 that is an error. */
export function noMailServers(): boolean {
  const programs = ['dovecot', 'imap-login', 'pop3-login', 'postconf'] as const
  return programs.map(isMissing).includes(true) || needsRoot()
}

/** Servers that run while the tests of a `describe` block do; a test reads them by calling the result. */
export function mailServers(options: MailServerOptions = {}): () => MailServers {
  let servers: MailServers | undefined
  beforeAll(async () => {
    servers = await startMailServers(options)
  })
  afterAll(() => servers?.stop())
  return () => {
    if (servers === undefined) throw new Error('Only tests and hooks may ask for them.')
    return servers
  }
}

/** Starts all servers, in a folder that goes away with them. */
export async function startMailServers(options: MailServerOptions = {}): Promise<MailServers> {
  const { ca, chain, key } = commonServerCertificate(options.certificate)
  const mailboxes = createMailboxes()
  return withFreePorts([...DOVECOT_PORTS, ...POSTFIX_PORTS], async (ports) => {
    const folder = createFolder(chain, key)
    const all = Object.values(mailboxes)
    const starts = [
      startDovecot(folder, ports, all, options),
      startPostfix(folder, ports, all, options),
      startForwarder(ports.imap),
      startForwarder(ports.pop3),
    ] as const
    const stop = async () => {
      const settled = await Promise.allSettled<Daemon | Forwarder>(starts)
      const started = settled.filter((result) => result.status === 'fulfilled')
      await Promise.all(started.map(({ value }) => value.stop()))
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
    }
    try {
      const [dovecot, postfix, imap, pop3] = await Promise.all(starts)
      // The forwarders are here.
      const isForwarded = options.network === undefined
      const accounts = {
        mailboxes,
        ports: {
          imap: { tls: ports.imaps, starttls: isForwarded ? imap.port : ports.imap },
          pop3: { tls: ports.pop3s, starttls: isForwarded ? pop3.port : ports.pop3 },
          smtp: { tls: ports.submissions, starttls: ports.submission },
        },
      }
      return {
        ca,
        certificate: { chain, key },
        ...accounts,
        account: (name, wanted) => mailAccount(accounts, name, wanted),
        log: () => dovecot.log() + postfix.log(),
        stop,
      }
    } catch (error) {
      await stop()
      throw error
    }
  })
}

// The servers' processes run as several users: everybody may enter it.
function createFolder(chain: string, key: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'mailprofile-mail-'))
  chmodSync(folder, 0o755)
  mkdirSync(join(folder, 'mail'))
  chownSync(join(folder, 'mail'), MAIL_USER, MAIL_USER)
  writeFileSync(join(folder, 'certificate.pem'), chain)
  writeFileSync(join(folder, 'key.pem'), key, { mode: 0o600 })
  return folder
}
