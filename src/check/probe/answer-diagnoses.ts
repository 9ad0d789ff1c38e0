import type { Diagnosis } from './diagnosis.js'

/** What can be wrong with the profile, and with other documents and servers. */
export const ANSWER_DIAGNOSES = {
  // The profile
  profile_media_type: {
    severity: 'error',
    cause:
      'The profile does not come as application/x-apple-aspen-config: Safari shows text or a file instead of installing it.',
    change: {
      nginx: 'remove “proxy_hide_header Content-Type” and “types { … }”',
      caddy: 'remove “header Content-Type”',
    },
  },
  profile_missing: {
    severity: 'error',
    cause: 'There is no profile for iPhone, iPad and Mac.',
    change: { mailprofile: 'mailprofile config check' },
  },
  profile_broken: {
    severity: 'error',
    cause: 'The profile does not read as one: it was changed on the way, or is something else.',
    change: { nginx: 'remove “sub_filter” and other filters', caddy: 'remove “replace”' },
  },
  profile_unsigned: {
    severity: 'warning',
    cause: 'The profile is not signed: devices show “Not Signed” in red.',
    change: { mailprofile: 'signing: { certificate: fullchain.pem, key: privkey.pem }' },
  },
  profile_signature: {
    severity: 'error',
    cause: 'The signature of the profile does not hold: devices refuse it.',
    change: {
      mailprofile: 'mailprofile config check',
      nginx: 'remove “sub_filter” and other filters',
    },
  },
  profile_not_verified: {
    severity: 'warning',
    cause:
      'Devices show “Not Verified”: the signing certificate is mailprofile’s own for trying out, is without its chain, is of a private authority, or has ended.',
    change: {
      mailprofile:
        'signing: { certificate: fullchain.pem, key: privkey.pem }  of a public authority',
    },
  },

  // Other documents
  pacc_missing: {
    severity: 'error',
    cause: 'The DNS announces a document of PACC, and the server has none.',
    change: {
      mailprofile: 'pacc: { enabled: true }',
      dns: 'or remove _ua-auto-config and ua-auto-config',
    },
  },
  pacc_digest: {
    severity: 'error',
    cause: 'The digest in the DNS is of another document than the one that is served.',
    change: { dns: '{record}', mailprofile: 'mailprofile config dns {domain}' },
  },
  dav_not_found: {
    severity: 'error',
    cause:
      'The server of calendars and contacts does not say where they are (RFC 6764, section 5).',
    change: {
      nginx: 'location = /.well-known/caldav { return 301 /remote.php/dav/; }  (and carddav)',
      caddy: 'redir /.well-known/caldav /remote.php/dav/ 301',
    },
  },
  domain_asks_password: {
    severity: 'warning',
    cause:
      'The website of the mail domain asks for a password where Outlook and Thunderbird look first.',
    change: {
      nginx: 'location ^~ /autodiscover/ { return 404; }  on the website',
      other: 'Let the website answer 404 for /autodiscover/.',
    },
  },
  domain_answers_otherwise: {
    severity: 'warning',
    cause:
      'The website of the mail domain has settings of its own, which some programs take before yours.',
    change: {
      nginx: 'location ^~ /autodiscover/ { return 404; }  on the website',
      other: 'Remove the old autodiscover or autoconfig script of the website.',
    },
  },
  server_warns: {
    severity: 'warning',
    cause: 'mailprofile itself warns.',
    change: { mailprofile: 'mailprofile config check' },
  },
  too_many_requests: {
    severity: 'warning',
    cause: 'The probe was ended: it would have taken more requests or time than is polite.',
    change: { other: 'Correct what is above, and probe again.' },
  },
} as const satisfies Readonly<Record<string, Diagnosis>>
