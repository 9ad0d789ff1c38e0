import type { Answerers } from './at-own-hosts.js'
import type { ListeningPlace } from './listening-place.js'
import type { AllAnswering } from './read-answering.js'
import { createTenantApp, pathOf, type AppMakers, type ServerMeans } from './tenant-app.js'

/**
 * Makes the apps of all that answer. One that is alone is at every host; of several, each is at its own.
 *
 * @throws MailProfileError as `createApp`
 */
export async function createAnswerers(
  makers: AppMakers,
  all: AllAnswering,
  means: ServerMeans,
  place: ListeningPlace,
): Promise<Answerers> {
  const [alone] = all.answering
  if (alone !== undefined && all.config.tenants.length === 0) {
    return {
      makeApp: (port) => createTenantApp(makers, alone, means, place.baseUrl(port)),
      basePath: pathOf(place.baseUrl(place.port)),
    }
  }
  const { answerAtOwnHosts } = await import('./at-own-hosts.js')
  return answerAtOwnHosts(makers, all, means)
}
