import { autoconfig } from './subjects/autoconfig.js'
import { batch } from './subjects/batch.js'
import { directory } from './subjects/directory.js'
import { exporting } from './subjects/export.js'
import { firstScreen } from './subjects/first-screen.js'
import { invitations } from './subjects/invitations.js'
import { letters } from './subjects/letters.js'
import { load } from './subjects/load.js'
import { lookup } from './subjects/lookup.js'
import { memory } from './subjects/memory.js'
import { profiles } from './subjects/profiles.js'
import { redis } from './subjects/redis.js'
import { routes } from './subjects/routes.js'
import { sign } from './subjects/sign.js'
import { start } from './subjects/start.js'
import type { Subject } from './support/subject.js'

/** All that is measured, in its order. */
export const SUBJECTS: readonly Subject[] = [
  start,
  lookup,
  sign,
  exporting,
  profiles,
  autoconfig,
  routes,
  invitations,
  redis,
  directory,
  batch,
  letters,
  memory,
  load,
  firstScreen,
]
