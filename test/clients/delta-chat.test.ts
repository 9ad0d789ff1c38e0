import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseAccount, type MailAccount } from '../../src/account/account.js'
import type { MailServer, Security } from '../../src/account/server.js'
import { deltachatLink } from '../../src/formats/deltachat-link/deltachat-link.js'
import { exportFormat } from '../../src/formats/export.js'
import { expandPlaceholders } from '../../src/account/placeholders.js'
import type { ServerTemplate } from '../../src/account/mail-service.js'
import { catalogue } from '../support/app.js'
import {
  addAccount,
  deltaChatThatTrusts,
  findDeltaChat,
  nextEvent,
  noDeltaChat,
  startDeltaChat,
  TRUSTED_NAME,
  type DeltaChat,
} from '../support/delta-chat.js'
import {
  discoverableDomains,
  namesOf,
  SETUP_HOST,
  startDiscoveryServer,
  takesPasswords,
} from '../support/discovery-server.js'
import {
  noIsolatedNetwork,
  type IsolatedNetwork,
  startIsolatedNetwork,
} from '../support/isolated-network.js'
import { MAIL_DOMAIN } from '../support/mailboxes.js'
import { noMailServers, startMailServers, type MailServers } from '../support/mail-servers.js'
import type { RunningServer } from '../support/server.js'
import { mailOf } from '../support/mail-of.js'
import { toAccountJson, vectors, type VectorAccount } from '../support/vectors.js'

// The core of Delta Chat itself, in a network of its own with the mail servers of the tests and with
// the program. It trusts no roots but those that are built into it, one of which got a key of ours.

// It cannot fetch mail by POP3.
const DOMAINS = discoverableDomains().filter(({ provider }) =>
  provider.incoming.some(({ protocol }) => protocol === 'imap'),
)
const PASSWORD = `a+b%&;#"\\ ü'<>@/=`
// The contact that everybody has of themselves.
const SELF = 1
const MAIL_HOST = `mail.${MAIL_DOMAIN}`

const ENCODED = vectors('deltachat-link', 'dclogin-encode').map(
  ([title, { input }]) =>
    [title, [parseAccount(toAccountJson((input as { account: VectorAccount }).account))]] as const,
)
// An account at every domain, by provider.
const OF_CATALOGUE = catalogue.entries
  .filter(({ provider }) => takesPasswords(provider))
  .map(({ provider }) => {
    const accounts = provider.domains.map((domain) => catalogue.account(`ann@${domain}`))
    return [provider.name, accounts.map(mailOf).map(withPassword).filter(hasLink)] as const
  })
const LINKED = [...ENCODED, ...OF_CATALOGUE].filter(([, { length }]) => length > 0)

function withPassword({ identity, incoming, outgoing }: MailAccount): MailAccount {
  return parseAccount({
    identity,
    incoming: { ...incoming, password: PASSWORD },
    outgoing: { ...outgoing, password: PASSWORD },
  })
}

function hasLink(account: MailAccount): boolean {
  return deltachatLink.support(account).supported
}

async function linkOf(account: MailAccount): Promise<string> {
  return Buffer.from((await exportFormat('deltachat-link', account)).body).toString()
}

const SECURITY: Readonly<Record<Security, string>> = {
  tls: 'Ssl',
  starttls: 'Starttls',
  none: 'Plain',
}

// As it notes an account.
function noted({ identity, incoming, outgoing }: MailAccount): string {
  // A second password is only told if it is another.
  const isSame = outgoing.password?.reveal() === incoming.password?.reveal()
  return [
    identity.address,
    notedServer('imap', incoming, true),
    notedServer('smtp', outgoing, outgoing.password !== undefined && !isSame),
  ].join(' ')
}

function notedServer(service: string, server: MailServer, hasPassword: boolean): string {
  const { host, port, security, username = '' } = server
  return `${service}:${username}:${hasPassword ? '***' : '0'}:${host}:${port}:${SECURITY[security]}`
}

// As it notes what it will try.
function candidates(
  templates: readonly (ServerTemplate & { readonly protocol?: string })[],
  protocol: string,
  domain: string,
): string {
  const places = templates
    .filter((one) => (one.protocol ?? 'smtp') === protocol)
    .map(({ host, port, security }) => {
      const name = expandPlaceholders(host, `ann@${domain}`)
      return `${name}:${port}:${security}`
    })
  return `[${[...new Set(places)].join(', ')}]`
}

const isSkipped = noDeltaChat() || noIsolatedNetwork() || noMailServers()

// A test takes a second or two; one that waits for something that does not come may not hold the rest.
describe.skipIf(isSkipped)('Delta Chat', { timeout: 120_000 }, () => {
  let folder: string
  let servers: MailServers
  let server: RunningServer
  let core: DeltaChat
  let network: IsolatedNetwork
  let ann: unknown
  const stops: (() => Promise<unknown>)[] = []

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'mailprofile-delta-chat-'))
    const names = [MAIL_DOMAIN, ...DOMAINS.map(({ domain }) => domain)].flatMap(namesOf)
    const hosts = LINKED.flatMap(([, accounts]) =>
      accounts.flatMap(({ incoming, outgoing }) => [incoming.host, outgoing.host]),
    )
    network = await startIsolatedNetwork([...names, ...hosts, MAIL_HOST, SETUP_HOST])
    stops.push(() => network.stop())
    servers = await startMailServers({
      network,
      certificate: { names: [...names, MAIL_HOST, 'localhost'], authority: TRUSTED_NAME },
    })
    stops.push(() => servers.stop())
    server = await startDiscoveryServer(network, folder, servers.certificate, ownProvider(servers))
    stops.push(() => server.stop())
    core = startDeltaChat(deltaChatThatTrusts(servers.ca, folder), folder, network)
    stops.push(() => core.stop())
    ann = await core.call('add_account')
  })
  afterAll(async () => {
    for (const stop of stops.reverse()) await stop()
    rmSync(folder, { recursive: true, force: true })
  })

  describe('reads a link', () => {
    it.each(vectors('deltachat-link', 'dclogin-decode'))('%s', async (_, { input, expected }) => {
      const read = core.call('check_qr', ann, input)
      if (expected['ok'] !== true) return expect(read).rejects.toThrow()
      expect(await read).toEqual({ kind: 'login', address: expected['address'] })
    })

    it.each(LINKED)('of ours: %s', async (_, accounts) => {
      for (const account of accounts) {
        const link = await linkOf(account)
        const { address } = account.identity
        expect(await core.call('check_qr', ann, link)).toEqual({ kind: 'login', address })
        // Nobody listens there, so it notes what it has understood.
        const { notes } = await addAccount(core, ann, link)
        expect(notes.join('\n')).toContain(`Entered params: ${noted(account)} cert_strict.`)
      }
    })
  })

  it.each(DOMAINS)('finds the servers of $domain by the address', async ({ domain, provider }) => {
    const { notes } = await addAccount(core, ann, `dclogin://ann@${domain}?p=x&v=1`)
    const imap = candidates(provider.incoming, 'imap', domain)
    const smtp = candidates(provider.outgoing, 'smtp', domain)
    expect(notes.join('\n')).toContain(
      `Used params: ***@${domain} imap:${imap} folder:"INBOX" smtp:${smtp} `,
    )
  })

  describe('logs in, sends and receives', () => {
    it.each(['tls', 'starttls'] as const)('by our link, with %s', async (security) => {
      const links = (['ann', 'bob'] as const).map((name) =>
        linkOf(parseAccount(servers.account(name, { security, withPasswords: true }))),
      )
      await exchange(core, await Promise.all(links))
    })

    // His IMAP wants the part before the @, which nothing but the document says.
    it('by the address and our document', async () => {
      const link = await linkOf(parseAccount(servers.account('ann', { withPasswords: true })))
      await exchange(core, [link, bobsAddress()])
    })
  })

  describe('as it comes, trusting no root of ours,', () => {
    let original: DeltaChat
    beforeAll(() => {
      original = startDeltaChat(
        findDeltaChat() ?? '',
        mkdtempSync(join(folder, 'as-it-comes-')),
        network,
      )
    })
    afterAll(() => original.stop())

    it('refuses our link, because that asks for good certificates', async () => {
      const account = await original.call('add_account')
      const { succeeded, notes } = await addAccount(original, account, await bobsLink())
      expect(succeeded).toBe(false)
      expect(notes.join('\n')).toMatch(/invalid peer certificate/)
    })

    // Nothing of ours writes that.
    it('logs in by a link with ic=3', async () => {
      const account = await original.call('add_account')
      const link = (await bobsLink()).replace('&ic=1', '&ic=3')
      expect(await addAccount(original, account, link)).toMatchObject({ succeeded: true })
    })

    it('with ic=3 takes our document over https, too', async () => {
      const account = await original.call('add_account')
      const link = `${bobsAddress()}&ic=3`
      expect(await addAccount(original, account, link)).toMatchObject({ succeeded: true })
    })
  })

  function bobsLink(): Promise<string> {
    return linkOf(parseAccount(servers.account('bob', { withPasswords: true })))
  }

  function bobsAddress(): string {
    const { address, password } = servers.mailboxes.bob
    return `dclogin://${address}?p=${encodeURIComponent(password)}&v=1`
  }

  /** Sets up an account by each of two links; the first then writes to the second. */
  async function exchange(core: DeltaChat, links: readonly string[]): Promise<void> {
    const accounts: unknown[] = []
    for (const link of links) {
      const account = await core.call('add_account')
      expect(await addAccount(core, account, link)).toMatchObject({ succeeded: true })
      accounts.push(account)
    }
    const [from, to] = accounts
    // What is there before it first looks is none of its messages.
    await nextEvent(core, to, ({ kind }) => kind === 'ImapInboxIdle')
    const text = `Hello ${randomUUID()}`
    // It writes to nobody whose key it has not seen.
    const card = await core.call('make_vcard', to, [SELF])
    const [contact] = (await core.call('import_vcard_contents', from, card)) as unknown[]
    const chat = await core.call('create_chat_by_contact_id', from, contact)
    await core.call('misc_send_text_message', from, chat, text)
    const { msgId } = await nextEvent(core, to, ({ kind }) => kind === 'IncomingMsg')
    expect(await core.call('get_message', to, msgId)).toMatchObject({ text })
    // Another account of the same mailbox may come next.
    for (const account of accounts) await core.call('remove_account', account)
  }
})

function ownProvider({ ports }: MailServers): string {
  const common = 'security: tls, authentication: password-cleartext'
  return `id: own
name: Own Mail
domains: [${MAIL_DOMAIN}]
incoming:
  - { protocol: imap, host: ${MAIL_HOST}, port: ${ports.imap.tls}, ${common}, username: '%EMAILLOCALPART%' }
outgoing:
  - { protocol: smtp, host: ${MAIL_HOST}, port: ${ports.smtp.tls}, ${common}, username: '%EMAILADDRESS%' }
`
}
