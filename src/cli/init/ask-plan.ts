import { resolve } from 'node:path'
import type { Catalogue } from '../../providers/catalogue.js'
import type { Io } from '../io.js'
import { askServers } from './ask-servers.js'
import { LIVE_FOLDER, certificateProblem, findCertificates } from './certificates.js'
import { namedProvider } from './find-servers.js'
import type { InitFlags } from './flags.js'
import { DEFAULT_STORE, type CertificateFiles, type InitPlan } from './plan.js'
import type { Prompts } from './prompts.js'
import {
  readBrand,
  readDomains,
  readKey,
  readRedis,
  readRedisPassword,
  type ReadAnswer,
} from './values.js'

const DEVELOPMENT = 'development'
const OTHER = 'other'

export interface AskPlanOptions {
  readonly discover: boolean
  readonly catalogue: Catalogue
}

/** A plan of what the options say and of what a person answers. */
export async function askPlan(
  flags: InitFlags,
  options: AskPlanOptions,
  prompts: Prompts,
  io: Io,
): Promise<InitPlan> {
  const domains =
    flags.domains ??
    (await prompts.ask('Your mail domains (the part after the @)', readDomains, 'example.com'))
  const [first = '', ...others] = domains
  const brand = flags.brand ?? (await askBrand(prompts))
  const providers =
    flags.servers === undefined
      ? await askServers(domains, { ...options, brand }, prompts, io)
      : [namedProvider([first, ...others], flags.servers, brand)]
  const baseUrl = flags.baseUrl ?? (await askBaseUrl(first, prompts))
  const signing = flags.signing ?? (await askCertificate(baseUrl, prompts, io))
  const store = flags.store ?? (await askStore(prompts))
  return { domains, brand, providers, baseUrl, signing, store }
}

async function askBrand(prompts: Prompts): Promise<string | undefined> {
  return prompts.ask(
    'The name of your organisation, as people see it (may be empty)',
    orNothing(readBrand),
    'Example Mail',
  )
}

async function askBaseUrl(domain: string, prompts: Prompts): Promise<string | undefined> {
  return prompts.ask(
    'The https address where people reach the server (empty: only to try it out)',
    orNothing((text) => readKey('baseUrl', text)),
    `https://setup.${domain}`,
  )
}

function orNothing<T>(read: (text: string) => ReadAnswer<T>) {
  return (text: string): ReadAnswer<T | undefined> =>
    text.trim() === '' ? { value: undefined } : read(text)
}

async function askCertificate(
  baseUrl: string | undefined,
  prompts: Prompts,
  { cwd, now }: Io,
): Promise<CertificateFiles | undefined> {
  const found = await findCertificates(
    baseUrl === undefined ? undefined : new URL(baseUrl).hostname,
  )
  if (found === undefined) {
    prompts.say(`${LIVE_FOLDER} is closed to this user, so it was not looked into.`)
  }
  const live = found ?? []
  for (;;) {
    const choice = await prompts.choose('The certificate that signs the profiles', [
      ...live.map(({ certificate, isForHost }) => ({
        value: certificate,
        label: certificate,
        hint: isForHost ? 'Let’s Encrypt, for this address' : 'Let’s Encrypt',
      })),
      { value: OTHER, label: 'other files' },
      {
        value: DEVELOPMENT,
        label: 'a development certificate',
        hint: 'iPhones show “Not Verified”',
      },
    ])
    if (choice === DEVELOPMENT) return undefined
    const files =
      live.find(({ certificate }) => certificate === choice) ?? (await askFiles(prompts, cwd))
    const problem = await certificateProblem(files, now())
    const { certificate, key } = files
    if (problem === undefined) return { certificate, key }
    prompts.warn(problem)
  }
}

async function askFiles(prompts: Prompts, cwd: string): Promise<CertificateFiles> {
  const read = (text: string): ReadAnswer<string> =>
    text.trim() === '' ? { problem: 'must name a file' } : { value: resolve(cwd, text.trim()) }
  const certificate = await prompts.ask('The whole chain, PEM', read, 'tls/fullchain.pem')
  return { certificate, key: await prompts.ask('Its private key, PEM', read, 'tls/privkey.pem') }
}

async function askStore(prompts: Prompts): Promise<string | undefined> {
  const kind = await prompts.choose('Where invitations are kept', [
    { value: 'sqlite', label: 'a file beside the configuration', hint: 'SQLite, for one machine' },
    { value: 'redis', label: 'Redis or Valkey', hint: 'for several' },
  ])
  if (kind === 'sqlite') return DEFAULT_STORE
  const address = await prompts.ask(
    'Its address, without a password',
    readRedis,
    'rediss://USER@redis.example.com/0',
  )
  return prompts.askSecret('Its password (empty: none)', (text) => readRedisPassword(address, text))
}
