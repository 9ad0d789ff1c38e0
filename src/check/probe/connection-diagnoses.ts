import type { Diagnosis, ProposedChange } from './diagnosis.js'

const WHOLE_CHAIN: ProposedChange = {
  nginx: 'ssl_certificate …/fullchain.pem;  (not cert.pem), and reload it',
  caddy: 'tls …/fullchain.pem …/privkey.pem  (or no “tls” line at all)',
  mailprofile:
    'tls: { certificate: fullchain.pem, key: privkey.pem }  where it speaks https itself',
}
const ALL_NAMES: ProposedChange = {
  nginx: 'server_name {names};  and a certificate with all of them: certbot --expand',
  caddy: '{names} { reverse_proxy {listen} }',
}

/** What can be wrong before the first request. */
export const CONNECTION_DIAGNOSES = {
  // Names
  name_not_found: {
    severity: 'error',
    cause: 'The name is not in the DNS, so nobody gets as far as the server.',
    change: { dns: '{alias}', mailprofile: 'mailprofile config dns {domain}' },
  },
  name_lookup_failed: {
    severity: 'error',
    cause:
      'The DNS did not answer: probably the name servers are down, or this computer is offline.',
    change: { other: 'Ask the name servers of {domain} themselves, with --server or dig.' },
  },
  name_elsewhere: {
    severity: 'error',
    cause: 'The name leads to another server than mailprofile’s, which answers something else.',
    change: { dns: '{alias}' },
  },
  record_missing: {
    severity: 'warning',
    cause: 'Programs that go by SRV or TXT records find nothing there.',
    change: { dns: '{record}', mailprofile: 'mailprofile config dns {domain}' },
  },
  record_different: {
    severity: 'error',
    cause: 'The record leads programs elsewhere than these settings: it is probably an old one.',
    change: { dns: '{record}' },
  },
  record_extra: {
    severity: 'warning',
    cause: 'There is one more record, which sends programs to another server.',
    change: { dns: 'remove {record}' },
  },

  // Connections
  connection_refused: {
    severity: 'error',
    cause:
      'Nothing listens there: probably the proxy is not running, or listens on other addresses.',
    change: {
      nginx: 'listen 443 ssl http2; listen [::]:443 ssl http2;',
      other: 'systemctl status nginx caddy',
    },
  },
  connection_timeout: {
    severity: 'error',
    cause: 'Probably a firewall drops the connection, or the address is that of another machine.',
    change: { other: 'Open port {port} in the firewall of {host}, also the hoster’s.' },
  },
  address_fails: {
    severity: 'error',
    cause:
      'One of the addresses of the name (often the AAAA record) leads to a place where this does not work. Phones try IPv6 first.',
    change: {
      nginx: 'listen [::]:443 ssl http2;  in the same server block',
      dns: 'correct or remove the record {address}',
    },
  },
  address_differs: {
    severity: 'error',
    cause:
      'Another address of the same name answers otherwise: it leads to another server, or to an old copy of this one.',
    change: { dns: 'correct or remove the record {address}' },
  },
  connection_closed: {
    severity: 'error',
    cause:
      'The connection is closed without an answer: probably by a rule of the proxy (return 444).',
    change: {
      nginx: 'server_name {names};  in the server block of mailprofile',
      caddy: '{names} { … }',
    },
  },
  no_answer: {
    severity: 'error',
    cause:
      'The connection stands, but no answer comes in time: probably the server behind the proxy hangs.',
    change: {
      other: 'Look at the log of mailprofile, and ask http://{listen}/healthz on its machine.',
    },
  },
  not_http: {
    severity: 'error',
    cause: 'What answers there does not speak HTTP: another service listens on this port.',
    change: { other: 'Look what listens on port {port}: ss -ltnp' },
  },

  // TLS
  not_tls: {
    severity: 'error',
    cause: 'Port 443 answers without TLS: the word “ssl” is missing where the proxy listens.',
    change: { nginx: 'listen 443 ssl http2;', caddy: '{host} { … }  (not http://{host})' },
  },
  tls_too_old: {
    severity: 'error',
    cause: 'The proxy offers nothing newer than TLS 1.1, which no phone takes any more.',
    change: { nginx: 'ssl_protocols TLSv1.2 TLSv1.3;', caddy: 'remove “protocols” from “tls”' },
  },
  tls_failed: {
    severity: 'error',
    cause:
      'The proxy breaks the TLS handshake off: it probably has no certificate that it can use.',
    change: WHOLE_CHAIN,
  },
  name_not_served: {
    severity: 'error',
    cause: 'The proxy does not know this name and refuses the handshake.',
    change: ALL_NAMES,
  },
  certificate_name: {
    severity: 'error',
    cause:
      'The certificate is for other names: this one was probably forgotten when it was ordered.',
    change: ALL_NAMES,
  },
  certificate_expired: {
    severity: 'error',
    cause: 'The certificate was probably not renewed, or the proxy not reloaded after it was.',
    change: {
      nginx: 'certbot renew --deploy-hook "systemctl reload nginx"',
      caddy: 'let Caddy get it: remove the “tls” line with files',
    },
  },
  certificate_not_yet_valid: {
    severity: 'error',
    cause: 'The certificate is not valid yet: a clock is probably wrong.',
    change: { other: 'Set the clock of the server, or of this computer.' },
  },
  certificate_expires_soon: {
    severity: 'warning',
    cause:
      'The certificate ends soon and should have been renewed: the automatic renewal does not seem to work.',
    change: { nginx: 'certbot renew --dry-run', other: 'Look why it was not renewed.' },
  },
  certificate_self_signed: {
    severity: 'error',
    cause: 'The proxy made its own certificate, which no phone takes.',
    change: { ...WHOLE_CHAIN, caddy: 'remove “tls internal”' },
  },
  missing_intermediate: {
    severity: 'error',
    cause:
      'The proxy sends its certificate without the intermediate. Browsers on a desk often know it; phones and mail programs do not.',
    change: WHOLE_CHAIN,
  },
  unknown_root: {
    severity: 'error',
    cause:
      'The certificate leads to an authority that phones do not know, probably one of your own.',
    change: {
      caddy: 'remove “local_certs” and “tls internal”',
      other: 'Get one from a public authority.',
    },
  },
  certificate_untrusted: {
    severity: 'error',
    cause: 'The certificate does not pass the checks that phones make.',
    change: WHOLE_CHAIN,
  },
  weak_key: {
    severity: 'error',
    cause: 'The key of the certificate is too short for phones.',
    change: { nginx: 'certbot renew --force-renewal --key-type ecdsa' },
  },
} as const satisfies Readonly<Record<string, Diagnosis>>
