import type { ServerTemplate } from '../../account/mail-service.js'
import { oneLine } from '../../account/visible.js'
import type { ServerReport } from '../../check/report.js'
import type { Catalogue } from '../../providers/catalogue.js'
import type { DomainSettings } from '../../providers/domain-settings.js'
import type { Provider } from '../../providers/provider.js'
import type { Io } from '../io.js'
import { checkServers, findServers, namedProvider, providerFrom } from './find-servers.js'
import type { InitFlags } from './flags.js'
import type { Prompts } from './prompts.js'
import {
  EXAMPLES,
  LOCAL_PART,
  WHOLE_ADDRESS,
  readServer,
  readUsername,
  type ReadAnswer,
} from './values.js'

export interface AskServersOptions {
  readonly catalogue: Catalogue
  readonly discover: boolean
  /** Whose servers they are, if that was said. */
  readonly brand: string | undefined
}

/** The providers of domains that have none yet: as they were found, or as the person names them. */
export async function askServers(
  domains: readonly string[],
  { catalogue, discover, brand }: AskServersOptions,
  prompts: Prompts,
  io: Io,
): Promise<Provider[]> {
  const providers: Provider[] = []
  const left: string[] = []
  for (const domain of domains) {
    if (discover) prompts.say(`Looking for the mail servers of ${domain} …`)
    const search = await findServers(domain, catalogue, discover, io)
    if (search.kind === 'known') {
      prompts.say(`${domain}: ${search.settings.provider.name} has a provider file already.`)
    } else if (search.kind === 'none') {
      prompts.say(`${domain}: ${search.reason}`)
      left.push(domain)
    } else if (await wants(search.settings, domain, prompts, io)) {
      providers.push(providerFrom(search.settings, domain))
    } else {
      left.push(domain)
    }
  }
  const [first, ...others] = left
  if (first === undefined) return providers
  for (;;) {
    const named = namedProvider([first, ...others], await nameServers(left, prompts), brand)
    const isGood = await tellCheck({ provider: named }, first, prompts, io)
    if (isGood || (await prompts.confirm('Write them down all the same?', true))) {
      return [...providers, named]
    }
  }
}

async function wants(
  settings: DomainSettings,
  domain: string,
  prompts: Prompts,
  io: Io,
): Promise<boolean> {
  const { provider, source, confirm } = settings
  const servers = distinct([...provider.incoming, ...provider.outgoing])
  prompts.say([`Found at ${oneLine(source)}:`, ...servers].join('\n'))
  if (confirm.length > 0) {
    prompts.warn(`Nobody vouches for that. Passwords would go to ${confirm.join(' and ')}.`)
  }
  await tellCheck(settings, domain, prompts, io)
  return prompts.confirm(`Are these the mail servers of ${domain}?`, confirm.length === 0)
}

function distinct(servers: readonly (ServerTemplate & { readonly protocol: string })[]): string[] {
  const lines = servers.map(
    ({ protocol, host, port, security, username = 'nobody' }) =>
      `  ${protocol.toUpperCase().padEnd(4)}  ${host}:${port}  ${security}, as ${username}`,
  )
  return [...new Set(lines)]
}

/** @returns whether they work, as far as that was tried */
async function tellCheck(
  settings: Pick<DomainSettings, 'provider'>,
  domain: string,
  prompts: Prompts,
  io: Io,
): Promise<boolean> {
  prompts.say('Connecting to them, without a password …')
  const reports = await checkServers(settings, domain, io)
  const lines = reports.map(checkLine)
  const isBad = reports.some(({ steps }) => steps.some(({ status }) => status === 'failed'))
  if (isBad) prompts.warn(lines.join('\n'))
  else prompts.say(lines.join('\n'))
  return !isBad
}

function checkLine({ protocol, host, port, steps }: ServerReport): string {
  const trouble =
    steps.find(({ status }) => status === 'failed') ??
    steps.find(({ status }) => status === 'warning')
  const place = `${protocol.toUpperCase()} ${host}:${port}`
  if (trouble === undefined) return `${place} works as far as it was tried.`
  const { status, step, cause = '', detail = '' } = trouble
  const verdict = status === 'failed' ? 'does not work' : 'works, with a warning'
  return `${place} ${verdict}: ${step}. ${oneLine(cause === '' ? detail : cause)}`
}

/** The servers as the person names them. */
async function nameServers(
  domains: readonly string[],
  prompts: Prompts,
): Promise<NonNullable<InitFlags['servers']>> {
  const protocol = await prompts.choose(`How do people of ${domains.join(', ')} receive mail?`, [
    { value: 'imap', label: 'IMAP', hint: 'mail stays on the server' },
    { value: 'pop3', label: 'POP3', hint: 'one device fetches it' },
  ])
  const username = await askUsername(prompts)
  const incoming = await prompts.ask(
    `The ${protocol === 'imap' ? 'IMAP' : 'POP3'} server, as HOST:PORT:SECURITY (tls or starttls)`,
    (text) => readServer(protocol, text, username),
    EXAMPLES[protocol],
  )
  const outgoing = await prompts.ask(
    'The SMTP server for sending (submission), in the same form',
    (text) => readServer('smtp', text, username),
    EXAMPLES.smtp,
  )
  return { incoming: [incoming], outgoing: [outgoing] }
}

async function askUsername(prompts: Prompts): Promise<string> {
  const choice = await prompts.choose('What do they log in with?', [
    { value: WHOLE_ADDRESS, label: 'the whole address', hint: 'ann@example.com' },
    { value: LOCAL_PART, label: 'the part before the @', hint: 'ann' },
    { value: 'other', label: 'something made of these' },
  ])
  if (choice !== 'other') return choice
  const read = (text: string): ReadAnswer<string> => readUsername(text)
  return prompts.ask('The user name, with placeholders', read, '%EMAILLOCALPART%@mail')
}
