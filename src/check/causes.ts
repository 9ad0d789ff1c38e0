import type { IncomingProtocol } from '../account/server.js'

/**
 * Everything that a check can find, with its likely cause: for a person who runs or uses a mail
 * server. What a check cannot know it calls likely. The codes are public; `docs/check.md` says more
 * about each.
 */
export const CAUSES = {
  // Name and connection
  name_not_found: 'The host name is misspelt, or its DNS records (A, AAAA) are missing.',
  name_lookup_failed:
    'The DNS did not answer: probably this computer is offline, or the name servers of the domain are down.',
  connection_refused:
    'Probably nothing listens on this port: the port is wrong, or the service is switched off.',
  connection_timeout:
    'Probably a firewall drops the connection, here or at the server; many networks block mail ports.',
  unreachable:
    'There is no way to this address from here: the network is probably down, or the DNS record old.',
  no_ipv6_here:
    'This computer has no way to IPv6, which is no fault of the server: check from a network that has.',
  connection_failed:
    'The connection was not allowed; a firewall on this computer may be the reason.',
  ipv4_fails: 'The A record probably points to a place where the mail server does not listen.',
  ipv6_fails: 'The AAAA record probably points to a place where the mail server does not listen.',
  some_addresses_fail: 'Probably one of several servers behind the name is down.',

  // TLS
  not_encrypted:
    'The settings ask for no encryption, so anybody on the way can read the mail: set security to tls or starttls.',
  starts_in_clear: 'This port starts in clear: set security to starttls.',
  expects_tls: 'This port expects TLS from the first byte: set security to tls.',
  not_tls: 'What listens on this port does not speak TLS: the port may be wrong.',
  tls_timeout:
    'The server did not answer the TLS handshake: the port may be wrong, or it is overloaded.',
  tls_failed: 'The server broke off the TLS handshake: it may have no certificate for this name.',
  tls_too_old:
    'The server knows nothing newer than TLS 1.1, which phones refuse: it has to be updated.',
  starttls_not_offered:
    'Probably the server has no TLS set up on this port, or something on the way removes the offer.',
  starttls_refused:
    'The server offers STARTTLS but cannot do it now: often its certificate cannot be read.',
  data_before_tls:
    'Somebody on the way may be adding commands, or the server is too old to be safe (CVE-2011-0411).',
  preauth_before_tls:
    'The server says that somebody has logged in already, after which TLS cannot begin: somebody on the way may be saying so to keep the connection readable, or the server is set up wrongly.',
  login_before_tls:
    'The server takes passwords in clear too: an app that is set up wrongly would give them away. Require TLS for log-in.',

  // Certificate
  certificate_name:
    'The settings name another host than the certificate: use a name that is in it, or get one for this name.',
  certificate_expired:
    'The certificate was probably not renewed, or the server not restarted after it was renewed.',
  certificate_not_yet_valid:
    'A clock is probably wrong, of this computer or of the one that made it.',
  certificate_expires_soon:
    'Automatic renewal seems not to work: authorities advise 30 days before.',
  certificate_self_signed:
    'The server made its own certificate, which phones refuse: get one from an authority.',
  missing_intermediate:
    'The server probably sends its certificate without those between it and the root: set up the full chain. If the root of your own authority is what is missing, name it in the provider file (rootCertificate).',
  unknown_root:
    'The authority is not known to phones: its root has to be installed on them, or a public authority used.',
  certificate_untrusted: 'The certificate does not pass the checks that phones make too.',
  weak_key: 'The key is too short for phones: make a new one, RSA with 2048 bits or ECDSA.',

  // Talking
  no_greeting:
    'Something accepts connections there, but says nothing: probably the service hangs, or the port is wrong.',
  wrong_protocol: 'Another service listens on this port: the port or the protocol is wrong.',
  greeting_refused: 'The server does not want to talk to this network, or not now.',
  closed:
    'The server closed the connection: it is probably overloaded, or refuses this network or what was said before.',
  no_reply: 'Probably the server hangs, or a firewall interferes with the connection.',
  too_much_data: 'What answers there is probably no mail server, or a broken one.',
  unexpected_reply: 'What answers there does not keep to the protocol: the port may be wrong.',
  no_dav:
    'No calendars and contacts answer there: the address, or what it redirects to, is probably wrong.',
  capabilities_refused:
    'The server does not say what it can do; it may refuse this network, or be a broken or very old one.',
  old_imap: 'The server does not speak IMAP4rev1, which mail apps need.',

  // Authentication and log-in
  wants_oauth:
    'The server wants OAuth, the provider’s own log-in page, instead of a password: use an app that offers it.',
  login_disabled:
    'The server takes no password over this connection: it probably wants TLS first (security tls or starttls), or has log-in with passwords switched off.',
  mechanism_not_offered:
    'The settings name a way of logging in that the server does not have switched on.',
  no_authentication: 'The server offers no log-in over this connection.',
  wrong_password:
    'The user name or the password is probably wrong; some providers say the same when they want a password made for the app.',
  app_password_needed: 'The provider wants a password made for the app: make one on its website.',
  protocol_switched_off:
    'The protocol is switched off for this account: switch it on in its settings on the web.',
  web_login_needed: 'The provider wants the person to log in on its website first.',
  password_expired: 'The password has expired: choose a new one.',
  encryption_required:
    'The server wants TLS before the log-in and does not see that there is: probably something in front of it does the TLS, and the server was not told to trust it.',
  too_many_attempts:
    'Probably too many log-ins have failed: wait, an hour at best, then try the right password.',
  login_not_allowed:
    'The password may be right, but this account is probably locked or may not use this service.',
  login_refused: 'The server refuses the log-in for a reason of its own.',
  temporary: 'The server probably has a passing problem: try again in some minutes.',

  // Mailbox and sender
  mailbox_refused:
    'The account can log in, but its mailbox cannot be opened: it may not be set up yet.',
  sender_refused:
    'This log-in may not send with this address: probably it belongs to another account, or is no alias yet.',
  recipient_refused:
    'The server does not take mail for this address: it may not exist, or its mailbox may be full.',
  login_required:
    'The server takes this mail only after a log-in that it accepts: the settings may have to name one.',
  client_refused:
    'The server does not take mail from this computer: probably its network is on a list of senders of spam, or the server does not like the name that it was told.',

  stopped: 'The check was interrupted.',
} as const

export type CheckCode = keyof typeof CAUSES

type AnyProtocol = IncomingProtocol | 'smtp' | 'caldav' | 'carddav'

/** Where a protocol lets more be said, or makes the general sentence wrong. */
const BY_PROTOCOL: Partial<Record<CheckCode, Partial<Record<AnyProtocol, string>>>> = {
  starttls_not_offered: {
    pop3: 'Probably the server has no TLS set up on this port (POP3 calls it STLS), or something on the way removes the offer.',
  },
  no_authentication: {
    smtp: 'The server offers no log-in over this connection: it probably takes mail between servers only (apps use port 465 or 587), or wants TLS first.',
    imap: 'The server offers no log-in over this connection: it probably wants TLS first, or has log-in with passwords switched off.',
    pop3: 'The server offers no log-in that it names: it probably wants TLS first, or has log-in with passwords switched off.',
  },
  capabilities_refused: {
    smtp: 'The server refuses the greeting (EHLO): it probably refuses this network or the name that it was told, or is a very old one.',
  },
  closed: {
    smtp: 'The server closed the connection: it is probably overloaded, or refuses this network or the name that it was told.',
  },
}

/** The likely cause of what a check found with a server of that protocol: sentences. */
export function causeOf(code: CheckCode, protocol: AnyProtocol): string {
  return BY_PROTOCOL[code]?.[protocol] ?? CAUSES[code]
}
