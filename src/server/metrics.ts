import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client'
import { formats } from '../formats/index.js'
import type { AuditEvent } from '../invitations/means.js'
import { LIMIT_KINDS, type LimitKind } from '../http/middleware/limits.js'
import { LOAD_KINDS, type LoadKind } from '../http/middleware/load-kind.js'
import type { RequestFacts, RequestMetrics } from '../http/middleware/request-metrics.js'

const DAY = 24 * 60 * 60 * 1000
const OTHER = 'other'
const EVENTS = [
  'made',
  'sent',
  'unsent',
  'opened',
  'spent',
  'revoked',
  'locked',
  'unlocked',
] as const
const METHODS: ReadonlySet<string> = new Set(
  'GET HEAD POST PUT PATCH DELETE OPTIONS TRACE'.split(' '),
)
// Most answers take less than a millisecond; a search outside takes up to 15 s.
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20]

export interface MetricsOptions {
  readonly now: () => Date
  /** When each certificate in use ends; undefined for one that is not used. */
  readonly certificates?: {
    readonly signing?: (() => Date | undefined) | undefined
    readonly tls?: (() => Date | undefined) | undefined
  }
  /** Rejects, within a second, when the store cannot be written now; left out where no store is. */
  readonly checkStore?: (() => Promise<void>) | undefined
  /** Whether all directories of people answer, within a second; left out where there is none. */
  readonly directoriesAnswer?: (() => Promise<boolean>) | undefined
  /** How many lines of the log were lost so far; left out where nobody counts them. */
  readonly lostLogLines?: (() => number) | undefined
}

/** What happens in this process, for Prometheus. */
export interface Metrics extends RequestMetrics {
  invitation(event: AuditEvent['event']): void
  limited(kind: LimitKind): void
  shed(kind: LoadKind): void
  /** In the text format of Prometheus. */
  render(): Promise<string>
  /** The media type of that text. */
  readonly contentType: string
}

/**
 * Counts in a registry of its own. Every value of every label is from a list that is closed before the
 * first request: nothing that somebody sent becomes one.
 */
export function createMetrics({
  now,
  certificates = {},
  checkStore,
  directoriesAnswer,
  lostLogLines,
}: MetricsOptions): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const requests = new Counter({
    name: 'mailprofile_http_requests_total',
    help: 'Answered requests by method, template of the route and status.',
    labelNames: ['method', 'route', 'status'],
    registers,
  })
  const duration = new Histogram({
    name: 'mailprofile_http_request_duration_seconds',
    help: 'Time from the request to the end of its answer, by method, template of the route and status.',
    labelNames: ['method', 'route', 'status'],
    buckets: SECONDS,
    registers,
  })
  const served = new Counter({
    name: 'mailprofile_formats_served_total',
    help: 'Formats that were given, by id.',
    labelNames: ['format'],
    registers,
  })
  const invitations = new Counter({
    name: 'mailprofile_invitations_total',
    help: 'What happened to invitations.',
    labelNames: ['event'],
    registers,
  })
  const limited = new Counter({
    name: 'mailprofile_rate_limited_total',
    help: 'Requests that were refused because they were too many, by what was counted.',
    labelNames: ['kind'],
    registers,
  })
  const shed = new Counter({
    name: 'mailprofile_shed_total',
    help: 'Requests that were refused because the process had too much to do, by what they were for.',
    labelNames: ['kind'],
    registers,
  })
  // What has not happened yet is 0 and not unknown, so that the first time shows as a rise.
  const known = formats.map(({ id }) => id)
  for (const format of known) served.inc({ format }, 0)
  for (const event of EVENTS) invitations.inc({ event }, 0)
  for (const kind of LIMIT_KINDS) limited.inc({ kind }, 0)
  for (const kind of LOAD_KINDS) shed.inc({ kind }, 0)
  reportCertificates(registry, certificates, now)
  if (checkStore !== undefined) reportStore(registry, checkStore)
  if (directoriesAnswer !== undefined) reportDirectories(registry, directoriesAnswer)
  if (lostLogLines !== undefined) reportLog(registry, lostLogLines)

  return {
    request({ method, route, status, seconds, format }: RequestFacts) {
      const labels = { method: METHODS.has(method) ? method : OTHER, route, status }
      requests.inc(labels)
      duration.observe(labels, seconds)
      if (method === 'GET' && status === 200 && format !== undefined) {
        served.inc({ format: known.includes(format) ? format : OTHER })
      }
    },
    invitation: (event) => invitations.inc({ event }),
    limited: (kind) => limited.inc({ kind }),
    shed: (kind) => shed.inc({ kind }),
    render: () => registry.metrics(),
    contentType: registry.contentType,
  }
}

function reportCertificates(
  registry: Registry,
  certificates: NonNullable<MetricsOptions['certificates']>,
  now: () => Date,
): void {
  new Gauge({
    name: 'mailprofile_certificate_days_left',
    help: 'Days until the certificate ends; negative once it has ended.',
    labelNames: ['certificate'],
    registers: [registry],
    collect() {
      this.reset()
      for (const certificate of ['signing', 'tls'] as const) {
        const end = certificates[certificate]?.()
        if (end !== undefined) this.set({ certificate }, (end.getTime() - now().getTime()) / DAY)
      }
    },
  })
}

function reportStore(registry: Registry, check: () => Promise<void>): void {
  new Gauge({
    name: 'mailprofile_store_up',
    help: '1 when the store of the invitations can be written, else 0.',
    registers: [registry],
    async collect() {
      this.set(
        await check().then(
          () => 1,
          () => 0,
        ),
      )
    },
  })
}

function reportDirectories(registry: Registry, answer: () => Promise<boolean>): void {
  new Gauge({
    name: 'mailprofile_directory_up',
    help: '1 when all directories of people answer, else 0.',
    registers: [registry],
    async collect() {
      this.set((await answer()) ? 1 : 0)
    },
  })
}

function reportLog(registry: Registry, lost: () => number): void {
  new Counter({
    name: 'mailprofile_log_lines_lost_total',
    help: 'Lines of the log that could not be written.',
    registers: [registry],
    collect() {
      this.reset()
      this.inc(lost())
    },
  })
}
