import { HEX_SECRET, pick, SECRETS, type Random } from './planted-secrets.js'

/** A valid configuration with a secret at every place where there may be one. */
export function plantedConfiguration(random: Random): string {
  return pick(SHAPES, random)(() => pick(SECRETS, random), random)
}

type Shape = (secret: () => string, random: Random) => string

const SHAPES: readonly Shape[] = [
  (secret, random) => `# The old passphrase was ${secret()}
baseUrl: https://setup.example.com
listen: { host: 0.0.0.0, port: 8443 }
signing: { certificate: fullchain.pem, key: privkey.pem, passphrase: ${quoted(secret(), random)} }
store: ${quoted(address(secret()), random)}
serve: { domains: [example.com] }
api:
  keys:
    - { name: helpdesk, hash: 'sha256:${HEX_SECRET}' }
`,
  (secret, random) => `baseUrl: "https://setup.example.com"
signing:
  pkcs12: /etc/mailprofile/signing.p12
  passphrase: ${quoted(secret(), random)}   # not ${secret()}
tls:
    certificate: tls.pem
    key: tls.key
    passphrase: ${quoted(secret(), random)}
store: ${quoted(address(secret()), random)}
api:
  keys:
  - name: helpdesk
    hash: sha256:${HEX_SECRET}
    scopes: [invitations:write, invitations:read]
  - name: shop
    domains:
      - example.com
    hash: "sha256:${HEX_SECRET}"
limits: { client: 10 }
`,
  (secret) => `tls:
  certificate: tls.pem
  passphrase: |-
    ${secret()}
  key: tls.key
signing:
  key: privkey.pem
  passphrase: >-
      ${secret()}
  certificate: fullchain.pem
store: >-
  ${address(secret())}
trustProxy: [127.0.0.1, 10.0.0.0/8]
`,
  (secret, random) => `{
  "baseUrl": "https://setup.example.com",
  "signing": { "key": "privkey.pem", "certificate": "a.pem", "passphrase": ${JSON.stringify(secret())} },
  "store": ${JSON.stringify(address(secret()))},
  "api": { "keys": [{ "name": "helpdesk", "hash": "sha256:${HEX_SECRET}" }] },
  "branding": { "name": "Example Mail", "contact": "call 1234" },
  "metrics": { "port": ${1 + Math.floor(random() * 60_000)} }
}
`,
  (secret, random) => `store: ${quoted(address(secret()), random)}
tenants:
  - baseUrl: https://setup.school.example
    domains: [school.example]
    signing: { pkcs12: school.p12, passphrase: ${quoted(secret(), random)} }
    branding: { name: School, color: '#0b6353' } # not ${secret()}
    api: { keys: [{ name: helpdesk, hash: 'sha256:${HEX_SECRET}' }] }
  - baseUrl: https://setup.club.example
    domains:
      - club.example
    signing:
      certificate: club.pem
      key: club.key
      passphrase: |-
        ${secret()}
`,
  (secret, random) => `signing: &both
  certificate: fullchain.pem
  key: privkey.pem
  passphrase: &p ${quoted(secret(), random)}
tls: *both
store: !!str ${quoted(address(secret()), random)}
securityTxt: { contact: 'mailto:security@example.com' }
`,
]

function address(secret: string): string {
  return `redis://:${encodeURIComponent(secret).replaceAll("'", '%27')}@127.0.0.1:6379/1`
}

function quoted(text: string, random: Random): string {
  const single = `'${text.replaceAll("'", "''")}'`
  const isPlain = /^[a-z0-9][^#'"\\{}[\],&*!|>%]*$/i.test(text) && !text.includes(': ')
  return pick([single, JSON.stringify(text), ...(isPlain ? [text] : [])], random)
}
