import { afterAll, beforeAll } from 'vitest'
import type { Page } from 'playwright-core'
import { parseAddress } from '../../src/account/address.js'
import { catalogueDirectory, type Directory } from '../../src/discovery/catalogue-directory.js'
import type { AppDependencies } from '../../src/http/app.js'
import type { OperatorApp } from '../../src/http/pages/operator-apps.js'
import { parseAppIcon } from '../../src/http/pages/picture.js'
import { Catalogue } from '../../src/providers/catalogue.js'
import { parseProvider, type Provider } from '../../src/providers/provider.js'
import { catalogue, developmentIdentity } from './app.js'
import { IPHONE, PIXEL } from './chromium.js'
import { cloud } from './dav-provider.js'
import { HOUR, startInvitedServer, type InvitedServer } from './invited-server.js'

/** How a browser gets to a page that people can see. */
export interface SeenPage {
  readonly name: string
  /** A word that only this page has in English, so that no test looks at another one. */
  readonly has: string
  /** A selector of what only this page has, in any language. */
  readonly is: string
  readonly userAgent?: string | undefined
  /** Its path, once what leads to it has been done. */
  readonly path: (server: InvitedServer) => string | Promise<string>
  /** What is done on that page before it is the one. */
  readonly then?: (page: Page) => Promise<void>
}

export const DEVICES = {
  iphone: IPHONE.userAgent,
  ipad: 'Mozilla/5.0 (iPad; CPU OS 17_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 Mobile/15E148 Safari/604.1',
  mac: 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15',
  android: PIXEL.userAgent,
  other:
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
} as const

const LONG = `address=firstname.lastname-of-somebody@btinternet.com&name=${'Wolfeschlegelstein'.repeat(6)}`
const mailServer = (protocol: string, host: string) =>
  `{ protocol: ${protocol}, host: ${host}, port: 993, security: tls, authentication: password-cleartext, username: '%EMAILADDRESS%' }`
const found = parseProvider(
  `{ id: found, name: Mail of customer.example, domains: [customer.example],
     incoming: [${mailServer('imap', 'imap.a-mail-host-with-a-rather-long-name.example')}],
     outgoing: [${mailServer('smtp', 'smtp.host.net')}] }`,
  'found',
)
const schools = (() => {
  const { provider, source: file } = catalogue.find(parseAddress('ann@btinternet.com'))
  const [{ raw }] = developmentIdentity.chain
  const rootCertificate = { name: 'Certification Authority of the School of Example', der: raw }
  const school = { ...provider, id: 'school', name: 'School', domains: ['school.example'] }
  const { appPassword } = catalogue.find(parseAddress('ann@fastmail.com')).provider
  const college = { ...school, id: 'college', domains: ['college.example'], appPassword }
  return [school, college].map((one) => ({ provider: one, file, rootCertificate }))
})()
const foundDav: Provider = {
  ...cloud,
  id: 'found-dav',
  name: 'found.example',
  domains: ['found.example'],
}
const shown = new Catalogue([
  ...catalogue.entries,
  ...catalogue.refused,
  ...schools,
  { provider: cloud, file: 'cloud.yaml' },
])
const known = catalogueDirectory(() => shown)
const directory: Directory = {
  find: (address) => {
    if (address.endsWith('@customer.example')) {
      return Promise.resolve({
        provider: found,
        trust: 'ispdb',
        voucher: 'nobody',
        source: 'https://autoconfig.example.org/v1.1/customer.example',
        confirm: ['a-mail-host-with-a-rather-long-name.example', 'host.net'],
      })
    }
    if (address.endsWith('@found.example')) {
      return Promise.resolve({
        provider: foundDav,
        trust: 'https-own-domain',
        voucher: 'nobody',
        source: 'https://found.example/.well-known/caldav',
        confirm: ['cloud.example'],
      })
    }
    return known.find(address)
  },
}

const icon = parseAppIcon(
  Buffer.from(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><circle cx="4" cy="4" r="4" fill="#7a1fa2"/></svg>',
  ),
  'icon.svg',
)
const app = (name: string, url: string, platform: OperatorApp['platform']): OperatorApp => ({
  name,
  url,
  platform,
  icon,
})

/**
 * A server that shows every page there is, with all that an operator may add to it.
 *
 * @param host another name of loopback, which our Chromium knows: pages warn of codes that name loopback
 * @param changes of the operator
 */
export function startServerOfEveryPage(
  host?: string,
  changes: Partial<AppDependencies> = {},
): Promise<InvitedServer> {
  return startInvitedServer(
    {
      offeredBy: 'Example Mail',
      contact: '+44 20 7946 0123',
      catalogue: shown,
      directory,
      androidIntent: { scheme: 'examplemail' },
      apps: [
        app('Example Mail', 'https://apps.apple.com/app/id1', 'ios'),
        app('Example Mail', 'https://apps.apple.com/app/id2', 'macos'),
        app(
          'Example Mail',
          'https://play.google.com/store/apps/details?id=com.example.mail',
          'android',
        ),
        app('Example Mail', 'https://apps.microsoft.com/detail/1', 'windows'),
        { name: 'بريد', url: 'https://webmail.example.com', platform: 'any' },
      ],
      branding: {
        notice: {
          en: 'The office is closed until 7 January. Your mail goes on.',
          de: 'Die Geschäftsstelle ist bis 7. Januar geschlossen. Ihre E-Mails kommen weiter an.',
          ar: 'المكتب مغلق حتى 7 يناير. بريدك يعمل كالمعتاد.',
          ja: '1月7日まで窓口はお休みです。メールは通常どおり届きます。',
        },
      },
      ...changes,
    },
    undefined,
    host,
  )
}

/** Such a server for a `describe` block; a test reads it by calling the result. */
export function suiteServerOfEveryPage(host?: string): () => InvitedServer {
  let server: InvitedServer | undefined
  beforeAll(async () => {
    server = await startServerOfEveryPage(host)
  })
  afterAll(() => server?.stop())
  return () => {
    if (server === undefined) throw new Error('Only tests and hooks may ask for it.')
    return server
  }
}

const SETUP_PAGES = (Object.keys(DEVICES) as (keyof typeof DEVICES)[]).flatMap((device) =>
  ['imap', 'pop3'].map((protocol): SeenPage => ({
    name: `setup on ${device}, ${protocol}`,
    has: 'Settings to type',
    is:
      device === 'android'
        ? '#app-gmail'
        : device === 'other'
          ? '#qr'
          : '.button[href*="/formats/apple-profile"]',
    userAgent: DEVICES[device],
    path: () => `/setup?address=ann@btinternet.com&name=Ann&protocol=${protocol}`,
  })),
)

/** Where people sign in on a page of their provider: by a profile first, second, or not at all. */
const SIGN_IN_PAGES: readonly SeenPage[] = (
  [
    ['iphone', 'hotmail.fr', '.button[href*="/formats/apple-exchange"]'],
    ['iphone', 'gmail.com', '#profile .button[href*="/formats/apple-google"]'],
    ['mac', 'hotmail.fr', '.two .on-mac .steps'],
    ['android', 'yahoo.com', '#app-gmail .steps'],
    ['other', 'gmail.com', '.programs .steps'],
  ] as const
).map(([device, domain, is]) => ({
  name: `sign-in on ${device}, ${domain}`,
  has: 'You sign in on',
  is,
  userAgent: DEVICES[device],
  path: () => `/setup?address=ann@${domain}`,
}))

const made = new WeakMap<InvitedServer, Map<string, Promise<string>>>()
/** The path of an invitation that nobody who looks at it changes: making one with a code takes long. */
const invitation =
  (key: string, make: (server: InvitedServer) => Promise<string>) =>
  (server: InvitedServer): Promise<string> => {
    const paths = made.get(server) ?? new Map<string, Promise<string>>()
    made.set(server, paths)
    const path = paths.get(key) ?? make(server)
    paths.set(key, path)
    return path
  }
const pending = invitation('pending', async (server) => (await server.invite()).path)
const coded = invitation('coded', async (server) => (await server.invite({ code: true })).path)

const typeCode = async (page: Page) => {
  await page.locator('#code').fill('12345')
  await page.getByRole('button').click()
}

/** All of them. */
export const EVERY_PAGE: readonly SeenPage[] = [
  {
    name: 'home',
    has: 'Is my mail provider known?',
    is: '#address:not([aria-invalid])',
    path: () => '/',
  },
  {
    name: 'home, an unknown domain',
    has: 'No settings are known for',
    is: '#problem + #address',
    path: () => '/setup?address=ann@nowhere.example',
  },
  {
    name: 'home, no address',
    has: 'A mail address has a name',
    is: '#address[aria-invalid]',
    path: () => '/setup?address=ann&name=%00',
  },
  {
    name: 'home, a misspelt domain',
    has: 'No settings are known for',
    is: '#problem + .button.plain',
    path: () => '/setup?address=ann@gmial.com',
  },
  ...SETUP_PAGES,
  ...SIGN_IN_PAGES,
  {
    name: 'setup, long values',
    has: 'Settings to type',
    is: '#settings',
    path: () => `/setup?${LONG}`,
  },
  {
    name: 'setup, the longest address',
    has: 'Settings to type',
    is: '#settings',
    path: () => `/setup?address=${'wolfeschlegelstein'.repeat(4).slice(0, 64)}@btinternet.com`,
  },
  {
    name: 'setup, a name from right to left',
    has: 'Settings to type',
    is: '#settings',
    path: () => `/setup?address=ann@btinternet.com&name=${encodeURIComponent('آن (المثال)')}`,
  },
  {
    name: 'setup, with an app password, calendar and contacts',
    has: 'You need an app password',
    is: '#app-password',
    path: () => '/setup?address=ann@fastmail.com',
  },
  {
    name: 'setup, with a root certificate',
    has: 'With the root certificate',
    is: '.warn + .button',
    userAgent: DEVICES.iphone,
    path: () => '/setup?address=ann@school.example&protocol=pop3',
  },
  {
    name: 'setup, with a root certificate and an app password',
    has: 'With the root certificate',
    is: '.warn a[href="#app-password"]',
    userAgent: DEVICES.iphone,
    path: () => '/setup?address=ann@college.example',
  },
  {
    name: 'confirm',
    has: 'Is this your mail provider?',
    is: '.domain',
    path: () => '/setup?address=ann@customer.example',
  },
  {
    name: 'setup, with found settings',
    has: 'Your password goes to',
    is: '.warn ~ .folds #settings',
    path: () => '/setup?address=ann@customer.example',
    then: (page) => page.locator('main form button').click(),
  },
  ...(['iphone', 'ipad', 'mac', 'android', 'other'] as const).map((device): SeenPage => ({
    name: `setup of calendars and contacts on ${device}`,
    has: 'Calendars and contacts for',
    is:
      device === 'android'
        ? '#app-davx5-link[open]'
        : device === 'other'
          ? '#qr'
          : '.button[href*="/formats/apple-profile"]',
    userAgent: DEVICES[device],
    path: () => '/setup?address=ann@cloud.example',
  })),
  {
    name: 'confirm, calendars and contacts',
    has: 'Is this your provider?',
    is: '.domain',
    path: () => '/setup?address=ann@found.example',
  },
  {
    name: 'help',
    has: 'This account needs another way',
    is: 'h1 + p + .button[rel]',
    path: () => '/setup?address=ann@proton.me',
  },
  { name: 'error', has: 'not_found (404)', is: '.note.bad + .button', path: () => '/nothing' },
  {
    name: 'invitation',
    has: 'is ready',
    is: 'form:not(:has(#code)) > .button',
    path: pending,
  },
  {
    name: 'invitation to calendars and contacts',
    has: 'The account for',
    is: 'form:not(:has(#code)) > .button',
    path: invitation(
      'cloud',
      async (server) =>
        (await server.invite({ address: 'ann@cloud.example', outgoingPassword: undefined })).path,
    ),
  },
  {
    name: 'invitation with a code',
    has: 'Six digits',
    is: '#code:not([aria-invalid])',
    path: coded,
  },
  {
    name: 'invitation, something else than a code',
    has: 'The code has six digits.',
    is: '#code[aria-invalid]',
    path: coded,
    then: typeCode,
  },
  {
    name: 'invitation, opened',
    has: 'First opened on',
    is: '.warn + form',
    path: async (server) => {
      // Anew: it is open for a while only, and time passes for the one that expires.
      const { path } = await server.invite()
      await fetch(`${server.local}${path}/formats/k9-settings`)
      return path
    },
  },
  {
    name: 'invitation, what it gives',
    has: 'Your password is inside',
    is: 'a[href*="/formats/k9-settings"]',
    userAgent: DEVICES.android,
    path: async (server) => `${await pending(server)}?show`,
  },
  {
    name: 'invitation, spent',
    has: 'This link has been used',
    is: '.warn + .button + h2',
    path: invitation('spent', async (server) => {
      const { path } = await server.invite({ downloads: 1 })
      await fetch(`${server.local}${path}/formats/k9-settings`)
      return path
    }),
  },
  {
    name: 'invitation, expired',
    has: 'This link has expired',
    is: 'h1 + .note:not(.warn)',
    path: invitation('expired', async (server) => {
      const { path } = await server.invite({ expires: 1 })
      server.pass(HOUR)
      return path
    }),
  },
  {
    name: 'invitation, locked',
    has: 'This link is locked',
    is: 'h1 + .bad',
    path: invitation('locked', async (server) => {
      const { path, code } = await server.invite({ code: true })
      const body = new URLSearchParams({ code: code === '000000' ? '000001' : '000000' })
      for (let tries = 0; tries < 5; tries++) {
        await fetch(`${server.local}${path}`, { method: 'POST', body })
      }
      return path
    }),
  },
]

const OF_ONE_DEVICE = EVERY_PAGE.filter(({ userAgent }) => userAgent !== undefined)
const A_SETUP_PAGE: SeenPage = {
  name: 'setup',
  has: 'Settings to type',
  is: '#settings',
  path: () => '/setup?address=ann@btinternet.com&name=Ann',
}

/** Those that whoever looks meets, on whatever device: one of each kind. */
export const PAGES_ANYWHERE: readonly SeenPage[] = [
  A_SETUP_PAGE,
  ...EVERY_PAGE.filter(({ userAgent }) => userAgent === undefined),
  ...OF_ONE_DEVICE.filter(({ name }) => / with a root |, what it gives/.test(name)).map((seen) => ({
    ...seen,
    userAgent: undefined,
    is: '#settings',
  })),
]
