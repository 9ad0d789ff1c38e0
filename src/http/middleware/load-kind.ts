/** What requests are for, the least urgent first: who is refused first when there are too many. */
export const LOAD_KINDS = ['page', 'mail-client', 'api', 'invitation', 'asset'] as const
export type LoadKind = (typeof LOAD_KINDS)[number]

/** How long each may wait for others, in milliseconds; nobody is to wait for longer than that. */
export const PATIENCE: Readonly<Record<LoadKind, number>> = {
  page: 250,
  'mail-client': 500,
  api: 750,
  invitation: 1000,
  // What a page that was answered loads costs little, and without its style it is of no use.
  asset: 5000,
}

// The first that fits; whatever else there is is a page.
const KINDS: readonly (readonly [path: RegExp, kind: LoadKind | undefined])[] = [
  [/^\/healthz\/?(?:\?|$)/i, undefined],
  [/^\/(?:public\/|favicon\.ico|apple-touch-icon\.png)/i, 'asset'],
  [/^\/(?:i|readyz)(?:[/?]|$)/i, 'invitation'],
  [/^\/(?:api\/|openapi\.json)/i, 'api'],
  [
    /^\/(?:autodiscover\/|mail\/config|v1\.1\/mail\/|\.well-known\/(?:autoconfig|user-agent-configuration))/i,
    'mail-client',
  ],
]

/**
 * What a request is for.
 *
 * @param basePath the path of `baseUrl`, which a proxy may strip or pass on
 * @returns undefined for `/healthz`, which is always answered
 */
export function loadKindOf(path: string, basePath: string): LoadKind | undefined {
  const own = path.startsWith(`${basePath}/`) ? path.slice(basePath.length) : path
  const known = KINDS.find(([pattern]) => pattern.test(own))
  return known === undefined ? 'page' : known[1]
}
