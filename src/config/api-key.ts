import type { z } from 'zod'
import type { Immutable } from './description.js'
import type { apiKey, apiScope } from './values.js'

/** What a key may be used for. */
export type ApiScope = z.output<typeof apiScope>

/** Who may use the HTTP interface: an entry of `api.keys`. */
export type ApiKey = Immutable<z.output<typeof apiKey>>
