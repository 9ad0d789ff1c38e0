import type { RequestListener } from 'node:http'
import type { RenewableTlsCertificate } from '../signing/tls-certificate.js'
import { dispatch } from './dispatch.js'
import { createHostTable } from './host-table.js'
import type { ListenOptions } from './listen.js'
import type { ListeningPlace } from './listening-place.js'
import type { AllAnswering } from './read-answering.js'
import { createTenantApp, type AppMakers, type ServerMeans } from './tenant-app.js'

/** Whoever answers on a server, as a listener needs to know it. */
export interface Answerers extends Pick<ListenOptions, 'basePath' | 'tlsFor'> {
  readonly makeApp: (port: number) => RequestListener
}

interface AtHost {
  readonly app: RequestListener
  readonly basePath: string
  readonly tls: RenewableTlsCertificate | undefined
}

/**
 * Makes the apps of all that answer. One that is alone is at every host; of several, each is at its own, and
 * nobody is anywhere else.
 *
 * @throws MailProfileError as `createApp`
 */
export async function createAnswerers(
  makers: AppMakers,
  { config, answering, tls }: AllAnswering,
  means: ServerMeans,
  place: ListeningPlace,
): Promise<Answerers> {
  const [alone] = answering
  if (alone !== undefined && config.tenants.length === 0) {
    return {
      makeApp: (port) => createTenantApp(makers, alone, means, place.baseUrl(port)),
      basePath: pathOf(place.baseUrl(place.port)),
    }
  }
  const { createMisdirectedApp } = await import('../http/misdirected-app.js')
  const nobody: AtHost = {
    app: createMisdirectedApp({ ...means, language: config.language }),
    basePath: '',
    tls,
  }
  const byName = new Map<string | undefined, AtHost>()
  const byHost = new Map<string, AtHost>()
  for (const one of answering) {
    const { name, baseUrl = '' } = one.config
    const app = createTenantApp(makers, one, means, baseUrl)
    const atHost = { app, basePath: pathOf(baseUrl), tls: one.tls }
    byName.set(name, atHost)
    if (name !== undefined) byHost.set(name, atHost)
  }
  const find = createHostTable({
    byHost,
    withDomain: (domain) => {
      const name = means.catalogues().tenantWith(domain)
      return name === undefined ? undefined : byName.get(name)
    },
    rest: byName.get(undefined) ?? nobody,
  })
  return {
    makeApp: () => dispatch(find, nobody),
    basePath: ({ headers }) => find(headers.host ?? '').basePath,
    ...(answering.every((one) => one.tls === undefined)
      ? {}
      : {
          tlsFor: (name) => {
            const own = find(name).tls
            return own === tls ? undefined : own?.current.secureContext
          },
        }),
  }
}

function pathOf(baseUrl: string): string {
  return new URL(baseUrl).pathname.replace(/\/+$/, '')
}
