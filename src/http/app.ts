import { Router, type Express } from 'express'
import { reachOf } from '../account/reach.js'
import { parseWebAddress } from '../account/web-url.js'
import { catalogueDirectory, type Directory } from '../discovery/catalogue-directory.js'
import type { Delivery } from '../delivery/delivery.js'
import type { PeopleDirectory } from '../directory/people-directory.js'
import { MailProfileError } from '../errors.js'
import type { AndroidIntentTarget, PaccRevision } from '../formats/format.js'
import type { Catalogue } from '../providers/catalogue.js'
import type { Invitations } from '../invitations/invitations.js'
import type { SigningIdentity } from '../signing/identity.js'
import type { ApiKey } from '../config/api-key.js'
import type { SecurityTxt, SignFound, TransportSecurity } from '../config/values-of-app.js'
import type { Tag } from '../texts/languages.js'
import type { Branding } from './pages/branding.js'
import type { OperatorApp } from './pages/operator-apps.js'
import { english } from '../messages/english.js'
import { say } from '../messages/text.js'
import { createTexts } from '../texts/texts.js'
import { trustedProxies } from './request/client-address.js'
import { createConfirmations } from './request/confirmations.js'
import { compressPages } from './middleware/compress-pages.js'
import { errorHandler, notFound } from './middleware/error-handler.js'
import { NO_LIMITS, type Limits } from './middleware/limits.js'
import { refuseUnfitRequests } from './middleware/refuse-unfit-requests.js'
import { requestLog, SILENT, type AppLogger } from './middleware/request-log.js'
import { shedLoad, type Load } from './middleware/shed-load.js'
import { securityHeaders } from './middleware/security-headers.js'
import { createBareApp } from './bare-app.js'
import { createAssets } from './pages/assets.js'
import { createPages } from './pages/pages.js'
import { requireTemplateFolders } from './pages/template-folders.js'
import type { RequestMetrics } from './middleware/request-metrics.js'
import { apiRoutes } from './api/routes.js'
import { autoconfigRoutes } from './mail-clients/autoconfig-routes.js'
import { autodiscoverRoutes } from './mail-clients/autodiscover-routes.js'
import { formatRoutes } from './formats/routes.js'
import { healthRoutes, type HealthOptions } from './operations/health-routes.js'
import { invitationRoutes } from './invitations/routes.js'
import { paccRoutes } from './mail-clients/pacc-routes.js'
import { publicFileRoutes } from './pages/public-file-routes.js'
import { securityTxtRoutes } from './operations/security-txt-routes.js'
import { setupRoutes } from './setup/routes.js'

/** What the server works with; most of it may be left out. */
export interface AppDependencies {
  /** The catalogue, or what gives the one of the moment. */
  readonly catalogue: Catalogue | (() => Catalogue)
  /** Finds settings that the catalogue does not have; without one it alone is asked. */
  readonly directory?: Directory | undefined
  /** Where the operator's people are listed: asked for `/api` alone, and by nobody without a key. */
  readonly people?: Pick<PeopleDirectory, 'find'> | undefined
  /** Of settings that were found, which ones get a signed profile; none by default. */
  readonly signFound?: SignFound | undefined
  /** The revision of the PACC draft to serve; none by default. */
  readonly pacc?: PaccRevision | undefined
  /** Whether profiles are offered by which people sign in at their provider; they are by default. */
  readonly signInProfiles?: boolean | undefined
  /** Without one, `apple-profile` answers 503 and everything else works. */
  readonly signingIdentity?: SigningIdentity | undefined
  /**
   * Where people reach the server, an http or https address; links and QR codes are made from it, never
   * from a request.
   */
  readonly baseUrl: string
  /** Who offers the pages; the host of `baseUrl` by default. */
  readonly offeredBy?: string | undefined
  /** Colours, logo, links, and words of the operator's own. */
  readonly branding?: Branding | undefined
  /** Apps that setup pages suggest. */
  readonly apps?: readonly OperatorApp[] | undefined
  /** For whoever asks for no language that there is; English by default. */
  readonly language?: Tag | undefined
  /** A folder of own messages (`locales/`), templates (`pages/`) and files (`public/`). */
  readonly templates?: string | undefined
  /** The operator's own Android app, if pages shall offer it. */
  readonly androidIntent?: AndroidIntentTarget | undefined
  /** Whom people call when something is wrong, in words: a telephone number, an address. */
  readonly contact?: string | undefined
  /** Without them there are no invitations. */
  readonly invitations?: Invitations | undefined
  /** Sends invitations to their people; none is sent without one. */
  readonly delivery?: Delivery | undefined
  /** Who may use `/api`. */
  readonly apiKeys?: readonly ApiKey[] | undefined
  /** Proxies whose X-Forwarded-For counts: addresses and networks; none by default. */
  readonly trustProxy?: readonly string[] | undefined
  /** None by default. */
  readonly limits?: Limits | undefined
  /** By which requests are refused while there are too many; none is by default. */
  readonly load?: Load | undefined
  /** What `/.well-known/security.txt` says; 404 by default. */
  readonly securityTxt?: SecurityTxt | undefined
  /** Nothing is logged without one. */
  readonly logger?: AppLogger | undefined
  /** Told of every request, as the log is. */
  readonly metrics?: RequestMetrics | undefined
  /** What browsers are told of https for more than this host: nothing by default. */
  readonly transportSecurity?: TransportSecurity | undefined
  /** The clock; the system's by default. */
  readonly now?: () => Date
  /** What `/readyz` says; ready by default. */
  readonly status?: HealthOptions['status']
  /** Trouble that `/readyz` tells everybody, besides that of the signing identity: words, no paths. */
  readonly warnings?: HealthOptions['warnings']
}

const LOCAL_NAMES = { loopback: say('layout.loopback'), lan: say('layout.lan') } as const

/**
 * The server, without listening.
 *
 * @throws MailProfileError `base_url_required`; `invalid_configuration` for a `baseUrl` that is no http or
 *   https address, and for `templates` that cannot be used
 * @throws TypeError when `trustProxy` holds something else than networks
 *
 * @example
 * ```ts
 * import { once } from 'node:events'
 * import { createApp, loadCatalogue } from 'mailprofile'
 *
 * const app = createApp({ catalogue: await loadCatalogue(), baseUrl: 'https://setup.example.com' })
 * const server = app.listen(8080, '127.0.0.1')
 * await once(server, 'listening')
 * console.log(server.listening) // true
 * server.close()
 * ```
 */
export function createApp(dependencies: AppDependencies): Express {
  const url = parseBaseUrl(dependencies.baseUrl)
  const basePath = url.pathname.replace(/\/+$/, '')
  const reach = reachOf(url)
  const nameOnPages =
    dependencies.offeredBy ?? (reach === 'public' ? url.hostname : LOCAL_NAMES[reach])
  // Programs are told it in English.
  const offeredBy = typeof nameOnPages === 'string' ? nameOnPages : english(nameOnPages)
  const now = dependencies.now ?? (() => new Date())
  const given = dependencies.catalogue
  const catalogue = typeof given === 'function' ? given : () => given
  const { contact, pacc, invitations } = dependencies
  const { branding, templates, apps = [], androidIntent } = dependencies
  const pictures = apps.flatMap(({ icon }) => icon ?? [])
  requireTemplateFolders(templates)
  const directory = dependencies.directory ?? catalogueDirectory(catalogue)
  const assets = createAssets({ templates, branding, pictures })
  const { language = 'en' } = dependencies
  const texts = createTexts({ folders: templates === undefined ? [] : [templates], language })
  const server = {
    catalogue,
    directory,
    signFound: dependencies.signFound ?? 'never',
    confirmations: createConfirmations({ signingIdentity: dependencies.signingIdentity, now }),
    pacc,
    signInProfiles: dependencies.signInProfiles ?? true,
    signingIdentity: dependencies.signingIdentity,
    baseUrl: `${url.origin}${basePath}`,
    basePath,
    reach,
    offeredBy,
    androidIntent,
    contact,
    apiKeys: dependencies.apiKeys ?? [],
    limits: dependencies.limits ?? NO_LIMITS,
    pages: createPages({
      basePath,
      offeredBy: nameOnPages,
      contact,
      reach,
      catalogue,
      searches: directory.searches ?? true,
      assets,
      texts,
      language,
      branding,
      apps,
      androidIntent,
      templates,
    }),
    now,
    status: dependencies.status ?? (() => 'ready'),
    warnings: dependencies.warnings ?? (() => []),
  }
  const { people, delivery } = dependencies
  const routes = together([
    // What programs ask for without end, so before all else.
    autoconfigRoutes(catalogue),
    autodiscoverRoutes(server),
    ...(pacc === undefined ? [] : [paccRoutes(catalogue, pacc)]),
    publicFileRoutes(basePath, assets, texts),
    setupRoutes(server),
    formatRoutes(server),
    ...(invitations === undefined ? [] : [invitationRoutes({ ...server, invitations })]),
    healthRoutes(server),
    securityTxtRoutes({ ...server, securityTxt: dependencies.securityTxt }),
    apiRoutes({ ...server, invitations, people, delivery }),
  ])

  const app = createBareApp()
  app.set('trust proxy', trustedProxies(dependencies.trustProxy ?? []))
  app.use(requestLog(dependencies.logger ?? SILENT, dependencies.metrics))
  app.use(securityHeaders(url.protocol === 'https:', dependencies.transportSecurity))
  if (dependencies.load !== undefined) app.use(shedLoad(dependencies.load, server.pages, basePath))
  app.use(refuseUnfitRequests)
  app.use(compressPages)
  // A proxy may strip the path of baseUrl or pass it on.
  if (basePath !== '') app.use(basePath, routes)
  app.use(routes)
  app.use(notFound)
  app.use(errorHandler(server.pages, basePath))
  return app
}

// One router: each that a request only passes through costs it as much as ten routes that do not match.
function together(routers: readonly Router[]): Router {
  const all = Router()
  all.stack.push(...routers.flatMap(({ stack }) => stack))
  return all
}

// A program in JavaScript may give anything, or nothing.
function parseBaseUrl(given: string | undefined): URL {
  if (given === undefined || given === '') {
    throw new MailProfileError(
      'base_url_required',
      'createApp needs the address by which people reach the server: links and QR codes are made from it.',
      { hint: 'Give baseUrl, such as https://setup.example.com.', field: 'baseUrl' },
    )
  }
  return parseWebAddress(given, 'baseUrl')
}
