import { beforeAll } from 'vitest'
import { parseAccount } from '../../src/account/account.js'
import { Secret } from '../../src/account/secret.js'
import { checkServer } from '../../src/check/server.js'
import type { ServerReport } from '../../src/check/report.js'
import { annJson } from '../support/accounts.js'
import type { ServerJson } from '../support/arbitraries.js'
import { commonServerCertificate, type ServerCertificate } from '../support/server-certificate.js'

export const PASSWORD = 'Sesame-open-1234'

export interface OneServerOptions extends Partial<ServerJson> {
  readonly timeout?: number
  readonly trust?: readonly string[]
  readonly password?: string
}

/** Checks of one server of ann's on 127.0.0.1, over TLS by default; made once in a file of tests. */
export function oneServer(): {
  readonly tls: () => { readonly cert: string; readonly key: string }
  readonly checkOne: (port: number, options: OneServerOptions) => Promise<ServerReport>
} {
  let certificate: ServerCertificate
  beforeAll(() => {
    certificate = commonServerCertificate()
  })
  return {
    tls: () => ({ cert: certificate.chain, key: certificate.key }),
    checkOne: (
      port,
      { timeout = 3000, trust = [certificate.ca], password = PASSWORD, ...server },
    ) => {
      const place = { host: 'localhost', port, ...server }
      const outgoing = server.protocol === 'smtp'
      const account = parseAccount(annJson(outgoing ? { outgoing: place } : { incoming: place }))
      return checkServer('incoming', outgoing ? account.outgoing : account.incoming, {
        address: account.identity.address,
        password: new Secret(password),
        timeout,
        trust,
        resolve: () => Promise.resolve(['127.0.0.1']),
        stop: new AbortController().signal,
        now: new Date(),
      })
    },
  }
}

/** The steps that have a code. */
export function problem({ steps }: ServerReport): string {
  return steps
    .flatMap(({ step, code }) => (code === undefined ? [] : [`${step} ${code}`]))
    .join(', ')
}

/** One step of a report. */
export function stepOf({ steps }: ServerReport, name: string): ServerReport['steps'][number] {
  const found = steps.find(({ step }) => step === name)
  if (found === undefined) throw new Error(`There is no step ${name}.`)
  return found
}
