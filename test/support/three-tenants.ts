import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { createApiKey, hashApiKey } from '../../src/http/api/key.js'
import { commonServerCertificate, type ServerCertificate } from './server-certificate.js'

/** An organisation. Its word stands in all that is its own, so that any of it is found by the word. */
export interface TestTenant {
  readonly word: string
  readonly host: string
  readonly url: string
  /** One of its own, and one on servers that all three share. */
  readonly domain: string
  readonly sharedDomain: string
  readonly name: string
  readonly color: string
  readonly darkColor: string
  /** As it is written and as it is dialled. */
  readonly contact: string
  readonly number: string
  readonly apiKey: string
  readonly tls: ServerCertificate
  readonly signing: ServerCertificate
}

const WORDS = [
  ['quokka', '#6a1b9a', '#c792ea', '20 7946 0101'],
  ['wombat', '#1d5c8f', '#5fb3f3', '20 7946 0202'],
  ['numbat', '#8a3b12', '#f0a36b', '20 7946 0303'],
] as const

const DAY = 24 * 60 * 60 * 1000

/** The three; the certificate of the second ends within six days. */
export function makeTenants(): readonly TestTenant[] {
  return WORDS.map(([word, color, darkColor, contact]) => {
    const domain = `${word}.example`
    const sharedDomain = `${word}-post.example`
    const host = `setup.${domain}`
    const names = [
      host,
      ...[domain, sharedDomain].flatMap((one) => [one, `autoconfig.${one}`, `autodiscover.${one}`]),
    ]
    // By its name a client tells one authority from another.
    const authority = [{ name: 'commonName', value: `Root of the ${word}` }]
    const notAfter = new Date((Math.floor(Date.now() / DAY) + 6) * DAY)
    return {
      ...{ word, host, url: `https://${host}`, domain, sharedDomain, color, darkColor },
      name: `The ${word} society`,
      contact: `+44 ${contact}`,
      number: `+44${contact.replaceAll(' ', '')}`,
      apiKey: createApiKey(randomBytes),
      tls: commonServerCertificate({
        ...{ names, authority },
        ...(word === 'wombat' ? { notAfter } : {}),
      }),
      signing: commonServerCertificate({ names: [`sign.${domain}`] }),
    }
  })
}

export interface TenantsFolderOptions {
  /** Whether the server speaks https itself. */
  readonly tls: boolean
  /** More of the top level. */
  readonly more?: Readonly<Record<string, unknown>>
}

/** Writes a configuration of theirs with all that it names. */
export function writeTenants(
  folder: string,
  tenants: readonly TestTenant[],
  { tls, more = {} }: TenantsFolderOptions,
): void {
  mkdirSync(join(folder, 'providers'), { recursive: true })
  const write = (name: string, content: string) => writeFileSync(join(folder, name), content)
  write(
    'providers/shared.yaml',
    provider({
      id: 'shared',
      name: 'Mail of %EMAILDOMAIN%',
      domains: tenants.map(({ sharedDomain }) => sharedDomain),
      host: 'mail.host.example',
    }),
  )
  for (const tenant of tenants) {
    const { word, domain } = tenant
    mkdirSync(join(folder, word, 'locales'), { recursive: true })
    write(
      `providers/${word}.yaml`,
      provider({ id: word, name: `Post of ${word}`, domains: [domain], host: `mail.${domain}` }),
    )
    write(`${word}/domains.txt`, `${tenant.sharedDomain}\n`)
    write(`${word}/logo.svg`, logo(word))
    write(`${word}/locales/en.json`, JSON.stringify({ home: { intro: `Welcome, ${word}.` } }))
    for (const use of ['tls', 'signing'] as const) {
      write(`${word}/${use}.pem`, tenant[use].chain)
      writeFileSync(join(folder, word, `${use}.key`), tenant[use].key, { mode: 0o600 })
    }
  }
  const configuration = {
    store: 'sqlite:store.db',
    providers: ['providers'],
    trustProxy: ['127.0.0.1'],
    pacc: { enabled: true },
    limits: { client: 100_000, wrong: 100_000 },
    ...more,
    tenants: tenants.map((tenant) => entryOf(tenant, tls)),
  }
  write('mailprofile.yaml', stringify(configuration))
}

function entryOf({ word, ...tenant }: TestTenant, tls: boolean) {
  return {
    baseUrl: tenant.url,
    domains: [tenant.domain],
    domainsFile: `${word}/domains.txt`,
    branding: {
      name: tenant.name,
      contact: tenant.contact,
      color: tenant.color,
      darkColor: tenant.darkColor,
      logo: `${word}/logo.svg`,
      imprint: `https://www.host.example/imprint/${word}`,
      privacy: `https://www.host.example/privacy/${word}`,
    },
    templates: word,
    signing: { certificate: `${word}/signing.pem`, key: `${word}/signing.key` },
    ...(tls ? { tls: { certificate: `${word}/tls.pem`, key: `${word}/tls.key` } } : {}),
    // The same name with each: names are each tenant's own.
    api: {
      keys: [
        {
          name: 'helpdesk',
          hash: hashApiKey(tenant.apiKey),
          scopes: ['invitations:write', 'invitations:read', 'invitations:all', 'accounts:read'],
        },
      ],
    },
    securityTxt: { contact: `mailto:security-${word}@host.example` },
    androidIntent: {
      action: `example.${word}.SETUP_MAIL`,
      scheme: `${word}mail`,
      package: `example.${word}.mail`,
    },
  }
}

function provider(given: {
  readonly id: string
  readonly name: string
  readonly domains: readonly string[]
  readonly host: string
}): string {
  const { host, ...listing } = given
  const server = {
    ...{ host, security: 'tls', authentication: 'password-cleartext' },
    username: '%EMAILADDRESS%',
  }
  return stringify({
    ...listing,
    incoming: [
      { protocol: 'imap', port: 993, ...server },
      { protocol: 'pop3', port: 995, ...server },
    ],
    outgoing: [{ protocol: 'smtp', port: 465, ...server }],
    calendar: { url: `https://${host}/dav/%EMAILADDRESS%/` },
  })
}

function logo(word: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><title>Arms of the ${word}</title><path d="M0 0h40v20z"/></svg>`
}
