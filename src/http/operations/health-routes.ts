import { Router } from 'express'
import type { SigningIdentity } from '../../signing/identity.js'

/** How far a server is: `/readyz` is 503 unless it is ready. */
export type ServerStatus = 'starting' | 'ready' | 'stopping'

export interface HealthOptions {
  readonly status: () => ServerStatus
  readonly signingIdentity: Pick<SigningIdentity, 'warnings'> | undefined
  /** Trouble that everybody is told besides that of the identity: words, no paths. */
  readonly warnings: () => readonly string[] | Promise<readonly string[]>
  readonly now: () => Date
}

/** `GET /healthz` and `GET /readyz`, for load balancers. */
export function healthRoutes({
  status: statusNow,
  signingIdentity,
  warnings: otherWarnings,
  now,
}: HealthOptions): Router {
  const router = Router()
  router.get('/healthz', (_request, response) => {
    response.set('Cache-Control', 'no-store').type('text/plain').send('ok\n')
  })
  router.get('/readyz', async (_request, response) => {
    const status = statusNow()
    const ofIdentity = signingIdentity?.warnings(now()) ?? [
      'There is no signing certificate: no profiles are served.',
    ]
    const warnings = [...ofIdentity, ...(await otherWarnings())]
    response
      .status(status === 'ready' ? 200 : 503)
      .set('Cache-Control', 'no-store')
      .json({ status, warnings })
  })
  return router
}
