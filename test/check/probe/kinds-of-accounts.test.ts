import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inLongSuite, some } from '../../support/runs.js'
import {
  OTHER_ADDRESS,
  ProbedServers,
  probeDeployment,
  type DeploymentOptions,
} from '../../support/probed-deployment.js'
import { isMissing, type Program } from '../../support/programs.js'
import { NAMES } from '../../support/proxied-server.js'
import { suite } from '../../support/suite.js'

const PROGRAMS: readonly Program[] = ['knotd', 'nginx']
const LOCATION = 'location / {'
const PACC_NAMES = [...NAMES, 'ua-auto-config.example.com']

const mailBy = (authentication: string) => `
incoming:
  - { protocol: imap, host: imap.example.com, port: 993, security: tls, authentication: ${authentication}, username: '%EMAILADDRESS%' }
outgoing:
  - { protocol: smtp, host: smtp.example.com, port: 465, security: tls, authentication: ${authentication}, username: '%EMAILADDRESS%' }
`

/** Files with another provider for the domain, and more lines of configuration. */
const files =
  (provider: string, more = '') =>
  (text: string) =>
    text.includes('baseUrl')
      ? `${text}\n${more}`
      : `id: example\nname: Example\ndomains: [example.com]\n${provider}`

const SIGN_IN = `${mailBy('oauth2')}signIn: microsoft\n`

const KINDS: readonly (DeploymentOptions & {
  readonly name: string
  readonly iphone: readonly string[]
})[] = [
  {
    name: 'people sign in at their provider',
    files: files(SIGN_IN),
    iphone: ['/setup found', '/formats/apple-exchange found'],
  },
  {
    name: 'the same, known to nobody who probes',
    files: files(SIGN_IN),
    isStranger: true,
    argv: ['--url', 'https://setup.example.com'],
    iphone: ['/setup found', '/formats/apple-exchange found'],
  },
  {
    name: 'people sign in, and no profile is wanted for that',
    files: files(SIGN_IN, 'signIn: { profiles: false }'),
    iphone: ['/setup found', '/formats/apple-profile nothing'],
  },
  {
    name: 'people sign in at an authorization server of the operator’s own',
    files: files(mailBy('oauth2'), 'oauth: { issuer: https://id.example.com }'),
    iphone: ['/setup nothing', '/formats/apple-profile nothing'],
  },
  {
    name: 'both ways, with PACC',
    files: files(
      mailBy('[password-cleartext, oauth2]'),
      'oauth: { issuer: https://id.example.com }\npacc: { enabled: true }',
    ),
    certificate: { names: PACC_NAMES },
    places: [[`server_name ${NAMES.join(' ')};`, `server_name ${PACC_NAMES.join(' ')};`]],
    iphone: ['/setup found', '/formats/apple-profile found'],
  },
  {
    name: 'calendars and contacts alone',
    files: files(
      `calendar: { url: https://setup.example.com/dav/ }\ncontacts: { url: https://setup.example.com/dav/ }\n`,
    ),
    places: [[LOCATION, `location /dav/ { return 401; }\n  ${LOCATION}`]],
    iphone: ['/setup found', '/formats/apple-profile found'],
  },
]

describe.skipIf(PROGRAMS.map(isMissing).includes(true))('a probe', () => {
  const folder = suite((path) => path)
  let servers: ProbedServers
  beforeAll(() => {
    servers = new ProbedServers(folder())
  })
  afterAll(() => servers.stop())

  it.each(some(KINDS, 2))(
    'finds nothing where all is right: $name',
    async ({ iphone, ...deployment }) => {
      const { report } = await probeDeployment(deployment, { servers, folder: folder() })
      expect(report.findings).toEqual([])
      const steps = report.programs.find(({ id }) => id === 'apple')?.steps ?? []
      expect(steps.map(({ place, result }) => `${new URL(place).pathname} ${result}`)).toEqual(
        iphone,
      )
    },
  )

  it('asks nobody for mail where there is none', async () => {
    const collections = KINDS.find(({ name }) => name.startsWith('calendars')) ?? {}
    const { report } = await probeDeployment(collections, { servers, folder: folder() })
    expect(report.programs.map(({ id }) => id)).toEqual(['apple', 'dav'])
  })

  inLongSuite(
    'looks where the names of a server lead whose configuration is not there',
    async () => {
      const { report } = await probeDeployment(
        {
          isStranger: true,
          argv: ['--url', 'https://setup.example.com'],
          other: [[LOCATION, `location / { return 404; }\n  location /unused/ {`]],
          zone: (lines) => [
            ...lines.map((line) => line.replace(/^(autoconfig .*CNAME).*/, '$1 old.example.com.')),
            `old IN A ${OTHER_ADDRESS}`,
          ],
        },
        { servers, folder: folder() },
      )
      expect(report.findings.map(({ code }) => code)).toEqual(['name_elsewhere'])
    },
  )
})
