import type { Format } from './format.js'

/** What programs get to know of a format. */
export type FormatSummary = Pick<
  Format,
  'id' | 'title' | 'platform' | 'kind' | 'mediaType' | 'carries' | 'readers' | 'signed'
>

export function formatSummary(format: Format): FormatSummary {
  const { id, title, platform, kind, mediaType, carries, readers, signed } = format
  return { id, title, platform, kind, mediaType, carries, readers, signed }
}
