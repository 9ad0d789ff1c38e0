import { parseAccount } from '../../src/account/account.js'
import { Secret } from '../../src/account/secret.js'
import { checkAccount, type CheckAccountOptions } from '../../src/check/account.js'
import type { CheckReport, ServerReport } from '../../src/check/report.js'
import type { AccountJson } from '../support/arbitraries.js'

/** Checks an account as JSON. */
export function check(
  json: AccountJson,
  {
    password,
    ...options
  }: Partial<Omit<CheckAccountOptions, 'password'>> & {
    readonly password?: string
  } = {},
): Promise<CheckReport> {
  return checkAccount(parseAccount(json), {
    timeout: 5000,
    signal: new AbortController().signal,
    now: new Date(),
    ...(password === undefined ? {} : { password: new Secret(password) }),
    ...options,
  })
}

/** Each step's code, or its status where it has none: `{ resolution: 'ok', tls: 'unknown_root' }`. */
export function outcome({ steps }: ServerReport): Record<string, string> {
  return Object.fromEntries(steps.map(({ step, status, code }) => [step, code ?? status]))
}

/** One server's report. */
export function serverOf({ servers }: CheckReport, role: ServerReport['role']): ServerReport {
  const server = servers.find((each) => each.role === role)
  if (server === undefined) throw new Error(`There is no ${role} server.`)
  return server
}

/** What did not go well, of both servers: `incoming tls certificate_name`. */
export function problems({ servers }: CheckReport): string[] {
  return servers.flatMap(({ role, steps }) =>
    steps.flatMap(({ step, code }) => (code === undefined ? [] : [`${role} ${step} ${code}`])),
  )
}
