import { Router } from 'express'
import type { AppContext } from '../context.js'

/** `GET /healthz` and `GET /readyz`, for load balancers. */
export function healthRoutes(context: AppContext): Router {
  const router = Router()
  router.get('/healthz', (_request, response) => {
    response.set('Cache-Control', 'no-store').type('text/plain').send('ok\n')
  })
  router.get('/readyz', async (_request, response) => {
    const status = context.status()
    const ofIdentity = context.signingIdentity?.warnings(context.now()) ?? [
      'There is no signing certificate: no profiles are served.',
    ]
    const warnings = [...ofIdentity, ...(await context.warnings())]
    response
      .status(status === 'ready' ? 200 : 503)
      .set('Cache-Control', 'no-store')
      .json({ status, warnings })
  })
  return router
}
