import { parseUrl } from '../../account/web-url.js'
import type { AndroidIntentTarget } from '../../formats/format.js'
import type { Picture } from './picture.js'
import type { Visitor } from './visitor.js'

/** An app that an operator suggests. */
export interface OperatorApp {
  readonly name: string
  /** An https address: a page of a store, or of the operator's. */
  readonly url: string
  /** What `parseAppIcon` made. */
  readonly icon?: Picture | undefined
  readonly platform: 'ios' | 'macos' | 'android' | 'windows' | 'any'
}

/** Such an app on a page. */
export interface AppView {
  readonly name: string
  readonly href: string
  /** Whether it is got there; else there is only a page about it. */
  readonly isStore: boolean
  readonly icon?:
    { readonly href: string; readonly width: number; readonly height: number } | undefined
  /** On a page that a Mac and an iPad get alike: for whom it is, if only for one of them. */
  readonly only?: 'mac' | 'ipad' | undefined
}

export interface OperatorAppsOptions {
  readonly apps: readonly OperatorApp[]
  /** The operator's own Android app, which takes the account from a link. */
  readonly androidIntent: AndroidIntentTarget | undefined
  /** Where a page gets a picture from. */
  readonly hrefOf: (name: string) => string
}

const STORES: ReadonlySet<string> = new Set([
  'apps.apple.com',
  'itunes.apple.com',
  'play.google.com',
  'f-droid.org',
  'galaxystore.samsung.com',
  'appgallery.huawei.com',
  'apps.microsoft.com',
])

/** The apps that an operator suggests, by page. */
export function createOperatorApps({ apps, androidIntent, hrefOf }: OperatorAppsOptions) {
  const seen = apps.map(({ platform, ...app }) => ({ platform, view: viewOf(app, hrefOf) }))
  const known = seen.find(
    ({ platform, view }) => platform === 'android' && names(view.href, androidIntent?.package),
  )
  return {
    /** The one that takes the account from a link: where its page is, if the operator says so. */
    taking: known?.view,
    /** Those for a page, besides that one. */
    on({ device, system }: Pick<Visitor, 'device' | 'system'>): AppView[] {
      const wanted = platformsOf(device, system)
      return seen.flatMap((app) => {
        const { platform, view } = app
        if (app === known || !wanted.includes(platform)) return []
        if (device !== 'mac' || platform === 'any') return [view]
        return [{ ...view, only: platform === 'macos' ? ('mac' as const) : ('ipad' as const) }]
      })
    },
  }
}

function viewOf(
  { name, url, icon }: Omit<OperatorApp, 'platform'>,
  hrefOf: OperatorAppsOptions['hrefOf'],
): AppView {
  return {
    name,
    href: url,
    isStore: STORES.has(parseUrl(url)?.hostname ?? ''),
    icon: icon && { href: hrefOf(icon.name), width: icon.width, height: icon.height },
  }
}

// An iPad asks as a Mac.
function platformsOf(
  device: Visitor['device'],
  system: Visitor['system'],
): readonly OperatorApp['platform'][] {
  switch (device) {
    case 'iphone':
    case 'ipad':
      return ['ios', 'any']
    case 'mac':
      return ['macos', 'ios', 'any']
    case 'android':
      return ['android', 'any']
    case 'other':
      return system === 'windows' ? ['windows', 'any'] : ['any']
  }
}

// Stores have the name of a package as a part of the path or as a value: `/details?id=com.example.mail`.
function names(url: string, packageName: string | undefined): boolean {
  return packageName !== undefined && url.split(/[/?&=#]/).includes(packageName)
}
