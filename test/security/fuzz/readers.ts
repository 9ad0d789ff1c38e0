import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { parseAccount } from '../../../src/account/account.js'
import { parseClientConfig } from '../../../src/autoconfig/client-config.js'
import { providerFromConfig } from '../../../src/autoconfig/provider-from-config.js'
import { loadConfig } from '../../../src/config/load.js'
import { MailProfileError } from '../../../src/errors.js'
import { exportFormat } from '../../../src/formats/export.js'
import { formats } from '../../../src/formats/index.js'
import { inspectBytes } from '../../../src/inspection/inspect.js'
import { parseProvider } from '../../../src/providers/provider.js'
import { loadSigningIdentity } from '../../../src/signing/identity.js'
import { catalogue, developmentIdentity } from '../../support/app.js'
import { createRandom, mutate, seedsOf } from '../../support/fuzz.js'
import { writeAnew } from '../../support/write-anew.js'
import { PASSWORD } from './target.js'
import { withoutWarnings, type Surface } from './http-surfaces.js'

// Against hanging only: each takes a millisecond or two.
const PATIENCE = 20_000

interface Reader {
  readonly name: string
  readonly seeds: () => Promise<[Buffer, ...Buffer[]]>
  readonly read: (bytes: Buffer, folder: string) => unknown
}

const account = catalogue.account('ann@btinternet.com', { name: 'Ann Example' })
const context = {
  signingIdentity: developmentIdentity,
  publicUrl: 'https://setup.example.com/setup',
}

async function exported(): Promise<[Buffer, ...Buffer[]]> {
  const bodies: Buffer[] = []
  for (const { id } of formats) {
    try {
      const { body } = await exportFormat(id, account, { ...context, withoutPassword: true })
      bodies.push(Buffer.from(body))
    } catch (error) {
      // Not every format carries this account.
      if (!(error instanceof MailProfileError)) throw error
    }
  }
  const [first, ...rest] = bodies
  if (first === undefined) throw new Error('Nothing was exported.')
  return [first, ...rest]
}

const file = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url))

const READERS: readonly Reader[] = [
  {
    name: 'any format, by inspect',
    seeds: exported,
    read: (bytes) => inspectBytes(bytes),
  },
  {
    name: 'autoconfig documents',
    seeds: () =>
      Promise.resolve([
        file('test/vectors/autoconfig/calendars-and-contacts.xml'),
        file('test/vectors/autoconfig/namespaces.xml'),
        file('test/vectors/autoconfig/user-name-forms.xml'),
      ]),
    read: (bytes) =>
      providerFromConfig(parseClientConfig(bytes.toString('utf8')), {
        id: 'fuzz',
        domains: ['example.com'],
      }),
  },
  {
    name: 'configurations',
    seeds: () =>
      Promise.resolve(
        seedsOf(
          `baseUrl: https://setup.example.com\nlisten: { host: 0.0.0.0, port: 8443 }\nsigning: { pkcs12: a.p12, passphrase: '${PASSWORD}' }\n`,
          `store: redis://user:${PASSWORD}@redis.example.com/0\nserve:\n  domains: [example.com]\n  catalogue: false\n`,
          `tls:\n  certificate: a.pem\n  key: b.pem\n  passphrase: "${PASSWORD}"\nlimits: { client: 100 }\n`,
          `trustProxy: [127.0.0.1]\napi:\n  keys:\n    - { name: desk, hash: 'sha256:${'ab'.repeat(32)}' }\n`,
        ),
      ),
    async read(bytes, folder) {
      writeAnew(join(folder, 'mailprofile.yaml'), bytes)
      await loadConfig({ env: {}, cwd: folder })
    },
  },
  {
    name: 'provider files',
    seeds: () => Promise.resolve([file('providers/bt.yaml'), file('providers/fastmail.yaml')]),
    read: (bytes) => parseProvider(bytes.toString('utf8'), 'fuzz.yaml'),
  },
  {
    name: 'accounts as JSON',
    seeds: () =>
      Promise.resolve(
        seedsOf(
          `{"identity":{"address":"ann@example.com","name":"Ann"},"incoming":{"protocol":"imap","host":"a.example","port":993,"security":"tls","authentication":"password-cleartext","username":"ann","password":"${PASSWORD}"},"outgoing":{"protocol":"smtp","host":"[2001:db8::1]","port":465,"security":"tls","authentication":"none"},"calendar":{"url":"https://dav.example/"}}`,
        ),
      ),
    async read(bytes) {
      let json: unknown
      try {
        json = JSON.parse(bytes.toString('utf8'))
      } catch {
        return
      }
      const parsed = parseAccount(json)
      for (const { id } of formats) {
        try {
          await exportFormat(id, parsed, { ...context, unsigned: true })
        } catch (error) {
          if (!(error instanceof MailProfileError)) throw error
        }
      }
    },
  },
  {
    name: 'certificates and keys',
    seeds: () => {
      const pem = developmentIdentity.chain.map((certificate) => certificate.toString()).join('')
      return Promise.resolve([Buffer.from(pem), ...seedsOf('-----BEGIN PRIVATE KEY-----\nMIIB\n')])
    },
    async read(bytes) {
      await loadSigningIdentity({ certificate: bytes, key: bytes })
    },
  },
]

/** What reads files and documents: it takes them, or refuses them in words of ours without the secret. */
export const READER_SURFACES: readonly Surface[] = READERS.map(({ name, seeds, read }) => ({
  name,
  async run(count, seed) {
    const folder = mkdtempSync(join(tmpdir(), 'mailprofile-fuzz-'))
    const random = createRandom(seed)
    const all = await seeds()
    const readAll = async () => {
      for (let i = 0; i < count; i++) {
        const bytes = mutate(random, all)
        const begin = performance.now()
        const fault = await faultOf(() => read(bytes, folder))
        if (fault !== undefined || performance.now() - begin > PATIENCE) {
          throw new Error(
            `${name}, input ${i} of seed ${seed} (base64 ${bytes.toString('base64')}): ${fault ?? 'too slow'}`,
          )
        }
        // Timers of the test runner get their turn.
        if (i % 64 === 0) await setImmediate()
      }
    }
    try {
      await withoutWarnings(readAll)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
}))

async function faultOf(work: () => unknown): Promise<string | undefined> {
  try {
    await work()
    return undefined
  } catch (error) {
    if (!(error instanceof MailProfileError)) return String((error as Error).stack)
    if (error.code === 'internal') return error.message
    const said = `${error.message} ${error.hint ?? ''} ${error.field ?? ''}`
    return said.includes(PASSWORD) ? `It gives the secret away: ${said}` : undefined
  }
}
