import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startDaemon } from './daemon.js'
import { withFreePorts } from './free-ports.js'
import { program } from './programs.js'
import { knotServer } from './knot-server.js'

/** The primary name server of one zone, which takes updates that its key has signed. */
export interface PrimaryServer {
  /** `127.0.0.1:port`, UDP and TCP. */
  readonly address: string
  /** As keymgr wrote it. */
  readonly keyFile: string
  /** A key that it knows and that may change nothing. */
  readonly otherKeyFile: string
  /** What dig finds there, a record a line. */
  ask(name: string, type: string): string[]
  /** Changes the zone as somebody else would, with lines of nsupdate. */
  change(...lines: readonly string[]): void
  stop(): Promise<void>
}

export interface PrimaryOptions {
  readonly zone?: string
  /** Lines of the zone, besides those that every zone has; names relative to it. */
  readonly records?: readonly string[]
  /** Whether it signs the zone (DNSSEC). */
  readonly signed?: boolean
}

/** Knot DNS with one zone. */
export async function startPrimaryServer({
  zone = 'example.test',
  records = [],
  signed = false,
}: PrimaryOptions = {}): Promise<PrimaryServer> {
  return withFreePorts(['dns'], async ({ dns: port }) => {
    const folder = mkdtempSync(join(tmpdir(), 'mailprofile-primary-'))
    const keys = ['update.test', 'other.test'].map((name) => makeKey(folder, name))
    const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
    writeFileSync(join(folder, 'zone'), [...startOfZone(zone), ...records, ''].join('\n'))
    writeFileSync(join(folder, 'knot.conf'), configuration({ folder, port, zone, signed, keys }))
    const [own, other] = keys
    try {
      const daemon = await startDaemon(program('knotd'), ['-c', join(folder, 'knot.conf')], {
        log: join(folder, 'knot.log'),
        ready: signed ? 'next signing' : '[' + zone + '.] loaded',
        failed: ' error: ',
      })
      return {
        address: `127.0.0.1:${port}`,
        keyFile: own?.file ?? '',
        otherKeyFile: other?.file ?? '',
        ask(name, type) {
          const argv = ['@127.0.0.1', '-p', String(port), '+tcp', '+short', name, type]
          const answer = execFileSync(program('dig'), argv, { encoding: 'utf8' })
          return answer.split('\n').filter((line) => line !== '')
        },
        change(...lines) {
          const input = [`server 127.0.0.1 ${port}`, `zone ${zone}.`, `key ${own?.words}`, ...lines]
          const { status } = spawnSync(program('nsupdate'), ['-v'], {
            input: `${input.join('\n')}\nsend\n`,
          })
          if (status !== 0) throw new Error(`nsupdate ended with ${status}.`)
        },
        async stop() {
          await daemon.stop()
          remove()
        },
      }
    } catch (error) {
      remove()
      throw error
    }
  })
}

interface Key {
  readonly file: string
  /** As the configuration of Knot has it. */
  readonly section: string
  /** As nsupdate takes it. */
  readonly words: string
}

function makeKey(folder: string, name: string): Key {
  const written = execFileSync(program('keymgr'), ['-t', name, 'hmac-sha256'], { encoding: 'utf8' })
  const file = join(folder, `${name}.key`)
  writeFileSync(file, written, { mode: 0o600 })
  const secret = /secret: (\S+)/.exec(written)?.[1] ?? ''
  return {
    file,
    section: `  - id: ${name}\n    algorithm: hmac-sha256\n    secret: ${secret}\n`,
    words: `hmac-sha256:${name} ${secret}`,
  }
}

function startOfZone(zone: string): string[] {
  return [
    `$ORIGIN ${zone}.`,
    '$TTL 60',
    '@ SOA ns hostmaster 1 60 60 60 60',
    '@ NS ns',
    'ns A 127.0.0.1',
  ]
}

interface Configured {
  readonly folder: string
  readonly port: number
  readonly zone: string
  readonly signed: boolean
  readonly keys: readonly Key[]
}

function configuration({ folder, port, zone, signed, keys }: Configured): string {
  return `${knotServer(folder, port)}key:
${keys.map(({ section }) => section).join('')}acl:
  - id: update
    key: update.test
    action: update
zone:
  - domain: ${zone}
    storage: ${folder}
    file: zone
    zonefile-sync: -1
    dnssec-signing: ${signed ? 'on' : 'off'}
    acl: update
`
}
