import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startDaemon } from './daemon.js'
import { withFreePorts } from './free-ports.js'
import { program } from './programs.js'
import { knotServer } from './knot-server.js'

// A real name server, as a test uses it:
//
//   describe.skipIf(isMissing('knotd'))('...', () => {
//     const dns = await startDnsServer([
//       'example.test. MX 10 mail.example.test.',
//       '_imaps._tcp.example.test. SRV 0 1 993 mail.example.test.',
//       '_pop3s._tcp.example.test. SRV 0 0 0 .',
//     ])
//     const resolver = new Resolver() // of node:dns/promises
//     resolver.setServers([dns.address])
//     await dns.stop()
//
// The records may also be one text, such as a zone's lines that mailprofile wrote.

/** A name server on loopback. */
export interface DnsServer {
  /** `127.0.0.1:port`, UDP and TCP, as `Resolver.setServers` takes it. */
  readonly address: string
  readonly port: number
  stop(): Promise<void>
}

/**
 * Knot DNS with the whole of the DNS as its one zone: what the records do not name does not exist
 * (NXDOMAIN), and what they name without the wanted type is an empty answer.
 *
 * Knot rather than dnsmasq, because it reads records in the form of RFC 1035 section 5, where `.` as
 * a target and a CNAME mean what they say, and refuses those that are wrong.
 *
 * @param records lines or whole texts; names end in a dot
 */
export async function startDnsServer(records: readonly string[]): Promise<DnsServer> {
  return withFreePorts(['dns'], async ({ dns: port }) => {
    const folder = mkdtempSync(join(tmpdir(), 'mailprofile-dns-'))
    writeFileSync(join(folder, 'zone'), [...START_OF_ZONE, ...records, ''].join('\n'))
    writeFileSync(join(folder, 'knot.conf'), configuration(folder, port))
    const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
    try {
      const daemon = await startDaemon(program('knotd'), ['-c', join(folder, 'knot.conf')], {
        log: join(folder, 'knot.log'),
        ready: '[.] loaded',
        failed: ' error: ',
      })
      return {
        address: `127.0.0.1:${port}`,
        port,
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

const START_OF_ZONE = [
  '$ORIGIN .',
  '$TTL 60',
  '. SOA ns.invalid. hostmaster.invalid. 1 60 60 60 60',
  '. NS ns.invalid.',
  'ns.invalid. A 127.0.0.1',
]

function configuration(folder: string, port: number): string {
  return `${knotServer(folder, port)}template:
  - id: default
    storage: ${folder}
    journal-content: none
    zonefile-load: whole
    zonefile-sync: -1
zone:
  - domain: .
    file: zone
`
}
