import { Router, type Request, type Response } from 'express'
import type { Tag } from '../../texts/languages.js'
import { matchTag } from '../../texts/negotiate.js'
import type { AllTexts } from '../../texts/texts.js'
import { acceptedEncoding } from '../request/accepted-encoding.js'
import { LANGUAGE } from '../request/language.js'
import { queryParameter } from '../request/query.js'
import type { Asset, Assets } from './assets.js'

const MAX_AGE = 'public, max-age=3600'
// For what is asked for by its version: another content has another.
const FOREVER = 'public, max-age=31536000, immutable'

/** What pages load, and the files that browsers and search engines ask for by themselves. */
export function publicFileRoutes(basePath: string, assets: Assets, texts: AllTexts): Router {
  const router = Router()
  router.get('/public/:name', async (request: Request<{ name: string }>, response, next) => {
    const asset = assets.get(request.params.name)
    if (asset === undefined) next()
    else await sendAsset(asset.inLanguage(texts.in(languageOf(request))), request, response)
  })

  // Asked for wherever a page does not name them: beside pictures and files.
  for (const name of ['favicon.ico', 'apple-touch-icon.png']) {
    router.get(`/${name}`, async (request, response, next) => {
      const asset = assets.get(name)
      if (asset === undefined) next()
      else await sendAsset(asset, request, response)
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

// By the address alone: what is kept for a year is the same for everybody.
function languageOf(request: Request): Tag {
  const asked = queryParameter(request, LANGUAGE)
  return (asked === undefined ? undefined : matchTag(asked)) ?? 'en'
}

async function sendAsset(asset: Asset, request: Request, response: Response): Promise<void> {
  const { name, body, version, isCompressible } = asset
  const isOwn = queryParameter(request, 'v') === version
  response.set('Cache-Control', isOwn ? FOREVER : MAX_AGE).type(name)
  if (isCompressible) response.vary('Accept-Encoding')
  const encoding = isCompressible ? acceptedEncoding(request) : undefined
  // RFC 9110, section 8.8.3.3: an encoding is another representation.
  response.set('ETag', `"${version}${encoding === undefined ? '' : `-${encoding}`}"`)
  if (encoding === undefined) {
    response.send(body)
    return
  }
  const encoded = await asset.encoded(encoding)
  response.set('Content-Encoding', encoding).send(encoded)
}
