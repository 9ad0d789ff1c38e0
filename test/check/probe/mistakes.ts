import { NAMES } from '../../support/proxied-server.js'
import { OTHER_ADDRESS, type DeploymentOptions } from '../../support/probed-deployment.js'

/** A deployment with one mistake in it. */
export interface Mistake extends DeploymentOptions {
  /** As whoever made it would say. */
  readonly name: string
  /** The codes of all that is found: no others. */
  readonly codes: readonly string[]
}

const DAY = 24 * 60 * 60 * 1000
const LOCATION = 'location / {\n    proxy_pass http://mailprofile;\n  }'
const ALL_NAMES = `server_name ${NAMES.join(' ')};`
const PAGE = '<!doctype html><html><head><title>Welcome</title></head><body>Hello.</body></html>'
const LOGIN =
  '<!doctype html><html><title>Webmail</title><form><input type="password"></form></html>'

/** One more line in the server block that mailprofile has. */
const line = (text: string) => [['server_tokens off;', `server_tokens off;\n  ${text}`]] as const
/** Another location for everything. */
const location = (text: string) => [[LOCATION, `location / {\n    ${text}\n  }`]] as const
/** One more location beside that one. */
const beside = (text: string) => [[LOCATION, `${LOCATION}\n  ${text}`]] as const
/** One more line outside of all server blocks. */
const outside = (text: string) =>
  ['limit_conn_zone $binary_remote_addr', `${text}\nlimit_conn_zone $binary_remote_addr`] as const

const at = (names: readonly string[]) => ({ names })
const without = (text: string) => (lines: readonly string[]) =>
  lines.filter((one) => !one.startsWith(text))
const plus = (text: string) => (lines: readonly string[]) => [...lines, text]

/** Real configurations of nginx, as they are found in the wild. */
const NGINX: readonly Mistake[] = [
  {
    name: 'the Host is not passed on',
    places: [['  proxy_set_header Host $host;\n', '']],
    codes: ['host_not_passed'],
  },
  {
    name: 'a header of its own in the location, which takes all others away',
    places: location(
      'proxy_set_header X-Real-IP $remote_addr;\n    proxy_pass http://mailprofile;',
    ),
    codes: ['host_not_passed'],
  },
  {
    name: 'the path of a location is stripped by a slash',
    places: beside('location /mail/ { proxy_pass http://mailprofile/; }'),
    codes: ['path_changed'],
  },
  {
    name: 'everything below a path that the server does not have',
    places: location('proxy_pass http://mailprofile/mailprofile/;'),
    codes: ['path_changed'],
  },
  {
    name: '.well-known belongs to the certificates',
    places: beside('location /.well-known/ { root /nonexistent; }'),
    codes: ['path_taken'],
  },
  {
    name: 'files ending in .xml are looked for on the disk',
    places: beside('location ~ \\.xml$ { root /nonexistent; }'),
    codes: ['path_taken'],
  },
  {
    name: 'a webmail lives below /mail',
    places: beside(`location /mail/ { default_type text/html; return 200 '${LOGIN}'; }`),
    codes: ['login_page'],
  },
  {
    name: 'a website answers 200 to whatever is below /autodiscover',
    places: beside(`location /autodiscover/ { default_type text/html; return 200 '${PAGE}'; }`),
    codes: ['html_instead'],
  },
  {
    name: 'the default page of the proxy answers for everything',
    places: location(`default_type text/html; return 200 '${PAGE}';`),
    codes: ['other_server', 'html_instead'],
  },
  {
    name: 'style sheets and pictures are looked for on the disk',
    places: beside('location ~* \\.(?:css|js|png|svg)$ { root /nonexistent; }'),
    codes: ['files_taken'],
  },
  {
    name: 'XML is called HTML',
    places: beside(
      'location ~ \\.xml$ { proxy_hide_header Content-Type; add_header Content-Type text/html; proxy_pass http://mailprofile; }',
    ),
    codes: ['content_type'],
  },
  {
    name: 'a profile is called a file of any kind',
    places: beside(
      'location /formats/ { proxy_hide_header Content-Type; add_header Content-Type application/octet-stream; proxy_pass http://mailprofile; }',
    ),
    codes: ['profile_media_type'],
  },
  {
    name: 'everything is said to be compressed',
    places: line('add_header Content-Encoding gzip always;'),
    codes: ['encoding_broken'],
  },
  {
    name: 'a filter puts a comment into every XML',
    places: line("sub_filter '<clientConfig' '<!-- --><clientConfig'; sub_filter_types text/xml;"),
    codes: ['body_changed'],
  },
  {
    name: 'only GET is allowed',
    places: location('limit_except GET { deny all; }\n    proxy_pass http://mailprofile;'),
    codes: ['post_refused'],
  },
  {
    name: 'whatever is no GET is refused',
    places: line('if ($request_method !~ ^(?:GET|HEAD)$) { return 405; }'),
    codes: ['post_refused'],
  },
  {
    name: 'a POST is made a GET',
    places: beside('location /autodiscover/ { proxy_method GET; proxy_pass http://mailprofile; }'),
    codes: ['body_lost'],
  },
  {
    name: 'bodies are not passed on',
    places: beside(
      'location /autodiscover/ { proxy_pass_request_body off; proxy_set_header Content-Length ""; proxy_set_header Host $host; proxy_pass http://mailprofile; }',
    ),
    codes: ['body_lost'],
  },
  {
    name: 'queries are dropped',
    places: location('rewrite ^(.*)$ $1? break;\n    proxy_pass http://mailprofile;'),
    codes: ['query_lost'],
  },
  {
    name: 'only lower case gets through',
    places: [
      [
        LOCATION,
        'location ~ ^/(?:autodiscover|mail|setup|formats|public|healthz|readyz|[.]well-known) { proxy_pass http://mailprofile; }\n  location / { return 404; }',
      ],
    ],
    codes: ['letter_case'],
  },
  {
    name: 'a password in front of everything',
    places: line('auth_basic "Staff"; auth_basic_user_file FOLDER/users;'),
    codes: ['basic_auth'],
  },
  {
    name: 'only the own network is let in',
    places: line('allow 10.0.0.0/8; deny all;'),
    codes: ['forbidden'],
  },
  {
    name: 'a list of robots that is too long',
    places: line('if ($http_user_agent ~* "(?:bot|crawl|okhttp|go-http|python)") { return 403; }'),
    codes: ['user_agent_refused'],
  },
  {
    name: 'nothing for whoever says no name',
    places: line('if ($http_user_agent = "") { return 444; }'),
    codes: ['user_agent_refused'],
  },
  {
    name: 'a limit of a few requests',
    places: [
      outside('limit_req_zone $binary_remote_addr zone=few:1m rate=1r/m;'),
      ...line('limit_req zone=few burst=6 nodelay; limit_req_status 429;'),
    ],
    codes: ['rate_limited'],
  },
  {
    name: 'another port than that of the server',
    places: [
      ['upstream mailprofile {', 'upstream mailprofile { server 127.0.0.1:1; }\nupstream unused {'],
    ],
    codes: ['bad_gateway'],
  },
  {
    name: 'answers are kept, by path',
    places: [
      outside('proxy_cache_path FOLDER/cache keys_zone=kept:1m;'),
      [
        'proxy_cache off;',
        'proxy_cache kept; proxy_cache_key $host$uri; proxy_cache_valid 200 1m; proxy_ignore_headers Cache-Control Vary;',
      ],
    ],
    codes: ['cached_for_others'],
  },
  {
    name: 'everything may be kept for an hour',
    places: line(
      'proxy_hide_header Cache-Control; add_header Cache-Control "public, max-age=3600";',
    ),
    codes: ['cache_control_lost'],
  },
  {
    name: 'security headers from a checklist',
    places: line(
      `add_header X-Frame-Options SAMEORIGIN; add_header Content-Security-Policy "default-src 'self'";`,
    ),
    codes: ['security_headers'],
  },
  {
    name: 'https is redirected to https',
    places: location('return 301 https://$host$request_uri;'),
    codes: ['redirect_loop'],
  },
  {
    name: 'https is redirected to http, and back',
    places: location('return 301 http://$host$request_uri;'),
    codes: ['redirect_loop'],
  },
  {
    name: 'a single sign-on in front',
    places: location('return 302 https://sso.example.com/login?rd=$request_uri;'),
    codes: ['redirect_to_login'],
  },
  {
    name: 'the other names are redirected to the main one',
    places: line(
      'if ($host != setup.example.com) { return 301 https://setup.example.com$request_uri; }',
    ),
    codes: ['redirect_of_post', 'redirect_loses_host'],
  },
  {
    name: 'everybody is redirected to a name that is not there',
    places: location('return 301 https://www.example.com$request_uri;'),
    codes: ['redirect_of_post', 'redirect_loses_host'],
  },
  {
    name: 'the other names are redirected to the first page',
    places: line('if ($host != setup.example.com) { return 301 https://setup.example.com/; }'),
    codes: ['redirect_of_post', 'redirect_loses_address'],
  },
  {
    name: 'no redirect from http to https',
    places: [
      [
        'return 308 https://$host$request_uri;',
        'location / { proxy_set_header Host $host; proxy_pass http://mailprofile; }',
      ],
    ],
    codes: ['no_https'],
  },
  {
    name: 'https is redirected to http, which stays there',
    places: [
      ...location('return 302 http://$host$request_uri;'),
      [
        'return 308 https://$host$request_uri;',
        'location / { proxy_set_header Host $host; proxy_pass http://mailprofile; }',
      ],
    ],
    codes: ['redirect_to_http'],
  },
  {
    name: 'nothing for anybody',
    places: location('return 444;'),
    codes: ['connection_closed'],
  },
  {
    name: 'a script that dies',
    places: beside('location /mail/ { return 500; }'),
    codes: ['server_error'],
  },
  {
    name: 'a script for something else',
    places: beside(
      'location /mail/ { default_type text/xml; return 200 \'<?xml version="1.0"?><rss/>\'; }',
    ),
    codes: ['other_answer'],
  },
  {
    name: 'a filter changes what was signed',
    places: line(
      "sub_filter 'imap.example.com' 'imap.example.net'; sub_filter_types application/x-apple-aspen-config;",
    ),
    codes: ['profile_signature'],
  },
  {
    name: 'profiles are cut off',
    places: beside(
      "location /formats/ { default_type application/x-apple-aspen-config; add_header Cache-Control no-store; return 200 'x'; }",
    ),
    codes: ['profile_broken'],
  },
  {
    name: 'a name is forgotten in server_name',
    places: [
      [
        `${ALL_NAMES}\n  ssl_certificate `,
        'server_name setup.example.com autoconfig.example.com;\n  ssl_certificate ',
      ],
    ],
    codes: ['name_not_served'],
  },
  {
    name: 'the word ssl is forgotten',
    places: [
      [' ssl http2', ''],
      ['ssl_reject_handshake on;', ''],
    ],
    codes: ['not_tls'],
  },
  {
    name: 'TLS 1.1 for old devices, and nothing else',
    places: [
      ['ssl_protocols TLSv1.2 TLSv1.3;', 'ssl_protocols TLSv1.1; ssl_ciphers ALL:@SECLEVEL=0;'],
      [
        'ssl_reject_handshake on;',
        'ssl_reject_handshake on; ssl_protocols TLSv1.1; ssl_ciphers ALL:@SECLEVEL=0;',
      ],
    ],
    codes: ['tls_too_old'],
  },
]

/** What is wrong with the certificate. */
const CERTIFICATES: readonly Mistake[] = [
  {
    name: 'a name is forgotten in the certificate',
    certificate: at(NAMES.slice(0, 2)),
    codes: ['certificate_name'],
  },
  {
    name: 'it has expired',
    certificate: { notAfter: new Date(Date.now() - DAY) },
    codes: ['certificate_expired'],
  },
  {
    name: 'the clock of whoever made it is ahead',
    certificate: {
      notBefore: new Date(Date.now() + DAY),
      notAfter: new Date(Date.now() + 30 * DAY),
    },
    codes: ['certificate_not_yet_valid'],
  },
  {
    name: 'it ends in three days',
    certificate: { notAfter: new Date(Date.now() + 3 * DAY) },
    codes: ['certificate_expires_soon'],
  },
  {
    name: 'it is self-signed',
    certificate: { selfSigned: true },
    codes: ['certificate_self_signed'],
  },
  {
    name: 'cert.pem instead of fullchain.pem',
    certificate: { withoutIntermediate: true },
    codes: ['missing_intermediate'],
  },
  { name: 'an authority of its own', unknown: 'proxy', codes: ['unknown_root'] },
  {
    name: 'profiles are signed with a certificate that no phone knows',
    unknown: 'signer',
    codes: ['profile_not_verified'],
  },
]

const PACC_NAME = 'ua-auto-config.example.com'
const withPacc: DeploymentOptions = {
  certificate: at([...NAMES, PACC_NAME]),
  places: [[ALL_NAMES, `server_name ${[...NAMES, PACC_NAME].join(' ')};`]],
}
const enablePacc = (text: string) =>
  text.includes('baseUrl') ? `${text}\npacc: { enabled: true }\n` : text

/** What is wrong with the zone. */
const ZONES: readonly Mistake[] = [
  {
    name: 'autoconfig is not in the zone',
    zone: without('autoconfig'),
    codes: ['name_not_found'],
  },
  {
    name: 'autodiscover leads to another server',
    zone: (lines) => [...without('autodiscover')(lines), `autodiscover A ${OTHER_ADDRESS}`],
    codes: ['name_elsewhere'],
  },
  { name: 'no SRV records', zone: without('_imaps'), codes: ['record_missing'] },
  {
    name: 'SRV records of the old provider',
    zone: (lines) => [
      ...without('_submissions')(lines),
      '_submissions._tcp SRV 0 1 465 smtp.old.example.',
    ],
    codes: ['record_different'],
  },
  {
    name: 'SRV records of both',
    zone: plus('_imaps._tcp SRV 5 1 993 imap.old.example.'),
    codes: ['record_extra'],
  },
  {
    name: 'an AAAA record that leads nowhere',
    zone: plus('setup AAAA 2001:db8::66'),
    codes: ['address_fails'],
  },
  {
    name: 'an A record more, to a server that was forgotten',
    zone: plus(`setup A ${OTHER_ADDRESS}`),
    other: location('return 404;'),
    codes: ['address_differs'],
  },
  {
    name: 'the address of a machine on which nothing runs',
    zone: (lines) => [...without('setup')(lines), `setup A ${OTHER_ADDRESS}`],
    codes: ['connection_refused'],
  },
  {
    name: 'name servers that are down',
    argv: ['--server', '127.0.0.1:1'],
    codes: ['name_lookup_failed'],
  },
  {
    name: 'a digest of yesterday',
    ...withPacc,
    files: enablePacc,
    zone: (lines) => [
      ...without('_ua-auto-config')(lines),
      `_ua-auto-config TXT "v=UAAC1; a=sha256; d=${'A'.repeat(43)}="`,
    ],
    codes: ['pacc_digest'],
  },
  {
    name: 'PACC in the zone, and not in the server',
    ...withPacc,
    copy: enablePacc,
    codes: ['pacc_missing'],
  },
]

/** What is wrong with the server's own configuration, or with other servers. */
const SERVERS: readonly Mistake[] = [
  {
    name: 'the server runs with older files',
    copy: (text) => text.replaceAll('port: 993', 'port: 1993'),
    codes: ['settings_differ'],
  },
  {
    name: 'the domain is not served',
    files: (text) =>
      text.includes('baseUrl') ? `${text}\nserve: { domains: [example.net] }\n` : text,
    copy: (text) => text.replace('domains: [example.net] }', 'domains: [example.com] }'),
    codes: ['domain_not_served'],
  },
  {
    name: 'baseUrl is that of a try',
    files: (text) => text.replace('baseUrl: https://setup.', 'baseUrl: https://test.'),
    copy: (text) => text.replace('baseUrl: https://test.', 'baseUrl: https://setup.'),
    codes: ['base_url_differs'],
  },
  {
    name: 'the proxy is not trusted',
    files: (text) => text.replace('trustProxy: [127.0.0.1]\n', ''),
    codes: ['trust_proxy_missing'],
  },
  {
    name: 'a limit that is too low',
    files: (text) => text.replace('limits: { enabled: false }', 'limits: { client: 3 }'),
    codes: ['server_limit'],
  },
  {
    name: 'calendars that nobody finds',
    files: (text) =>
      text.startsWith('id:') ? `${text}calendar: { url: https://setup.example.com/ }\n` : text,
    codes: ['dav_not_found'],
  },
  {
    name: 'the website of the domain asks for a password',
    certificate: at([...NAMES, 'example.com']),
    zone: plus(`@ A ${OTHER_ADDRESS}`),
    other: [
      [ALL_NAMES, 'server_name example.com;'],
      ...line('auth_basic "x"; auth_basic_user_file x;'),
    ],
    codes: ['domain_asks_password'],
  },
  {
    name: 'the website of the domain has an old Autodiscover',
    certificate: at([...NAMES, 'example.com']),
    zone: plus(`@ A ${OTHER_ADDRESS}`),
    other: [
      [ALL_NAMES, 'server_name example.com;'],
      ...line(
        `sub_filter '<Port>993</Port>' '<Port>1993</Port>'; sub_filter_types application/xml;`,
      ),
    ],
    codes: ['domain_answers_otherwise'],
  },
]

/** No mistake: the domain has a website that says 200 and “Welcome” to everything. */
export const WITH_WEBSITE: DeploymentOptions = {
  certificate: at([...NAMES, 'example.com']),
  zone: plus(`@ A ${OTHER_ADDRESS}`),
  other: [
    [ALL_NAMES, 'server_name example.com;'],
    ...location(`default_type text/html; return 200 '${PAGE}';`),
  ],
}

const CADDY_PROXY = '\treverse_proxy '
/** One more line in Caddy's site. */
const caddy = (text: string) => [[CADDY_PROXY, `\t${text}\n${CADDY_PROXY}`]] as const

/** Real Caddyfiles. */
const CADDY: readonly Mistake[] = (
  [
    {
      name: 'the Host is replaced',
      places: caddy('request_header Host mailprofile.internal'),
      codes: ['host_not_passed'],
    },
    {
      name: 'handle_path takes the path away',
      places: caddy('handle_path /mail/* {\n\t\treverse_proxy UPSTREAM\n\t}'),
      codes: ['path_changed'],
    },
    {
      name: 'a path is answered by the file server',
      places: caddy('handle /autodiscover/* {\n\t\troot * /nonexistent\n\t\tfile_server\n\t}'),
      codes: ['path_taken'],
    },
    {
      name: 'a password in front of everything',
      places: caddy(
        'basicauth {\n\t\tann $2a$14$Zkx19XLiW6VYouLHR5NmfOFU0z2GTNmpkT/5qqR7hx4IjWJPDhjvG\n\t}',
      ),
      codes: ['basic_auth'],
    },
    {
      name: 'everything is called text',
      places: caddy('header {\n\t\tContent-Type text/plain\n\t\tdefer\n\t}'),
      codes: ['content_type', 'profile_media_type'],
    },
    { name: 'an authority of its own', unknown: 'proxy', codes: ['unknown_root'] },
  ] as const
).map((mistake) => ({ ...mistake, name: `Caddy: ${mistake.name}`, proxy: 'caddy' }))

export const MISTAKES: readonly Mistake[] = [
  ...NGINX,
  ...CERTIFICATES,
  ...ZONES,
  ...SERVERS,
  ...CADDY,
]
