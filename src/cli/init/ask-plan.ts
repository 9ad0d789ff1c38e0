import { resolve } from 'node:path'
import type { Catalogue } from '../../providers/catalogue.js'
import type { Io } from '../io.js'
import { askServers } from './ask-servers.js'
import { LIVE_FOLDER, certificateProblem, findCertificates } from './certificates.js'
import { namedProvider } from './find-servers.js'
import type { InitFlags } from './flags.js'
import { DEFAULT_STORE, type CertificateFiles, type InitPlan } from './plan.js'
import type { Prompts } from './prompts.js'
import { readDomains, readKey, type ReadAnswer } from './values.js'

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
  const providers =
    flags.servers === undefined
      ? await askServers(domains, options, prompts, io)
      : [namedProvider([first, ...others], flags.servers)]
  const baseUrl = flags.baseUrl ?? (await askBaseUrl(first, prompts))
  const signing = flags.signing ?? (await askCertificate(baseUrl, prompts, io))
  const store = flags.store ?? (await askStore(prompts))
  return { domains, providers, baseUrl, signing, store }
}

async function askBaseUrl(domain: string, prompts: Prompts): Promise<string | undefined> {
  const read = (text: string): ReadAnswer<string | undefined> =>
    text.trim() === '' ? { value: undefined } : readKey('baseUrl', text)
  return prompts.ask(
    'The https address where people reach the server (empty: only to try it out)',
    read,
    `https://setup.${domain}`,
  )
}

async function askCertificate(
  baseUrl: string | undefined,
  prompts: Prompts,
  { cwd }: Io,
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
    const problem = await certificateProblem(files)
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
  const read = (text: string) => readKey('store', text)
  return prompts.ask('Its address', read, 'rediss://USER:PASSWORD@redis.example.com/0')
}
