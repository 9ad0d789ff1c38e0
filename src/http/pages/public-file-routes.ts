import express, { Router } from 'express'
import { PUBLIC_FOLDER, type Asset } from './assets.js'

const MAX_AGE = 'public, max-age=3600'

/**
 * What pages load, and the files that browsers and search engines ask for by themselves.
 *
 * @param basePath the path of `baseUrl`, without a trailing slash
 */
export function publicFileRoutes(basePath: string, assets: Iterable<Asset>): Router {
  const router = Router()
  for (const { name, body } of assets) {
    router.use(`/public/${name}`, (request, response, next) => {
      if (request.path !== '/' || !['GET', 'HEAD'].includes(request.method)) next()
      else response.set('Cache-Control', MAX_AGE).type(name).send(body)
    })
  }
  const options = { index: false, redirect: false, maxAge: '1h' } as const
  router.use('/public', express.static(PUBLIC_FOLDER, options))

  // Asked for wherever a page does not name them: beside pictures and files.
  for (const name of ['favicon.ico', 'apple-touch-icon.png']) {
    router.get(`/${name}`, (_request, response) => {
      response.sendFile(name, { root: PUBLIC_FOLDER, maxAge: options.maxAge })
    })
  }

  // All but the form concerns a person. RFC 9309: the longest match counts, and $ is the end.
  router.get('/robots.txt', (_request, response) => {
    response
      .set('Cache-Control', MAX_AGE)
      .type('text/plain')
      .send(`User-agent: *\nAllow: ${basePath}/$\nDisallow: ${basePath}/\n`)
  })
  return router
}
