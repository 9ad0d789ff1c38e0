import { refusedBy } from '../read-account.js'

/** A server as the link gives it: port 0, empty texts and `Automatic` mean "not given". */
export interface DcLoginServer {
  readonly server: string
  readonly port: number
  readonly user: string
  readonly password: string
  readonly security: 'Automatic' | 'Ssl' | 'Starttls' | 'Plain'
}

/** What Delta Chat reads from a `dclogin:` link. */
export interface DcLogin {
  readonly address: string
  readonly certificateChecks: string
  readonly imap: DcLoginServer
  /** Without a password of its own, sending uses that of IMAP. */
  readonly smtp: DcLoginServer
}

const SECURITY = new Map<string, DcLoginServer['security']>([
  ['ssl', 'Ssl'],
  ['starttls', 'Starttls'],
  ['default', 'Automatic'],
  ['plain', 'Plain'],
])
const CERTIFICATE_CHECKS = new Map([
  ['0', 'Automatic'],
  ['1', 'Strict'],
  ['2', 'AcceptInvalidCertificates'],
  ['3', 'AcceptInvalidCertificates2'],
])
const SCHEME = /^dclogin:/i
const VERSION = 1

/**
 * A link as Delta Chat reads it (`dclogin_scheme.rs` of chatmail/core at 48888898).
 *
 * @throws MailProfileError `invalid_profile`
 */
export function parseDcLogin(link: string): DcLogin {
  if (!SCHEME.test(link)) throw refused('It is no dclogin link.')
  const [withoutFragment = ''] = link.replace(SCHEME, '').replace(/^\/\//, '').split('#')
  const question = withoutFragment.indexOf('?')
  // Decoded as a form's: the last of several, plus is a space, malformed percents stay.
  const parameters = new Map(
    new URLSearchParams(question < 0 ? '' : withoutFragment.slice(question + 1)),
  )
  if (parameters.size === 0) throw refused('It has no parameters.')
  const address = percentDecode(withoutFragment.split(/[?/]/)[0] ?? '')
  if (!isAddress(address)) throw refused('Its address is not one.')
  const version = parameters.get('v')
  if (version === undefined) throw refused('Its version is missing.')
  if (unsigned(version, 2 ** 32 - 1, 'Its version') !== VERSION) {
    throw refused('Its version is not 1: a newer app would be needed.')
  }
  const password = parameters.get('p')
  if (password === undefined) throw refused('Its password is missing.')
  const certificateChecks = CERTIFICATE_CHECKS.get(parameters.get('ic') ?? '0')
  if (certificateChecks === undefined) throw refused('It names unknown certificate checks.')
  return {
    address,
    certificateChecks,
    imap: server('i', parameters, parameters.get('ipw') ?? password),
    smtp: server('s', parameters, parameters.get('spw') ?? ''),
  }
}

function server(
  prefix: 'i' | 's',
  parameters: ReadonlyMap<string, string>,
  password: string,
): DcLoginServer {
  const port = parameters.get(`${prefix}p`)
  const word = parameters.get(`${prefix}s`)
  const security = word === undefined ? 'Automatic' : SECURITY.get(word)
  if (security === undefined) throw refused('It names an unknown security.')
  return {
    server: parameters.get(`${prefix}h`) ?? '',
    port: port === undefined ? 0 : unsigned(port, 65_535, 'A port'),
    user: parameters.get(`${prefix}u`) ?? '',
    password,
    security,
  }
}

// Rust's parse::<u16>: decimal, a plus allowed, nothing else.
function unsigned(text: string, max: number, what: string): number {
  const number = /^\+?\d+$/.test(text) ? Number(text) : Number.NaN
  if (!(number <= max)) throw refused(`${what} is not a number that fits.`)
  return number
}

// EmailAddress::new of deltachat-contact-tools.
function isAddress(text: string): boolean {
  const at = text.lastIndexOf('@')
  const domain = text.slice(at + 1)
  return at > 0 && domain !== '' && !domain.endsWith('.') && !/[\s<>]/.test(text)
}

function percentDecode(text: string): string {
  const bytes = Buffer.from(
    text.replace(/%([0-9a-f]{2})|([^%]+|%)/gi, (_, hex: string | undefined, raw: string) =>
      hex === undefined
        ? Buffer.from(raw, 'utf8').toString('latin1')
        : String.fromCharCode(Number.parseInt(hex, 16)),
    ),
    'latin1',
  )
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    throw refused('Its address is not UTF-8.', cause)
  }
}

function refused(why: string, cause?: unknown): Error {
  return refusedBy('Delta Chat', why, cause)
}
