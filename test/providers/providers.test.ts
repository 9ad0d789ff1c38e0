import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { needsSignIn } from '../../src/account/account.js'
import { parseAddress } from '../../src/account/address.js'
import { english } from '../../src/messages/english.js'
import { loadCatalogue } from '../../src/providers/load.js'
import { expandPlaceholders } from '../../src/account/placeholders.js'
import { parseProvider, parseProviderFile } from '../../src/providers/provider.js'
import { protocolsOf } from '../../src/providers/provider-account.js'
import { createKey, selfSign } from '../support/certificates.js'
import { refusal, refusalCode } from '../support/errors.js'
import { isMissing } from '../support/programs.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const FOLDER = fileURLToPath(new URL('../../providers', import.meta.url))
const SHIPPED = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'))
const BT = readFileSync(join(FOLDER, 'bt.yaml'), 'utf8')

const catalogue = await loadCatalogue()

describe('the shipped providers', () => {
  it.each(SHIPPED)('%s has its id as name, a source and the day it was checked', (file) => {
    const provider = parseProviderFile(readFileSync(join(FOLDER, file), 'utf8'), file)
    expect(`${provider.id}.yaml`).toBe(file)
    expect(provider.sources.length).toBeGreaterThan(0)
    for (const { verified } of provider.sources) {
      expect(Date.parse(verified)).toBeLessThanOrEqual(Date.now())
    }
    if (provider.refuse !== undefined) {
      for (const domain of provider.domains) {
        const refused = { code: 'unsupported_account', message: english(provider.refuse.reason) }
        expect(() => catalogue.account(`ann@${domain}`)).toThrow(
          expect.objectContaining(refused) as Error,
        )
      }
      return
    }
    for (const domain of provider.domains) {
      for (const protocol of protocolsOf(provider)) {
        const account = catalogue.account(`ann@${domain}`, { protocol })
        expect(account.incoming?.protocol).toBe(protocol)
        expect(account.signIn).toBe(provider.signIn)
        expect(needsSignIn(account)).toBe(provider.oauth !== undefined)
      }
    }
  })

  it('name every domain once', () => {
    const all = [...catalogue.entries, ...catalogue.refused]
    const domains = all.flatMap(({ provider }) => provider.domains)
    expect(new Set(domains).size).toBe(domains.length)
    expect(all.length).toBe(SHIPPED.length)
  })

  // Facts that others have got wrong, or that were wrong here.
  it.each([
    ['ann@mindspring.com', 'pop3', 'pop.earthlink.net:995', 'smtpauth.earthlink.net:587'],
    ['ann@ix.netcom.com', 'pop3', 'pop.earthlink.net:995', 'smtpauth.earthlink.net:587'],
    ['ann@web.de', 'imap', 'imap.web.de:993', 'smtp.web.de:465'],
    ['ann@verizon.net', 'pop3', 'pop.aol.com:995', 'smtp.verizon.net:465'],
    ['ann@kakao.com', 'pop3', 'pop.kakao.com:995', 'smtp.kakao.com:465'],
    ['ann@yahoo.ie', 'imap', 'imap.mail.yahoo.com:993', 'smtp.mail.yahoo.com:465'],
    ['ann@posteo.uk', 'imap', 'posteo.de:993', 'posteo.de:465'],
    ['ann@runbox.no', 'imap', 'mail.runbox.com:993', 'mail.runbox.com:465'],
    ['ann@mein.gmx', 'imap', 'imap.gmx.net:993', 'mail.gmx.net:465'],
    ['ann@tim.it', 'imap', 'imap.tim.it:143', 'smtp.tim.it:587'],
    ['ann@telus.net', 'imap', 'imap.gmail.com:993', 'smtp.gmail.com:465'],
    ['ann@rediffmail.com', 'pop3', 'pop.rediffmail.com:995', 'smtp.rediffmail.com:465'],
    ['ann@tampabay.rr.com', 'imap', 'mail.brighthouse.com:993', 'mail.brighthouse.com:587'],
  ] as const)('give %s by %s %s and %s', (address, protocol, reading, sending) => {
    const { incoming, outgoing } = catalogue.account(address, { protocol })
    expect([incoming, outgoing].map((server) => `${server?.host}:${server?.port}`)).toEqual([
      reading,
      sending,
    ])
  })

  it.each([
    ['customer.mail.protection.outlook.com', 'microsoft-365'],
    ['customer.d-v1.mx.microsoft', 'microsoft-365'],
    ['hotmail-com.olc.protection.outlook.com', 'outlook'],
    ['smtp.google.com', 'google-workspace'],
    ['mx01.mail.icloud.com', 'icloud-own-domain'],
    ['mta5.am0.yahoodns.net', 'yahoo'],
    ['mx-aol.mail.gm0.yahoodns.net', 'aol'],
    ['mail.protonmail.ch', 'proton'],
    ['mx1.pub.mailpod1-cph3.one.com', 'one-com'],
    ['www123.your-server.de', 'hetzner'],
    ['mx00.ionos.co.uk', 'ionos-uk'],
    ['mx00.ionos.de', 'ionos-de'],
  ])('know by the mail exchanger %s that it is %s', (host, id) => {
    expect(catalogue.forMx(host)?.provider.id).toBe(id)
  })

  it.each(['yahoo', 'yahoo-countries', 'aol', 'att', 'cox', 'verizon', 'sky', 'frontier'])(
    '%s say how to sign in before they speak of an app password, which may be none',
    (id) => {
      const provider = catalogue.entries.find((entry) => entry.provider.id === id)?.provider
      const [first, ...others] = provider?.notes.map(({ text }) => english(text)) ?? []
      expect(first).toMatch(/sign in on .*Add Account › (?:Yahoo|AOL).*On Android/)
      expect([english(provider?.appPassword?.text ?? ''), ...others].join()).toContain(
        'still offers one',
      )
    },
  )

  it.each([
    [
      'ann@btinternet.com',
      'imap',
      'mail.btinternet.com',
      993,
      'ann@btinternet.com',
      'mail.btinternet.com',
      465,
      'tls',
      'ann@btinternet.com',
    ],
    [
      'ann@btopenworld.com',
      'pop3',
      'mail.btinternet.com',
      995,
      'ann@btopenworld.com',
      'mail.btinternet.com',
      465,
      'tls',
      'ann@btopenworld.com',
    ],
    [
      'Ann@Talk21.com',
      'imap',
      'mail.btinternet.com',
      993,
      'Ann@talk21.com',
      'mail.btinternet.com',
      465,
      'tls',
      'Ann@talk21.com',
    ],
    [
      'ann@icloud.com',
      'imap',
      'imap.mail.me.com',
      993,
      'ann',
      'smtp.mail.me.com',
      587,
      'starttls',
      'ann@icloud.com',
    ],
    [
      'ann@fastmail.com',
      'pop3',
      'pop.fastmail.com',
      995,
      'ann@fastmail.com',
      'smtp.fastmail.com',
      465,
      'tls',
      'ann@fastmail.com',
    ],
    [
      'ann@mailbox.org',
      'imap',
      'imap.mailbox.org',
      993,
      'ann@mailbox.org',
      'smtp.mailbox.org',
      465,
      'tls',
      'ann@mailbox.org',
    ],
  ] as const)(
    'give %s by %s',
    (address, protocol, host, port, username, smtp, smtpPort, security, smtpUser) => {
      const { incoming, outgoing } = catalogue.account(address, { protocol })
      const authentication = 'password-cleartext'
      expect(incoming).toEqual({ protocol, host, port, security: 'tls', authentication, username })
      expect(outgoing).toEqual({
        protocol: 'smtp',
        host: smtp,
        port: smtpPort,
        security,
        authentication,
        username: smtpUser,
      })
    },
  )

  it.each([
    ['ann@bt.com', undefined, 'unknown_domain'],
    ['ann@btconnect.com', undefined, 'unknown_domain'],
    ['ann@mail.btinternet.com', undefined, 'unknown_domain'],
    ['ann@constructor', undefined, 'unknown_domain'],
    ['ann@tostring', undefined, 'unknown_domain'],
    ['ann@icloud.com', 'pop3', 'unsupported_protocol'],
    ['ann@proton.me', undefined, 'unsupported_account'],
    ['ann@tuta.com', 'pop3', 'unsupported_account'],
    ['ann@peoplepc.com', undefined, 'unknown_domain'],
    ['ann@', undefined, 'invalid_address'],
  ] as const)('%s by %s is %s', async (address, protocol, code) => {
    const error = await refusal(() => catalogue.account(address, { protocol }))
    expect(error.code).toBe(code)
    expect(error.message).not.toContain('ann@')
  })
})

describe('provider files of an operator', () => {
  it('win for a domain that both have', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'mine.yaml'), BT.replaceAll('mail.btinternet.com', 'mx.example.com'))
    const mine = await loadCatalogue([folder])
    expect(mine.account('a@talk21.com').incoming?.host).toBe('mx.example.com')
    expect(mine.restrictedTo(['talk21.com']).account('a@talk21.com').incoming?.host).toBe(
      'mx.example.com',
    )
    expect(
      await refusalCode(() =>
        mine.restrictedTo(['talk21.com']).find(parseAddress('a@btinternet.com')),
      ),
    ).toBe('unknown_domain')
  })

  it.skipIf(isMissing('openssl'))('may bring a private root', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'root.pem'), selfSign(folder, createKey('P-256'), 'ca'))
    writeFileSync(join(folder, 'mine.yaml'), `${BT}rootCertificate: root.pem\n`)
    const { rootCertificate } = (await loadCatalogue([folder])).account('a@talk21.com')
    expect(rootCertificate?.name).toBe('alone')
  })

  it.each([
    ['a folder that is missing', (folder: string) => join(folder, 'no')],
    [
      'a domain in two files',
      (folder: string) => {
        writeFileSync(join(folder, 'a.yaml'), BT)
        writeFileSync(join(folder, 'b.yaml'), BT)
        return folder
      },
    ],
    [
      'a root that is missing',
      (folder: string) => {
        writeFileSync(join(folder, 'a.yaml'), `${BT}rootCertificate: no.pem\n`)
        return folder
      },
    ],
  ])('are refused with %s', async (_name, make) => {
    expect(await refusalCode(() => loadCatalogue([make(temporaryFolder())]))).toBe(
      'invalid_configuration',
    )
  })

  it.each([
    ['a port out of range', BT.replace('port: 993', 'port: 99999'), '7:11'],
    ['STARTTLS on 993', BT.replace('security: tls', 'security: starttls'), '7:11'],
    ['TLS on 587', BT.replace('port: 465', 'port: 587'), '20:11'],
    ['an unknown key', BT.replace('    port: 995', '    prot: 995'), '13:5'],
    ['a key twice', `${BT}id: again\n`, '35:1'],
    ['no name', BT.replace('name: BT Mail\n', ''), '1:1'],
    ['a domain that is none', BT.replace('talk21.com', 'talk 21'), '3:44'],
    ['a host that is none', BT.replace('host: mail.', 'host: ma il.'), '6:11'],
    ['a help page without https', BT.replace('help: https', 'help: http'), '29:7'],
    ['text for a port', BT.replace('993', "'993'"), '7:11'],
    ['no YAML', BT.replace('domains: [', 'domains: [['), '4:1'],
    ['a document that is no mapping', '- a\n', '1:1'],
    ['nothing', '', '1:1'],
  ])('point at %s', async (_name, yaml, place) => {
    const error = await refusal(() => parseProvider(yaml, 'mine.yaml'))
    expect(error.code).toBe('invalid_configuration')
    expect(error.message).toContain(`mine.yaml:${place}: `)
  })
})

describe('placeholders', () => {
  it.each([
    ['%EMAILADDRESS%', 'ann@example.com', 'ann@example.com'],
    ['%EMAILLOCALPART%', 'ann@example.com', 'ann'],
    ['imap.%EMAILDOMAIN%', 'ann@example.com', 'imap.example.com'],
    ['%EMAILLOCALPART%', '%EMAILDOMAIN%@example.com', '%EMAILDOMAIN%'],
    ['%EMAILLOCALPART%', "$&$'$1@example.com", "$&$'$1"],
    ['%OTHER%', 'ann@example.com', '%OTHER%'],
  ])('%s of %s', (template, address, text) => {
    expect(expandPlaceholders(template, address)).toBe(text)
  })
})
