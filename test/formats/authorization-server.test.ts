import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { AuthorizationServer, MailService } from '../../src/account/mail-service.js'
import { childOf, readXml } from '../../src/encoding/read-xml.js'
import { renderAutoconfig } from '../../src/formats/mozilla-autoconfig/mozilla-autoconfig.js'
import { thunderbirdAutoconfig, thunderbirdDesktopAutoconfig } from '../readers/autoconfig.js'
import { renderPacc } from '../../src/formats/pacc/pacc.js'
import { parsePacc } from '../../src/formats/pacc/reader.js'
import { refusal } from '../support/errors.js'
import { runCli } from '../support/cli.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const PLAIN = {
  port: 993,
  security: 'tls',
  authentication: 'password-cleartext',
  username: '%EMAILADDRESS%',
} as const
const OAUTH = { ...PLAIN, authentication: 'oauth2' } as const
const WHOLE: AuthorizationServer = {
  issuer: 'https://id.example.com/realms/mail',
  clientId: 'mail-apps',
  scopes: ['mail', 'offline_access'],
  authorizationUrl: 'https://id.example.com/auth?ui=1&a=b',
  tokenUrl: 'https://id.example.com/token',
}

function documentWith(
  authorization: AuthorizationServer | undefined,
  servers: readonly (typeof PLAIN | typeof OAUTH)[] = [OAUTH, PLAIN],
): string {
  return renderAutoconfig(
    {
      name: 'Example',
      incoming: servers.map((one) => ({ ...one, protocol: 'imap', host: 'imap.example.com' })),
      outgoing: servers.map((one) => ({ ...one, protocol: 'smtp', host: 'smtp.example.com' })),
      authorization,
    },
    'example.com',
  )
}

describe('where people sign in, in an autoconfig document', () => {
  it('stands beside the provider, in the order of the specification', () => {
    const root = readXml(documentWith(WHOLE))
    expect(root.elements.map(({ name }) => name)).toEqual(['emailProvider', 'oAuth2'])
    expect(childOf(root, 'oAuth2')?.elements.map(({ name, text }) => [name, text])).toEqual([
      ['authURL', 'https://id.example.com/auth?ui=1&a=b'],
      ['tokenURL', 'https://id.example.com/token'],
      ['issuer', 'id.example.com'],
      ['scope', 'mail offline_access'],
      ['clientID', 'mail-apps'],
    ])
  })

  it('is what is known of it', () => {
    const found = childOf(readXml(documentWith({ issuer: 'https://id.example.com' })), 'oAuth2')
    expect(found?.elements.map(({ name, text }) => [name, text])).toEqual([
      ['issuer', 'id.example.com'],
    ])
  })

  it('is left out where no server takes it, and where nobody knows it', () => {
    expect(documentWith(WHOLE, [PLAIN])).toBe(documentWith(undefined, [PLAIN]))
    expect(documentWith(undefined)).not.toContain('oAuth2')
  })

  it('keeps no reader from the servers', () => {
    for (const read of [thunderbirdAutoconfig, thunderbirdDesktopAutoconfig]) {
      expect(read(documentWith(WHOLE), 'ann@example.com')).toEqual(
        read(documentWith(undefined), 'ann@example.com'),
      )
    }
  })
})

const PROVIDER = (id: string, authentication: string) => `
id: ${id}
name: ${id}
domains: [${id}.example]
incoming: [{ protocol: imap, host: imap.${id}.example, port: 993, security: tls, authentication: ${authentication}, username: '%EMAILADDRESS%' }]
outgoing: [{ protocol: smtp, host: smtp.${id}.example, port: 465, security: tls, authentication: ${authentication}, username: '%EMAILADDRESS%' }]
`

describe('oauth in the configuration', () => {
  async function exported(config: string, address: string): Promise<string> {
    const cwd = temporaryFolder()
    mkdirSync(join(cwd, 'providers'))
    writeFileSync(join(cwd, 'providers/own.yaml'), PROVIDER('own', '[oauth2, password-cleartext]'))
    writeFileSync(join(cwd, 'providers/plain.yaml'), PROVIDER('plain', 'password-cleartext'))
    writeFileSync(join(cwd, 'mailprofile.yaml'), `providers: providers\n${config}`)
    const { stdout, stderr } = await runCli(['export', 'mozilla-autoconfig', address], { cwd })
    return stdout.toString('utf8') || stderr
  }

  it.each(["scopes: 'mail offline_access'", 'scopes: [mail, offline_access]'])(
    'is told of the operator’s own servers that take it, with %s',
    async (scopes) => {
      const config = `oauth: { issuer: https://id.example.com, clientId: x, ${scopes} }\n`
      const document = await exported(config, 'ann@own.example')
      expect(document).toContain('<issuer>id.example.com</issuer>')
      expect(document).toContain('<scope>mail offline_access</scope>')
      expect(await exported(config, 'ann@plain.example')).not.toContain('oAuth2')
      // Yahoo's people do not sign in there.
      expect(await exported(config, 'ann@yahoo.com')).not.toContain('id.example.com')
    },
  )

  it.each([
    ['{ clientId: x }', 'oauth needs an issuer'],
    ['{ issuer: http://id.example.com }', 'oauth.issuer must begin with https://'],
    ["{ issuer: 'https://id.example.com?a=b' }", 'without query'],
    ["{ issuer: https://id.example.com, scopes: 'a \"b' }", 'oauth.scopes'],
    ['{ issuer: https://id.example.com, tokenUrl: ftp://x }', 'oauth.tokenUrl must begin with'],
  ])('%s is refused', async (oauth, words) => {
    expect(await exported(`oauth: ${oauth}\n`, 'ann@own.example')).toContain(words)
  })
})

describe('where people sign in, in a PACC document', () => {
  const service = (...servers: (typeof PLAIN | typeof OAUTH)[]): MailService => ({
    name: 'Example',
    incoming: servers.map((one) => ({ ...one, protocol: 'imap', host: 'mail.example.com' })),
    outgoing: servers.map((one) => ({
      ...one,
      protocol: 'smtp',
      host: 'mail.example.com',
      port: 465,
    })),
    authorization: WHOLE,
  })
  const authentication = (given: MailService) =>
    (JSON.parse(renderPacc(given, 'example.com', '03')) as { authentication: unknown })
      .authentication
  const issuer = { 'oauth-public': { issuer: WHOLE.issuer } }

  it('stands beside the password, or instead of it', () => {
    expect(authentication(service(OAUTH, PLAIN))).toEqual({ password: true, ...issuer })
    expect(authentication(service(PLAIN))).toEqual({ password: true })
    expect(authentication(service(OAUTH))).toEqual({ password: false, ...issuer })
    expect(parsePacc(renderPacc(service(OAUTH), 'example.com', '02'))).toMatchObject({
      password: false,
      issuer: WHOLE.issuer,
      servers: [{ protocol: 'imap' }, { protocol: 'smtp' }],
    })
  })

  it('is not told of a host that takes passwords only', () => {
    const { incoming, ...rest } = service(OAUTH, PLAIN)
    const [, plain] = incoming
    const first = { ...(plain ?? incoming[0]), host: 'old.example.com' } as (typeof incoming)[0]
    expect(authentication({ ...rest, incoming: [first, ...incoming] })).toEqual({ password: true })
  })

  it('is not told of calendars and contacts alone, which take passwords', () => {
    const alone = { ...service(), contacts: { url: 'https://dav.example.com/' } }
    expect(authentication(alone)).toEqual({ password: true })
  })

  it('is why there is no document, where nobody knows it', async () => {
    const unknown = { ...service(OAUTH), authorization: undefined }
    expect(await refusal(() => renderPacc(unknown, 'example.com', '03'))).toMatchObject({
      code: 'oauth_only',
    })
  })

  it.each([
    [{ issuer: 'http://id.example.com' }, 'not https'],
    [{}, 'not https'],
    ['https://id.example.com', 'not an object'],
  ])('is refused by a reader as %j', async (oauth, words) => {
    const whole = JSON.parse(renderPacc(service(PLAIN), 'example.com', '03')) as object
    const text = JSON.stringify({
      ...whole,
      authentication: { password: true, 'oauth-public': oauth },
    })
    expect((await refusal(() => parsePacc(text))).message).toContain(words)
  })
})
