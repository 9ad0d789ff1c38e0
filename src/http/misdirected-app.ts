import type { Express } from 'express'
import { MailProfileError } from '../errors.js'
import { say } from '../messages/text.js'
import type { Tag } from '../texts/languages.js'
import { createBareApp } from './bare-app.js'
import { errorHandler } from './middleware/error-handler.js'
import { refuseUnfitRequests } from './middleware/refuse-unfit-requests.js'
import { requestLog, type AppLogger } from './middleware/request-log.js'
import type { RequestMetrics } from './middleware/request-metrics.js'
import { securityHeaders } from './middleware/security-headers.js'
import { healthRoutes, type HealthOptions } from './operations/health-routes.js'
import { barePages } from './pages/bare-pages.js'

/** What a server with several tenants says where none of them is. */
export interface MisdirectedOptions extends Pick<HealthOptions, 'status' | 'warnings' | 'now'> {
  readonly logger: AppLogger
  readonly metrics?: RequestMetrics | undefined
  /** For whoever speaks none of the languages there are. */
  readonly language: Tag
}

/**
 * What answers at a host at which nobody is: `/healthz` and `/readyz` for load balancers, and `misdirected`
 * to all else (RFC 9110, section 15.5.20). It says nothing of who is where.
 */
export function createMisdirectedApp(options: MisdirectedOptions): Express {
  const { logger, metrics, language } = options
  const app = createBareApp()
  app.use(requestLog(logger, metrics))
  // Of a host that is not ours nothing is promised.
  app.use(securityHeaders(false))
  app.use(refuseUnfitRequests)
  // Whose certificate is meant is not known.
  app.use(healthRoutes({ ...options, signingIdentity: { warnings: () => [] } }))
  app.use(() => {
    throw new MailProfileError('misdirected', say('errors.http.misdirected'), {
      hint: say('errors.http.otherHost'),
    })
  })
  app.use(errorHandler(barePages(language), ''))
  return app
}
