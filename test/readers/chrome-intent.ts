import { parseIntentUri } from '../../src/formats/intent-uri.js'

/** What comes of a link in Chrome for Android. */
export type ChromeOutcome =
  | { readonly kind: 'app' }
  | { readonly kind: 'page'; readonly url: string }
  | { readonly kind: 'store'; readonly url: string }
  | { readonly kind: 'prompt' }
  | { readonly kind: 'nothing' }

export interface ChromeSituation {
  readonly uri: string
  /** Whether a tap led to it. */
  readonly userGesture: boolean
  /** Whether an app with a BROWSABLE and DEFAULT filter answers. */
  readonly appResolves: boolean
}

/**
 * What Chrome does with an `intent:` link (`ExternalNavigationHandler.java`, 2022): without a tap it
 * asks at most; without an app the fallback page wins over the package's page in the store.
 */
export function chromeOutcome({ uri, userGesture, appResolves }: ChromeSituation): ChromeOutcome {
  const { data, extras, package: app } = parseIntentUri(uri)
  if (/^(?:file|content|chrome):/.test(data ?? '')) return { kind: 'nothing' }
  if (!userGesture) return { kind: 'prompt' }
  if (appResolves) return { kind: 'app' }
  const fallback = extras.get('browser_fallback_url')
  if (fallback?.type === 'String' && /^https?:/.test(fallback.value)) {
    return { kind: 'page', url: fallback.value }
  }
  return app === null ? { kind: 'nothing' } : { kind: 'store', url: `market://details?id=${app}` }
}
