import { davLogin, rootsOf, type Account } from '../account/account.js'
import type { Secret } from '../account/secret.js'
import { checkDav } from './dav.js'
import { checkServer, type CheckOptions } from './server.js'
import type { CheckReport } from './report.js'
import { resolveBySystem, type Resolve } from './resolution.js'

export interface CheckAccountOptions {
  /** For every server that takes one; without it, those of the account. */
  readonly password?: Secret | undefined
  /** Per step, in milliseconds. */
  readonly timeout: number
  /** Ends the check; what was found until then is in the report. */
  readonly signal: AbortSignal
  /** For the dates of certificates. */
  readonly now: Date
  /** By default as every program on this computer does it. */
  readonly resolve?: Resolve | undefined
  /** Roots in PEM to trust besides Node's own and the account's. */
  readonly trust?: readonly string[] | undefined
}

/**
 * Whether apps would get along with an account's servers: connects to all at the same time,
 * logs in if there is a password, and looks whether mail can be read and sent. Changes nothing and
 * sends no message; a password goes over verified TLS only.
 *
 * @returns what was found, free of passwords and user names; it does not throw for what a server does
 */
export async function checkAccount(
  account: Account,
  options: CheckAccountOptions,
): Promise<CheckReport> {
  const { incoming, outgoing } = account
  const { address } = account.identity
  const { timeout, signal, now, resolve = resolveBySystem, password, trust = [] } = options
  const own = rootsOf(account).map(({ der }) => toPem(der))
  const shared: CheckOptions = {
    address,
    password,
    timeout,
    resolve,
    stop: signal,
    now,
    trust: [...own, ...trust],
  }
  const servers = await Promise.all([
    ...(incoming === undefined ? [] : [checkServer('incoming', incoming, shared)]),
    ...(outgoing === undefined ? [] : [checkServer('outgoing', outgoing, shared)]),
    ...(['calendar', 'contacts'] as const).flatMap((role) => {
      const server = account[role]
      if (server === undefined) return []
      const login = davLogin(account, server)
      return [checkDav(role, server, { ...login, password: password ?? login.password }, shared)]
    }),
  ])
  const ok = servers.every(({ steps }) => steps.every(({ status }) => status !== 'failed'))
  return { address, servers, ok }
}

function toPem(der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}
