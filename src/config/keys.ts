import { Secret } from '../account/secret.js'
import { describedKeys, key, type DescribedKey, type Descriptions } from './description.js'
import type * as Values from './values.js'

// Others fill in these descriptions and add what is special to a key.
const FLAG = { type: (values: typeof Values) => values.flag, json: 'always' } as const
const OFF = { ...FLAG, default: false } as const
const PER_MINUTE = { type: (values: typeof Values) => values.perMinute } as const
const URI = { type: (values: typeof Values) => values.uri } as const
const TEXT = { type: (values: typeof Values) => values.plainWords } as const
const PAGE = { type: (values: typeof Values) => values.page } as const
const HOST = {
  type: (values: typeof Values) => values.host,
  calledToo: ['bind', 'interface', 'address'],
} as const
const PORT = { type: (values: typeof Values) => values.port } as const
const PATH = {
  type: (values: typeof Values) => values.path,
  toAbsolute: (path: string, absolute: (path: string) => string) => absolute(path),
} as const
const CERTIFICATE = { ...PATH, calledToo: ['cert', 'crt', 'pem', 'fullchain', 'chain'] } as const
const PRIVATE_KEY = { ...PATH, calledToo: ['privkey'] } as const
const PASSPHRASE = {
  type: (values: typeof Values) => values.passphrase,
  calledToo: ['password', 'pass'],
  isSecret: (passphrase: string) => passphrase !== '',
} as const
const SQLITE = 'sqlite:'

/** The keys of the whole server, and of the one organisation that it answers for where there are no tenants. */
const TOP = {
  baseUrl: key({
    type: (values) => values.baseUrl,
    calledToo: ['url', 'uri'],
    about:
      'where people reach the server, https; links and QR codes are made from it, never from a request. It may have a path: everything works under it. Required beyond loopback and `--lan`',
  }),
  listen: {
    keys: {
      host: key({
        ...HOST,
        commonVariable: 'HOST',
        about:
          "where the server listens: 127.0.0.1 and 8080 by default; `MAILPROFILE_LISTEN_HOST` wins over a `HOST` that is meant for other programs, as conda's",
      }),
      port: key({ ...PORT, commonVariable: 'PORT' }),
    },
  },
  signing: {
    isOptional: true,
    calledToo: ['sign'],
    keys: {
      certificate: key({
        ...CERTIFICATE,
        about: 'PEM files: the [whole chain](#certificates), and the private key',
      }),
      key: key(PRIVATE_KEY),
      pkcs12: key({
        ...PATH,
        calledToo: ['p12', 'pfx'],
        about: 'a .p12 or .pfx file [instead](#certificates)',
      }),
      passphrase: key({ ...PASSPHRASE, about: 'opens the key or the PKCS#12 file' }),
    },
  },
  providers: key({
    type: (values) => values.folders,
    default: [],
    json: 'lists',
    example: '["providers"]',
    toAbsolute: (folders, absolute) => folders.map(absolute),
    about: 'a folder of provider files, or a list of folders',
  }),
  serve: {
    keys: {
      domains: key({
        type: (values) => values.domains,
        json: 'always',
        example: '["example.com"]',
        neverInFile: true,
        about:
          'the only domains that are served. **Set this first**: a server for its own domains has nothing that a stranger could use, and does not offer Gmail and the rest of the catalogue under your name. An address of another domain is told for whom the page is; up to five domains are named',
      }),
      domainsFile: key({
        ...PATH,
        about: 'a file with more of them, one a line, for thousands; read again when it changes',
      }),
      catalogue: key({
        ...FLAG,
        about:
          'whether the shipped providers are served too; true only while no domains are named (here or in `domainsFile`). Named domains may be theirs',
      }),
    },
  },
  discovery: {
    keys: {
      enabled: key({
        ...OFF,
        calledToo: ['enable'],
        about:
          'whether the server [searches](discovery.md) for the settings of domains that nobody configured; `{enabled}` by default',
      }),
      ispdb: key({
        type: (values) => values.ispdb,
        // Where Thunderbird for Android, FairEmail and KMail ask.
        default: 'https://autoconfig.thunderbird.net/v1.1',
        json: 'false',
        about:
          "Mozilla's database, or a copy, to which the domain is appended; `false` to leave it out. `{ispdb}` by default",
      }),
      http: key({
        ...OFF,
        about: 'whether autoconfig without encryption is asked too, last; `{http}` by default',
      }),
      sign: key({
        type: (values) => values.signFound,
        formerly: ['discovery.signConfirmed'],
        default: 'never',
        about:
          '`never` or `vouched`: whether a profile is signed for settings that were found and that a domain itself publishes over https for servers of its own. Whatever else was [found](discovery.md#who-has-to-agree) is never signed; `{sign}` by default',
      }),
    },
  },
  pacc: {
    keys: {
      enabled: key({
        ...OFF,
        about:
          "whether `/.well-known/user-agent-configuration.json` ([PACC](autoconfig.md#pacc)) is served, and by which revision of the draft, `'02'` or `'03'`; off by default",
      }),
      revision: key({ type: (values) => values.paccRevision, default: '03' }),
    },
  },
  signIn: {
    keys: {
      profiles: key({
        ...FLAG,
        default: true,
        about:
          'whether setup pages offer [profiles by which people sign in](apple.md#accounts-that-people-sign-in-to) at Microsoft or Google, and `/formats` gives them; `{profiles}` by default. Without them the pages say how the account is added by hand',
      }),
    },
  },
  oauth: {
    isOptional: true,
    calledToo: ['oauth2', 'oidc'],
    keys: {
      issuer: key({
        type: (values) => values.issuer,
        about:
          'where your people sign in, for your own servers whose `authentication` is `oauth2`: the issuer of your authorization server (https), which [autoconfig](autoconfig.md#oauth) and PACC name. `clientId` is what a program calls itself there, `scopes` what it asks for, `authorizationUrl` and `tokenUrl` are for programs that do not ask the issuer',
      }),
      clientId: key({ type: (values) => values.clientId }),
      scopes: key({
        type: (values) => values.scopes,
        json: 'lists',
        example: '["mail", "offline_access"]',
      }),
      authorizationUrl: key(PAGE),
      tokenUrl: key(PAGE),
    },
  },
  branding: {
    calledToo: ['brand'],
    keys: {
      name: key({
        ...TEXT,
        about: 'who offers the pages and profiles, as people see it',
      }),
      contact: key({
        ...TEXT,
        about:
          'whom people call when something is wrong, on every page: a telephone number, a mail address or an https address, which become links (`tel:` and `mailto:` may stand in front), or any other words',
      }),
      color: key({
        type: (values) => values.color,
        calledToo: ['colour', 'primary', 'accent'],
        about:
          'the colour of buttons and links, such as `#0b6353`: dark enough to be read on white ([branding.md](branding.md)). `darkColor` is the same for dark pages; without it a lighter one is made of `color`',
      }),
      darkColor: key({ type: (values) => values.darkColor, calledToo: ['darkColour'] }),
      logo: key({
        ...PATH,
        about: 'your logo at the top of every page: an SVG or PNG file of up to 100 kB',
      }),
      imprint: key({
        ...PAGE,
        about: 'https addresses of your imprint and your privacy notice, at the end of every page',
      }),
      privacy: key(PAGE),
      notice: key({
        type: (values) => values.notice,
        calledToo: ['announcement', 'banner', 'message', 'motd', 'sentence', 'text'],
        json: 'maps',
        example: '{"en": "…", "de": "…"}',
        about:
          'a sentence or two of your own on the form and on setup pages, below what there is to do: text in `language`, or a map of [languages](languages.md) to texts, up to 300 characters each ([branding.md](branding.md))',
      }),
    },
  },
  language: key({
    type: (values) => values.language,
    default: 'en',
    about:
      'of the pages, for whoever asks for none of the [languages](languages.md) there are: {language} by default',
  }),
  templates: key({
    ...PATH,
    calledToo: ['theme'],
    about:
      'a folder of your own [messages and pages](branding.md), which win over those that ship, file by file',
  }),
  androidIntent: {
    isOptional: true,
    keys: {
      action: key({
        type: (values) => values.androidAction,
        about:
          'your own Android app, which the setup page then offers: see [android-intent.md](android-intent.md)',
      }),
      scheme: key({ type: (values) => values.androidScheme }),
      package: key({ type: (values) => values.androidPackage }),
    },
  },
  apps: key({
    type: (values) => values.apps,
    default: [],
    calledToo: ['applications'],
    json: 'always',
    example: '[{"name": "Example Mail", "url": "https://…", "platform": "android"}]',
    toAbsolute: (apps, absolute) =>
      apps.map((app) => (app.icon === undefined ? app : { ...app, icon: absolute(app.icon) })),
    about:
      'apps that you suggest, up to ten, on the setup pages of their devices. Each has `name`, `url` (https: a page of a store, or of yours), `platform` (`ios`, `macos`, `android`, `windows` or `any`) and, if you like, `icon`, an SVG or PNG file ([branding.md](branding.md#apps))',
  }),
  trustProxy: key({
    type: (values) => values.networks,
    default: [],
    calledToo: ['proxy'],
    json: 'lists',
    example: '["127.0.0.1", "10.0.0.0/8"]',
    about: 'your [proxies](#behind-a-proxy), by address or network: one, or a list',
  }),
  tls: {
    isOptional: true,
    calledToo: ['ssl', 'https'],
    keys: {
      certificate: key({
        ...CERTIFICATE,
        about: 'PEM files: with them the server speaks [https itself](#https-without-a-proxy)',
      }),
      key: key(PRIVATE_KEY),
      passphrase: key({ ...PASSPHRASE, about: 'opens that key' }),
    },
  },
  hsts: {
    keys: {
      includeSubDomains: key({
        ...FLAG,
        about:
          'whether browsers may take it from `Strict-Transport-Security` that every name below the host speaks https too, and may have the domain built in (hstspreload.org; slow to undo). Over https the header itself is always sent; both `false` by default, because they promise something for more than this server',
      }),
      preload: key(FLAG),
    },
  },
  store: {
    isOptional: true,
    calledToo: ['database', 'db', 'storage', 'redis', 'sqlite'],
    type: (values, section) => values.storeUrlOr(section),
    about:
      'where invitations are kept: `sqlite:FILE`, `redis://HOST:6379` or `rediss://USER:PASSWORD@HOST/0` (Redis or Valkey), or `memory:` for a trial. By default SQLite: `mailprofile.db` in the folder that systemd gives a service, else `data/mailprofile.db` beside the configuration file or in a checkout, else in the state folder',
    keys: {
      url: key({
        type: (values) => values.storeUrl,
        variable: 'STORE',
        isSecret: (url) => /^rediss?:/.test(url) && new URL(url).password !== '',
        toAbsolute: (url, absolute) =>
          url.startsWith(SQLITE) ? `${SQLITE}${absolute(url.slice(SQLITE.length))}` : url,
        about:
          'the same as a map, `store: { url: redis://…, replicas: 1 }`: how many replicas of Redis have to have a step [before it counts](scaling.md#when-redis-fails-over); 0 by default',
      }),
      replicas: key({ type: (values) => values.replicas }),
    },
  },
  directory: {
    isOptional: true,
    calledToo: ['people', 'persons', 'users'],
    keys: {
      ldap: key({
        type: (values) => values.ldapDirectory,
        json: 'always',
        example: '{"url": "ldaps://ldap.example.com", "base": "ou=people,dc=example,dc=com"}',
        about:
          'where your people are listed, for their names, log-ins, aliases and languages ([directory.md](directory.md)): an LDAP server, with `url` (`ldaps:`, or `ldap:` for StartTLS), `base` and, if you like, `filter`, `scope` and `bindDn`. One of `ldap`, `sql`, `command` and `csv`',
      }),
      sql: key({
        type: (values) => values.sqlDirectory,
        json: 'always',
        example: '{"url": "postgres://mail@db.example.com/mail", "query": "select …"}',
        isSecret: ({ url }) => /^[^:]*:\/\/[^/]*:[^/]*@/.test(url.reveal()),
        toAbsolute: ({ url, ...statements }, absolute) => {
          const written = url.reveal()
          if (!written.startsWith(SQLITE)) return { url, ...statements }
          return { url: new Secret(SQLITE + absolute(written.slice(SQLITE.length))), ...statements }
        },
        about:
          'a database: `url` (`postgres://USER@HOST/DATABASE`, `mysql://…`, `mariadb://…` or `sqlite:FILE`) and one `query`, in which `%EMAILADDRESS%`, `%EMAILLOCALPART%` and `%EMAILDOMAIN%` become parameters; for `batch --directory` a `list` with `%FILTER%`',
      }),
      command: key({
        type: (values) => values.command,
        json: 'always',
        example: '["/usr/local/bin/find-person"]',
        toAbsolute: ([program = '', ...argv], absolute) => [
          program.includes('/') ? absolute(program) : program,
          ...argv,
        ],
        about:
          'a program and its arguments, as a list: it reads the address on standard input and writes JSON. `listCommand` is the one for `batch --directory`: it reads the filter and writes a line of JSON for each person',
      }),
      listCommand: key({
        type: (values) => values.listCommand,
        json: 'always',
        example: '["/usr/local/bin/list-people"]',
        toAbsolute: ([program = '', ...argv], absolute) => [
          program.includes('/') ? absolute(program) : program,
          ...argv,
        ],
      }),
      csv: key({
        ...PATH,
        about: 'a file of comma-separated values; read again when it changes',
      }),
      attributes: key({
        type: (values) => values.attributes,
        calledToo: ['columns', 'fields', 'map', 'mapping'],
        json: 'always',
        example: '{"name": "displayName", "username": "uid"}',
        about:
          'what the directory calls `name`, `username`, `aliases`, `language` and, of whoever is listed, `address`: an attribute, column or key each, or a list of them. Without it they are called so, in LDAP `displayName` or `cn`, `preferredLanguage` and `mail`',
      }),
      password: key({
        type: (values) => values.password,
        isSecret: () => true,
        about: 'of `ldap.bindDn`, or of the user in `sql.url`',
      }),
      tls: key({
        ...FLAG,
        about:
          'whether the server is spoken to by TLS, with its name verified; `true` but on loopback. `ca` is a PEM file of the authorities that vouch for it, instead of those that Node has',
      }),
      ca: key({ ...PATH, calledToo: ['cacert', 'cafile'] }),
      timeout: key({
        type: (values) => values.seconds,
        default: 5,
        about: 'seconds that one look-up may take in all: {timeout} by default',
      }),
      connections: key({
        type: (values) => values.connections,
        default: 4,
        calledToo: ['pool'],
        about: 'how many questions are asked at the same time: {connections} by default',
      }),
      cacheFor: key({
        type: (values) => values.keptSeconds,
        default: 300,
        calledToo: ['cache', 'ttl'],
        about:
          'seconds that an answer is kept, and that it is kept that somebody is not there, and how many answers are: {cacheFor}, {cacheMissingFor} and {cacheEntries} by default; 0 seconds for none',
      }),
      cacheMissingFor: key({ type: (values) => values.keptSeconds, default: 60 }),
      cacheEntries: key({ type: (values) => values.entries, default: 10_000 }),
    },
  },
  delivery: {
    isOptional: true,
    calledToo: ['mailer', 'sender', 'sending'],
    keys: {
      smtp: key({
        type: (values) => values.smtpServer,
        calledToo: ['relay', 'smarthost'],
        json: 'always',
        example: '{"host": "smtp.example.com", "username": "setup@example.com"}',
        about:
          'how invitations are [sent](delivery.md) to their people: by mail through an SMTP server, with `host` and, if you like, `port`, `security` (`tls`, `starttls` or `none`) and `username`. `starttls` and port 587 by default, `none` and 25 on loopback. One of `smtp` and `webhook`',
      }),
      webhook: key({
        type: (values) => values.webhook,
        calledToo: ['hook', 'callback', 'sms'],
        json: 'always',
        example: '{"url": "https://sms.example.com/invitations"}',
        about:
          'by a program of yours, such as a gateway for text messages: `url` (https, or http on loopback) gets [JSON that is signed](delivery.md#a-webhook). `recipients: telephones` if people are named by their numbers; `passcodes: true` if it sends the codes too, in a second call',
      }),
      from: key({
        type: (values) => values.address,
        about:
          'the address that mails come from; the name beside it is `branding.name`. `replyTo` is where answers go, if elsewhere',
      }),
      replyTo: key({ type: (values) => values.address, calledToo: ['reply'] }),
      password: key({
        type: (values) => values.password,
        calledToo: ['pass'],
        isSecret: () => true,
        about: 'of `smtp.username`',
      }),
      secret: key({
        type: (values) => values.signingSecrets,
        calledToo: ['secrets'],
        json: 'lists',
        example: '["the new one …", "the old one …"]',
        isSecret: () => true,
        about:
          'what calls of the webhook are signed with: at least 24 characters that nobody can guess, or two of them while [one is changed](delivery.md#changing-the-secret)',
      }),
      allowedDomains: key({
        type: (values) => values.domains,
        json: 'always',
        example: '["example.com"]',
        about: 'the only domains that anything is sent to, if you name any',
      }),
      ca: key({
        ...PATH,
        calledToo: ['cacert', 'cafile'],
        about:
          'a PEM file of the authorities that vouch for the server, instead of those that Node has',
      }),
      timeout: key({
        type: (values) => values.patience,
        default: 30,
        about:
          'seconds that each answer of the server may take, and how often it is tried again where that can help: {timeout} and {retries} by default, with pauses of 1, 4, 16 … seconds',
      }),
      retries: key({ type: (values) => values.retries, default: 3 }),
      connections: key({
        type: (values) => values.connections,
        default: 2,
        calledToo: ['pool'],
        about: 'how many connections there are at the same time: {connections} by default',
      }),
      perSecond: key({
        ...PER_MINUTE,
        default: 10,
        calledToo: ['rate'],
        about:
          'how many invitations are sent in a second: {perSecond} by default; `perMinute` is the same for a minute, without a limit by default',
      }),
      perMinute: key(PER_MINUTE),
    },
  },
  api: {
    keys: {
      keys: key({
        type: (values) => values.apiKeys,
        default: [],
        json: 'always',
        example: '[{"name": "helpdesk", "hash": "sha256:…"}]',
        about:
          'who may use the HTTP interface: `mailprofile keys new NAME` prints the entry. Each has `name`, `hash`, `scopes` (`invitations:write`, `invitations:send`, `invitations:read`, `invitations:all`, `accounts:read`; by default all but `invitations:send` and `invitations:all`) and, if you like, `domains`',
      }),
    },
  },
  metrics: {
    isOptional: true,
    calledToo: ['prometheus'],
    keys: {
      host: key({
        ...HOST,
        default: '127.0.0.1',
        about:
          'a listener of its own for `GET /metrics`; none by default, and {host} and {port} for `metrics: {}`',
      }),
      port: key({ ...PORT, default: 9090 }),
    },
  },
  log: {
    keys: {
      level: key({
        type: (values) => values.logLevel,
        default: 'info',
        about:
          'what is logged: `trace`, `debug`, `info`, `warn`, `error`, `fatal` or `silent`; `{level}` by default. No level logs what names a person',
      }),
    },
  },
  limits: {
    keys: {
      enabled: key({
        ...FLAG,
        default: true,
        about: 'whether clients are counted; `{enabled}` by default',
      }),
      client: key({
        ...PER_MINUTE,
        default: 300,
        about:
          '[how much is too much](#limits), per minute: {client}, {domain}, {key}, {wrong} and {send} by default',
      }),
      domain: key({ ...PER_MINUTE, default: 20 }),
      key: key({ ...PER_MINUTE, default: 1200 }),
      wrong: key({ ...PER_MINUTE, default: 30 }),
      send: key({ ...PER_MINUTE, default: 60 }),
    },
  },
  securityTxt: {
    isOptional: true,
    keys: {
      contact: key({
        type: (values) => values.uris,
        json: 'lists',
        example: '["mailto:security@example.com"]',
        about: '[`/.well-known/security.txt`](#securitytxt): to whom weaknesses may be reported',
      }),
      expires: key({ type: (values) => values.instant }),
      encryption: key({ type: (values) => values.keyUri }),
      policy: key(URI),
      acknowledgments: key(URI),
      preferredLanguages: key({ type: (values) => values.languages }),
    },
  },
} as const satisfies Descriptions

/**
 * The keys of the configuration, each described once: the schema, the types, the environment variables, the
 * defaults, suggestions for what is misspelt and the table of `docs/configuration.md` come from here.
 */
export const KEYS = {
  ...TOP,
  tenants: {
    calledToo: ['tenant', 'organisations', 'organizations'],
    default: [],
    json: 'always',
    example: '[{"baseUrl": "https://setup.school.example", "domains": ["school.example"]}]',
    about:
      'several organisations on one server, each at its own host name with its own domains, looks, certificates and keys: see [tenants.md](tenants.md)',
    // What is not here is of the server, and one for all.
    entries: {
      baseUrl: TOP.baseUrl,
      domains: TOP.serve.keys.domains,
      domainsFile: TOP.serve.keys.domainsFile,
      branding: TOP.branding,
      language: TOP.language,
      templates: TOP.templates,
      signing: TOP.signing,
      tls: TOP.tls,
      hsts: TOP.hsts,
      api: TOP.api,
      androidIntent: TOP.androidIntent,
      oauth: TOP.oauth,
      apps: TOP.apps,
      securityTxt: TOP.securityTxt,
      directory: TOP.directory,
      delivery: TOP.delivery,
    },
  },
} as const satisfies Descriptions

export const ALL_KEYS: readonly DescribedKey[] = describedKeys(KEYS)
