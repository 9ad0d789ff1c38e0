export type Environment = Readonly<Record<string, string | undefined>>

/** An environment variable and the key that it sets. */
export interface Variable {
  readonly name: string
  readonly path: readonly [section: string, key?: string]
  /** Which of its values are JSON. */
  readonly json?: 'always' | 'lists' | 'false'
  /** JSON that it could be, for an error. */
  readonly example?: string
  /** Its file is a list of its own: `serve.domainsFile`. */
  readonly neverInFile?: true
}

const PREFIX = 'MAILPROFILE_'
const FLAG = { json: 'always' } as const
const LIST = (example: string) => ({ json: 'lists', example }) as const

/** All of them; where two set the same key, the later one wins. */
export const VARIABLES: readonly Variable[] = [
  { name: 'HOST', path: ['listen', 'host'], neverInFile: true },
  { name: 'PORT', path: ['listen', 'port'], neverInFile: true },
  variable('BASE_URL', ['baseUrl']),
  variable('LISTEN_HOST', ['listen', 'host']),
  variable('LISTEN_PORT', ['listen', 'port']),
  variable('TRUST_PROXY', ['trustProxy'], LIST('["127.0.0.1", "10.0.0.0/8"]')),
  variable('SIGNING_CERTIFICATE', ['signing', 'certificate']),
  variable('SIGNING_KEY', ['signing', 'key']),
  variable('SIGNING_PKCS12', ['signing', 'pkcs12']),
  variable('SIGNING_PASSPHRASE', ['signing', 'passphrase']),
  variable('TLS_CERTIFICATE', ['tls', 'certificate']),
  variable('TLS_KEY', ['tls', 'key']),
  variable('TLS_PASSPHRASE', ['tls', 'passphrase']),
  variable('HSTS_INCLUDE_SUB_DOMAINS', ['hsts', 'includeSubDomains'], FLAG),
  variable('HSTS_PRELOAD', ['hsts', 'preload'], FLAG),
  variable('PROVIDERS', ['providers'], LIST('["providers"]')),
  variable('SERVE_DOMAINS', ['serve', 'domains'], {
    json: 'always',
    example: '["example.com"]',
    neverInFile: true,
  }),
  variable('SERVE_DOMAINS_FILE', ['serve', 'domainsFile']),
  variable('SERVE_CATALOGUE', ['serve', 'catalogue'], FLAG),
  variable('DISCOVERY_ENABLED', ['discovery', 'enabled'], FLAG),
  variable('DISCOVERY_ISPDB', ['discovery', 'ispdb'], { json: 'false' }),
  variable('DISCOVERY_HTTP', ['discovery', 'http'], FLAG),
  variable('DISCOVERY_SIGN', ['discovery', 'sign']),
  variable('PACC_ENABLED', ['pacc', 'enabled'], FLAG),
  variable('PACC_REVISION', ['pacc', 'revision']),
  variable('STORE', ['store', 'url']),
  variable('STORE_REPLICAS', ['store', 'replicas']),
  variable('API_KEYS', ['api', 'keys'], {
    json: 'always',
    example: '[{"name": "helpdesk", "hash": "sha256:…"}]',
  }),
  variable('METRICS_HOST', ['metrics', 'host']),
  variable('METRICS_PORT', ['metrics', 'port']),
  variable('LOG_LEVEL', ['log', 'level']),
  variable('LIMITS_ENABLED', ['limits', 'enabled'], FLAG),
  variable('LIMITS_CLIENT', ['limits', 'client']),
  variable('LIMITS_DOMAIN', ['limits', 'domain']),
  variable('LIMITS_KEY', ['limits', 'key']),
  variable('LIMITS_WRONG', ['limits', 'wrong']),
  variable(
    'SECURITY_TXT_CONTACT',
    ['securityTxt', 'contact'],
    LIST('["mailto:security@example.com"]'),
  ),
  variable('SECURITY_TXT_EXPIRES', ['securityTxt', 'expires']),
  variable('SECURITY_TXT_ENCRYPTION', ['securityTxt', 'encryption']),
  variable('SECURITY_TXT_POLICY', ['securityTxt', 'policy']),
  variable('SECURITY_TXT_ACKNOWLEDGMENTS', ['securityTxt', 'acknowledgments']),
  variable('SECURITY_TXT_PREFERRED_LANGUAGES', ['securityTxt', 'preferredLanguages']),
  variable('BRANDING_NAME', ['branding', 'name']),
  variable('BRANDING_CONTACT', ['branding', 'contact']),
  variable('ANDROID_INTENT_ACTION', ['androidIntent', 'action']),
  variable('ANDROID_INTENT_SCHEME', ['androidIntent', 'scheme']),
  variable('ANDROID_INTENT_PACKAGE', ['androidIntent', 'package']),
]

const KNOWN = new Set(
  VARIABLES.flatMap(({ name, neverInFile }) => (neverInFile ? [name] : [name, `${name}_FILE`])),
)

/**
 * What a variable of the environment is to the configuration: one of its own, one that looks so but is
 * not, or undefined for other programs' affairs.
 */
export function findVariable(name: string, value: string): 'known' | 'unknown' | undefined {
  if (KNOWN.has(name)) return isOfKubernetes(name, value) ? undefined : 'known'
  if (!name.startsWith(PREFIX) || name === `${PREFIX}CONFIG`) return undefined
  return isOfKubernetes(name, value) ? undefined : 'unknown'
}

/** The variable that sets a key of the configuration, if one does: the last of those that are set. */
export function variableThatSets(key: string, env: Environment): string | undefined {
  return VARIABLES.filter(({ path }) => path.join('.') === key)
    .flatMap(({ name, neverInFile }) => (neverInFile ? [name] : [name, `${name}_FILE`]))
    .findLast((name) => {
      const value = env[name] ?? ''
      return value !== '' && !isOfKubernetes(name, value)
    })
}

/**
 * Kubernetes tells every container about every service: for one that is called mailprofile-metrics there
 * are MAILPROFILE_METRICS_PORT=tcp://10.0.0.1:9090, MAILPROFILE_METRICS_SERVICE_HOST and so on.
 */
export function isOfKubernetes(name: string, value: string): boolean {
  return (
    /_SERVICE_(?:HOST|PORT)(?:_|$)/.test(name) ||
    /_PORT_\d+_(?:TCP|UDP|SCTP)(?:_|$)/.test(name) ||
    (name.endsWith('_PORT') && /^(?:tcp|udp|sctp):\/\//.test(value))
  )
}

function variable(
  short: string,
  path: Variable['path'],
  options: Omit<Variable, 'name' | 'path'> = {},
): Variable {
  return { name: `${PREFIX}${short}`, path, ...options }
}
