import { Catalogue } from '../../src/providers/catalogue.js'
import { parseProvider } from '../../src/providers/provider.js'
import { catalogue } from './app.js'

function server(
  protocol: string,
  host: string,
  port: number,
  more: {
    readonly security?: string
    readonly authentication?: string
    readonly username?: string
  },
): string {
  const {
    security = 'tls',
    authentication = 'password-cleartext',
    username = '%EMAILADDRESS%',
  } = more
  const user = username === '' ? '' : `, username: '${username}'`
  return `  - { protocol: ${protocol}, host: '${host}', port: ${port}, security: ${security}, authentication: ${authentication}${user} }`
}

/** The mail hosts of these tests, besides those that ship with mailprofile. */
const FILES: Readonly<Record<string, readonly string[]>> = {
  // An international domain, and hosts below whatever domain is asked about.
  'own-hosts.yaml': [
    'id: own-hosts',
    "name: 'Mail of %EMAILDOMAIN%'",
    'domains: [müller.example, one.example, two.example]',
    'incoming:',
    server('imap', 'imap.%EMAILDOMAIN%', 993, {}),
    'outgoing:',
    server('smtp', 'smtp.%EMAILDOMAIN%', 465, {}),
  ],
  // Every order and every way to sign in that a client stumbles over.
  'traps.yaml': [
    'id: traps',
    'name: "Traps & <Co> \\" with a name that is far longer than any client would show it"',
    'domains: [traps.example]',
    'incoming:',
    server('pop3', 'pop.traps.example', 110, { security: 'none' }),
    server('pop3', 'pop.traps.example', 995, {}),
    server('imap', 'imap.traps.example', 143, { security: 'none' }),
    server('imap', 'imap.traps.example', 143, { security: 'starttls' }),
    server('imap', 'sso.traps.example', 993, { authentication: 'gssapi' }),
    server('imap', 'imap.traps.example', 993, { username: '%EMAILLOCALPART%' }),
    server('imap', 'imap.traps.example', 993, { authentication: '[oauth2, password-cleartext]' }),
    server('imap', '%EMAILLOCALPART%.traps.example', 993, {}),
    'outgoing:',
    server('smtp', 'relay.traps.example', 587, {
      security: 'starttls',
      authentication: 'none',
      username: '',
    }),
    server('smtp', 'smtp.traps.example', 587, { security: 'starttls' }),
    server('smtp', 'smtp.traps.example', 465, { authentication: '[ntlm, password-cleartext]' }),
  ],
  'no-encryption.yaml': [
    'id: no-encryption',
    'name: Old Mail',
    'domains: [old.example]',
    'incoming:',
    server('imap', 'mail.old.example', 143, { security: 'none' }),
    'outgoing:',
    server('smtp', 'mail.old.example', 25, { security: 'none' }),
  ],
}

/** The shipped catalogue and the mail hosts of these tests. */
export const tenants = new Catalogue([
  ...catalogue.entries,
  ...Object.entries(FILES).map(([file, lines]) => ({
    provider: parseProvider(`${lines.join('\n')}\n`, file),
    file,
  })),
])
