import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Eta } from 'eta'
import type { ErrorCode, MailProfileError } from '../../errors.js'
import type { Catalogue } from '../../providers/catalogue.js'
import { contactView } from './contact-view.js'
import { TEMPLATES, type Asset, type AssetName } from './assets.js'
import type {
  ConfirmView,
  HomeView,
  InvitationEndedView,
  InvitationView,
  Reach,
  SetupView,
} from './views.js'

/** The pages as HTML. */
export interface Pages {
  home(view: HomeView): string
  confirm(view: ConfirmView): string
  setup(view: SetupView): string
  invitation(view: InvitationView): string
  invitationEnded(view: InvitationEndedView): string
  error(error: MailProfileError, status: number): string
}

export interface PagesOptions {
  readonly basePath: string
  readonly offeredBy: string
  /** Whom people call when something is wrong. */
  readonly contact?: string | undefined
  readonly reach: Reach
  readonly catalogue: () => Catalogue
  /** Style sheet and scripts. */
  readonly assets: ReadonlyMap<AssetName, Asset>
}

const TITLES: Readonly<Record<number, string>> = {
  403: 'Not yet',
  404: 'Not found',
  408: 'That took too long',
  410: 'This link leads nowhere any more',
  413: 'Too large',
  422: 'Not possible this way',
  429: 'Too many at once',
  503: 'Not available now',
}

// Nobody made a mistake: mail of this kind comes to the device another way, which the page tells.
const OTHER_WAYS: readonly ErrorCode[] = ['oauth_only', 'unsupported_account']

/** Compiles the templates once and renders from then on. */
export function createPages(options: PagesOptions): Pages {
  const { basePath, offeredBy, contact, reach, catalogue, assets } = options
  const eta = new Eta({
    views: join(TEMPLATES, 'pages'),
    autoEscape: true,
    cache: true,
    cacheFilepaths: true,
  })
  // While copies of the server are replaced one by one, a page may get the script of another version: it
  // works without one, but not with the wrong one.
  const script = (name: AssetName) => ({
    script: asset(name),
    scriptIntegrity: assets.get(name)?.integrity,
  })
  const common = {
    base: basePath,
    offeredBy,
    contact: contact === undefined ? undefined : contactView(contact),
    style: asset('style.css'),
    // Not an include, which copies all that a page shows: a setup page has twenty of them.
    breakable: (text: string) => eta.render('./parts/breakable', { text }),
    ...script('setup.js'),
  }
  const invited = { ...common, invited: script('invitation.js') }

  function asset(name: AssetName): string {
    return `${basePath}/public/${name}?v=${assets.get(name)?.version ?? ''}`
  }

  const formatParts = new Set(readdirSync(join(TEMPLATES, 'pages/parts/formats')))
  // A format need not have a part of its own.
  const formatPart = (id: string, other = 'any') =>
    `formats/${formatParts.has(`${id}.eta`) ? id : other}`
  return {
    home({ values, error, suggested }) {
      return eta.render('./home', {
        ...common,
        loopback: reach === 'loopback',
        providers: providerNames(catalogue()),
        values,
        suggested,
        error: error && {
          message: error.message,
          hint: error.hint,
          field: error.field === undefined ? undefined : formField(error.field),
        },
      })
    },
    confirm: (view) => eta.render('./confirm', { ...common, ...view }),
    setup(view) {
      const assets = view.offer === undefined ? common : invited
      return compact(eta.render('./setup', { ...assets, ...view, formatPart }))
    },
    invitation: (view) => eta.render('./invitation', { ...invited, ...view }),
    invitationEnded: (view) => eta.render('./invitation-ended', { ...invited, ...view }),
    error(error, status) {
      return eta.render(OTHER_WAYS.includes(error.code) ? './help' : './error', {
        ...common,
        title: TITLES[status] ?? (status >= 500 ? 'Something went wrong' : 'This does not work'),
        message: error.message,
        hint: error.hint,
        helpUrl: error.helpUrl,
        errorCode: error.code,
        status,
      })
    },
  }
}

const providerNames = memoized((catalogue: Catalogue): string[] =>
  catalogue.providerNames.sort((a, b) => a.localeCompare(b, 'en')),
)

function memoized<K extends object, V>(make: (key: K) => V): (key: K) => V {
  const made = new WeakMap<K, V>()
  return (key) => {
    const value = made.get(key) ?? make(key)
    made.set(key, value)
    return value
  }
}

// What begins and ends a line of its own: spaces beside it mean nothing.
const BLOCK =
  'html|head|meta|title|link|script|body|header|main|footer|div|section|details|summary|dl|dt|dd|p|ul|ol|li|h[1-3]|br'
const BEFORE_BLOCK = new RegExp(`\\s*\\n\\s*(?=</?(?:${BLOCK})\\b)`, 'g')
const AFTER_BLOCK = new RegExp(`(</?(?:${BLOCK})(?: [^<>]*)?>)\\s*\\n\\s*`, 'g')

// A tenth of the page is the templates' own line breaks and indentation; no value holds a line break.
function compact(html: string): string {
  return html.replace(BEFORE_BLOCK, '').replace(AFTER_BLOCK, '$1').replace(/\n\s+/g, '\n')
}

// Errors of accounts name their place in the account, the form has three fields.
function formField(field: string): string {
  return field.split('.').at(-1) ?? field
}
