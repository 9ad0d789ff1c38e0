import type { Diagnosis, ProposedChange } from './diagnosis.js'

const NO_REWRITE: ProposedChange = {
  nginx: 'proxy_pass http://mailprofile;  (no path and no slash behind it), in “location /”',
  caddy: 'reverse_proxy {listen}  (no “uri”, no “handle_path”, no “rewrite”)',
}
const EVERYTHING: ProposedChange = {
  nginx: 'location / { proxy_pass http://mailprofile; }  and no other location for this path',
  caddy: 'reverse_proxy {listen}  and no “handle” or “file_server” for this path',
}

/** What a proxy can do to requests and answers. */
export const PROXY_DIAGNOSES = {
  // Redirects
  redirect_loop: {
    severity: 'error',
    cause:
      'The redirect leads back to itself: probably the rule from http to https also stands where https is answered, or something in front takes the TLS off.',
    change: {
      nginx: 'return 308 …;  only in the server block that listens on port 80',
      caddy: 'remove “redir”',
    },
  },
  redirect_to_http: {
    severity: 'error',
    cause:
      'https leads to http: what comes then can be changed on the way, and many programs stop.',
    change: {
      nginx: 'return 308 https://$host$request_uri;',
      caddy: 'redir https://{host}{uri} 308',
    },
  },
  redirect_of_post: {
    severity: 'error',
    cause:
      'A POST is redirected: most programs then send a GET, or nothing, and the question is lost.',
    change: {
      nginx: 'proxy_pass http://mailprofile;  for this name too, instead of “return 301”',
      caddy: 'reverse_proxy {listen}  for this name too, instead of “redir”',
    },
  },
  redirect_loses_address: {
    severity: 'error',
    cause: 'The redirect leads to another page than the one that was asked for.',
    change: {
      nginx: 'return 308 https://$host$request_uri;',
      caddy: 'redir https://{host}{uri} 308',
    },
  },
  redirect_loses_host: {
    severity: 'error',
    cause:
      'The redirect leads to another name, by which the server does not know any more which domain was asked for.',
    change: {
      nginx: 'server_name {names};  in one server block, without a redirect between them',
      caddy: '{names} { reverse_proxy {listen} }',
    },
  },
  redirect_to_login: {
    severity: 'error',
    cause: 'A log-in page stands in front: no mail program can fill it in.',
    change: {
      nginx: 'auth_request off;  for this path',
      caddy: 'no “forward_auth” for this path',
      other: 'Exempt mailprofile’s names from the single sign-on.',
    },
  },
  no_https: {
    severity: 'warning',
    cause:
      'The pages answer without encryption: whoever types the name without https gets a page that can be changed on the way.',
    change: {
      nginx: 'return 308 https://$host$request_uri;  in the server block that listens on port 80',
      caddy: '{host} { … }  (not http://{host})',
    },
  },

  // What the proxy does
  host_not_passed: {
    severity: 'error',
    cause: 'The proxy does not pass the Host on, so that nobody knows which domain is asked about.',
    change: { nginx: 'proxy_set_header Host $host;', caddy: 'remove “header_up Host …”' },
  },
  path_changed: {
    severity: 'error',
    cause:
      'mailprofile is asked for another path than the program asked for: the proxy probably takes a part of it away, or adds one.',
    change: NO_REWRITE,
  },
  query_lost: {
    severity: 'error',
    cause: 'What stands behind the question mark does not arrive: a rewrite probably drops it.',
    change: {
      nginx: 'proxy_pass http://mailprofile;  (no “rewrite … ?”, no variables)',
      caddy: 'no “rewrite” without {query}',
    },
  },
  body_lost: {
    severity: 'error',
    cause: 'The question arrives without its body, where the mail address stands.',
    change: {
      nginx: 'remove “proxy_pass_request_body off” and “proxy_method GET”',
      caddy: 'remove “method GET”',
    },
  },
  path_taken: {
    severity: 'error',
    cause:
      'Not mailprofile answers for this path: probably a webmail, a folder of files, or a rule for .well-known or for endings of names.',
    change: EVERYTHING,
  },
  html_instead: {
    severity: 'error',
    cause:
      'A web page comes where a program wants data: probably a webmail or the website answers for this path.',
    change: EVERYTHING,
  },
  login_page: {
    severity: 'error',
    cause: 'A log-in page comes where a program wants data.',
    change: {
      ...EVERYTHING,
      other: 'Exempt mailprofile’s names from the single sign-on or the webmail.',
    },
  },
  other_answer: {
    severity: 'error',
    cause: 'Another program answers for this path, with something else than mailprofile does.',
    change: EVERYTHING,
  },
  files_taken: {
    severity: 'error',
    cause: 'Pictures or style sheets of the page do not come: a rule for file names takes them.',
    change: {
      nginx: 'remove “location ~* \\.(css|js|png|svg)$” from this server block',
      caddy: 'remove “@static” and its “file_server”',
    },
  },
  letter_case: {
    severity: 'warning',
    cause: 'The path is only known in lower case, and some programs write it with capitals.',
    change: {
      nginx: 'location / { … }  or  location ~* ^/autodiscover/',
      caddy: 'reverse_proxy {listen}  without “path /autodiscover/*”',
    },
  },
  post_refused: {
    severity: 'error',
    cause: 'The proxy refuses POST, and Outlook asks by POST.',
    change: {
      nginx: 'remove “limit_except GET” and “if ($request_method …)”',
      caddy: 'remove “method GET” from the matcher',
    },
  },
  basic_auth: {
    severity: 'error',
    cause: 'The proxy asks for a password of its own, which no mail program has.',
    change: { nginx: 'auth_basic off;', caddy: 'no “basicauth” for these names' },
  },
  forbidden: {
    severity: 'error',
    cause:
      'The proxy refuses the request: probably by a list of addresses, a firewall for applications, or a rule for the path.',
    change: {
      nginx: 'remove “deny all” and “allow …” from this location',
      caddy: 'remove “respond 403”',
      other: 'Look at the rules of the firewall for applications (ModSecurity).',
    },
  },
  user_agent_refused: {
    severity: 'error',
    cause: 'The proxy refuses the program by its name (User-Agent): a list of robots is too long.',
    change: {
      nginx: 'remove “if ($http_user_agent …)” from this server block',
      caddy: 'remove the “header User-Agent” matcher',
    },
  },
  rate_limited: {
    severity: 'error',
    cause:
      'Too many requests for a limit that is too low: a program asks several times for one account.',
    change: {
      nginx: 'remove “limit_req” (mailprofile has limits of its own)',
    },
  },
  server_limit: {
    severity: 'warning',
    cause:
      'mailprofile’s own limit is reached: by probes one after the other, or, where it does not trust the proxy, by everybody together.',
    change: {
      mailprofile: 'trustProxy: [127.0.0.1]',
      other: 'Probe again in a minute; if it comes again, it is not you.',
    },
  },
  bad_gateway: {
    severity: 'error',
    cause:
      'The proxy does not reach mailprofile: it is probably not running, or listens on another port.',
    change: {
      nginx: 'upstream mailprofile { server {listen}; }',
      caddy: 'reverse_proxy {listen}',
      other: 'systemctl status mailprofile',
    },
  },
  server_error: {
    severity: 'error',
    cause: 'The server answers with an error of its own.',
    change: { other: 'Look at the log of the proxy and of mailprofile.' },
  },
  other_server: {
    severity: 'error',
    cause: 'Something else than mailprofile answers at this address.',
    change: EVERYTHING,
  },
  content_type: {
    severity: 'error',
    cause:
      'The answer is right, but the proxy calls it something else (Content-Type), and strict programs do not read it.',
    change: {
      nginx: 'remove “proxy_hide_header Content-Type” and “add_header Content-Type”',
      caddy: 'remove “header Content-Type”',
    },
  },
  encoding_broken: {
    severity: 'error',
    cause: 'The answer is said to be compressed and is not, or breaks off.',
    change: {
      nginx: 'remove “add_header Content-Encoding”',
      caddy: 'remove “header Content-Encoding”',
    },
  },
  encoding_unasked: {
    severity: 'error',
    cause: 'The answer is compressed though the program did not say that it can read that.',
    change: {
      nginx: 'proxy_set_header Accept-Encoding "";  and no “gzip_static always”',
      caddy: 'remove “header_up Accept-Encoding”',
    },
  },
  body_changed: {
    severity: 'warning',
    cause:
      'The document says the same in other bytes: something on the way rewrites what mailprofile sends, or it is another version.',
    change: { nginx: 'remove “sub_filter” and other filters', caddy: 'remove “replace”' },
  },
  settings_differ: {
    severity: 'error',
    cause:
      'The server says other settings than this configuration: it probably runs with older files, or this is not its configuration.',
    change: { mailprofile: 'systemctl reload mailprofile  (after: mailprofile config check)' },
  },
  domain_not_served: {
    severity: 'error',
    cause: 'mailprofile answers, but not for this domain.',
    change: { mailprofile: 'serve: { domains: [{domain}] }  or a provider file that names it' },
  },
  base_url_differs: {
    severity: 'error',
    cause: 'mailprofile believes to be at another address: links and codes lead there.',
    change: { mailprofile: 'baseUrl: {base}' },
  },
  cached_for_others: {
    severity: 'error',
    cause:
      'The proxy keeps answers and gives them to others: what was made for one person reaches the next.',
    change: {
      nginx: 'proxy_cache off;  and no “proxy_ignore_headers Cache-Control”',
      caddy: 'remove “cache”',
    },
  },
  cache_control_lost: {
    severity: 'error',
    cause: 'Personal answers no longer say that nobody may keep them.',
    change: {
      nginx: 'remove “expires”, “proxy_hide_header Cache-Control” and “add_header Cache-Control”',
      caddy: 'remove “header Cache-Control”',
    },
  },
  security_headers: {
    severity: 'warning',
    cause:
      'The proxy adds or removes security headers; two of one kind, or another one, break the pages.',
    change: {
      nginx: 'remove “add_header” lines for Content-Security-Policy and X-Frame-Options',
      caddy: 'remove “header Content-Security-Policy”',
    },
  },
  trust_proxy_missing: {
    severity: 'warning',
    cause:
      'mailprofile stands behind a proxy that it does not trust: all people count as one, and the limit of one ends it for all.',
    change: { mailprofile: 'trustProxy: [127.0.0.1]  (the address of the proxy)' },
  },
} as const satisfies Readonly<Record<string, Diagnosis>>
