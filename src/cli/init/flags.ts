import { resolve } from 'node:path'
import type { IncomingTemplate, OutgoingTemplate } from '../../account/mail-service.js'
import type { Io } from '../io.js'
import { UsageError } from '../usage-error.js'
import type { CertificateFiles } from './plan.js'
import {
  WHOLE_ADDRESS,
  readBrand,
  readDomains,
  readKey,
  readServer,
  readUsername,
  type ReadAnswer,
} from './values.js'

/** The options of the command. */
export interface InitOptions {
  readonly domain?: readonly string[]
  readonly brand?: string
  readonly imap?: string
  readonly pop3?: string
  readonly smtp?: string
  readonly username?: string
  readonly discover: boolean
  readonly baseUrl?: string
  readonly certificate?: string
  readonly key?: string
  readonly store?: string
  readonly out: string
  readonly force?: true
  readonly yes?: true
  readonly json?: true
}

/** What the options say; absent for what they do not. */
export interface InitFlags {
  readonly domains?: readonly string[]
  readonly brand?: string
  readonly servers?: {
    readonly incoming: readonly IncomingTemplate[]
    readonly outgoing: readonly OutgoingTemplate[]
  }
  readonly baseUrl?: string
  readonly signing?: CertificateFiles
  readonly store?: string
}

/** @throws UsageError that names the option */
export function readFlags(options: InitOptions, { cwd }: Pick<Io, 'cwd'>): InitFlags {
  const { domain, brand, baseUrl, certificate, key, store } = options
  if ((certificate === undefined) !== (key === undefined)) {
    throw new UsageError('--certificate and --key go together.')
  }
  const servers = readServers(options)
  return {
    ...(domain === undefined
      ? {}
      : { domains: valueOf('--domain', readDomains(domain.join(' '))) }),
    ...(brand === undefined ? {} : { brand: valueOf('--brand', readBrand(brand)) }),
    ...(servers === undefined ? {} : { servers }),
    ...(baseUrl === undefined
      ? {}
      : { baseUrl: valueOf('--base-url', readKey('baseUrl', baseUrl)) }),
    ...(certificate === undefined || key === undefined
      ? {}
      : { signing: { certificate: resolve(cwd, certificate), key: resolve(cwd, key) } }),
    ...(store === undefined ? {} : { store: valueOf('--store', readKey('store', store)) }),
  }
}

function readServers({ imap, pop3, smtp, username }: InitOptions): InitFlags['servers'] {
  if (imap === undefined && pop3 === undefined && smtp === undefined) {
    if (username === undefined) return undefined
    throw new UsageError('--username does nothing without --imap or --pop3, and --smtp.')
  }
  if (imap === undefined && pop3 === undefined)
    throw missing('--imap or --pop3', 'goes with --smtp')
  if (smtp === undefined) throw missing('--smtp', 'goes with --imap and --pop3')
  const name = valueOf('--username', readUsername(username ?? WHOLE_ADDRESS))
  return {
    incoming: [
      ...(imap === undefined ? [] : [valueOf('--imap', readServer('imap', imap, name))]),
      ...(pop3 === undefined ? [] : [valueOf('--pop3', readServer('pop3', pop3, name))]),
    ],
    outgoing: [valueOf('--smtp', readServer('smtp', smtp, name))],
  }
}

/** The refusal of a command line that lacks an option. */
export function missing(flag: string, why: string, hint?: string): UsageError {
  return new UsageError(`${flag} is missing: it ${why}.`, { hint })
}

function valueOf<T>(flag: string, given: ReadAnswer<T>): T {
  if ('problem' in given) throw new UsageError(`${flag} ${given.problem}.`)
  return given.value
}
