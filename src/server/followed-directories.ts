import type { Config, DirectoryConfig } from '../config/config.js'
import { allThatAnswer } from '../config/tenants.js'
import type { PeopleDirectory } from '../directory/people-directory.js'
import { DirectoryWatch } from '../directory/watch.js'
import type { Log } from './certificate-watch.js'
import type { Surroundings } from './surroundings.js'

interface Followed {
  readonly people: PeopleDirectory
  readonly watch: DirectoryWatch
}

const SILENT =
  'The directory of people does not answer: invitations, and accounts of the HTTP interface, answer 503 ' +
  'until it does, everything else goes on. The log says why.'

/** The directories of people of all that answer; what several have from the top level, once. */
export class FollowedDirectories {
  readonly #followed: ReadonlyMap<DirectoryConfig, Followed>

  private constructor(followed: ReadonlyMap<DirectoryConfig, Followed>) {
    this.#followed = followed
  }

  /** @throws MailProfileError as `openDirectory` */
  static async open(
    config: Config,
    { openDirectory }: Pick<Surroundings, 'openDirectory'>,
    log: Log,
  ): Promise<FollowedDirectories> {
    const followed = new Map<DirectoryConfig, Followed>()
    for (const { directory } of allThatAnswer(config)) {
      if (directory === undefined || followed.has(directory)) continue
      const people = await openDirectory(directory)
      const watch = new DirectoryWatch(people, {
        onChange(trouble) {
          if (trouble === undefined) log.info('The directory of people answers again.')
          else log.warn(`The directory of people does not answer. ${trouble.message}`)
        },
      })
      followed.set(directory, { people, watch })
      // One that is away is no reason not to start, but to say so.
      void watch.look()
    }
    return new FollowedDirectories(followed)
  }

  /** The one that somebody who answers has. */
  of({ directory }: Pick<Config, 'directory'>): PeopleDirectory | undefined {
    return directory && this.#followed.get(directory)?.people
  }

  /** What `/readyz` tells everybody, in words: no place and no name. */
  async warnings(config: Pick<Config, 'directory'>): Promise<string[]> {
    const { directory } = config
    const answers = (await (directory && this.#followed.get(directory)?.watch.look())) ?? true
    return answers ? [] : [SILENT]
  }

  /** Whether all answer; undefined where there is none. */
  get allAnswer(): (() => Promise<boolean>) | undefined {
    const watches = [...this.#followed.values()].map(({ watch }) => watch)
    if (watches.length === 0) return undefined
    return async () => (await Promise.all(watches.map((watch) => watch.look()))).every(Boolean)
  }

  async close(): Promise<void> {
    await Promise.all([...this.#followed.values()].map(({ people }) => people.close()))
  }
}
