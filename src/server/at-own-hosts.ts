import type { RequestListener } from 'node:http'
import { servingExpressMessages } from '../http/express-messages.js'
import { createMisdirectedApp } from '../http/misdirected-app.js'
import type { RenewableTlsCertificate } from '../signing/tls-certificate.js'
import { dispatch, type Answerer } from './dispatch.js'
import { createHostTable } from './host-table.js'
import type { ListenOptions } from './listen.js'
import type { AllAnswering } from './read-answering.js'
import { createTenantApp, pathOf, type AppMakers, type ServerMeans } from './tenant-app.js'

/** Whoever answers on a server, as a listener needs to know it. */
export interface Answerers extends Pick<ListenOptions, 'basePath' | 'tlsFor'> {
  readonly makeApp: (port: number) => RequestListener
}

interface AtHost extends Answerer {
  readonly basePath: string
  readonly tls: RenewableTlsCertificate | undefined
}

/**
 * The apps of several, each at its own hosts; nobody is anywhere else.
 *
 * @throws MailProfileError as `createApp`
 */
export function answerAtOwnHosts(
  makers: AppMakers,
  { config, answering, tls }: AllAnswering,
  means: ServerMeans,
): Answerers {
  const nobody: AtHost = {
    app: servingExpressMessages(createMisdirectedApp({ ...means, language: config.language })),
    basePath: '',
    tls,
  }
  const byName = new Map<string | undefined, AtHost>()
  for (const one of answering) {
    const { name, baseUrl = '' } = one.config
    const app = createTenantApp(makers, one, means, baseUrl)
    byName.set(name, { app, basePath: pathOf(baseUrl), tls: one.tls })
  }
  const tenant = (name: string | undefined) => (name === undefined ? undefined : byName.get(name))
  const find = createHostTable({
    // A tenant is called by its host.
    atHost: tenant,
    withDomain: (domain) => tenant(means.catalogues().tenantWith(domain)),
    rest: byName.get(undefined) ?? nobody,
  })
  const speaksTls = answering.some((one) => one.tls !== undefined)
  return {
    makeApp: () => dispatch(find, nobody),
    basePath: ({ headers }) => find(headers.host ?? '').basePath,
    tlsFor: speaksTls
      ? (name) => {
          const own = find(name).tls
          return own === tls ? undefined : own?.current.secureContext
        }
      : undefined,
  }
}
