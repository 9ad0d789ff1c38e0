import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Request } from 'express'
import type { Reach } from '../../account/reach.js'
import { shownDomain } from '../../account/shown-domain.js'
import { escapeHtml } from '../../encoding/html.js'
import type { ErrorCode, MailProfileError } from '../../errors.js'
import type { AndroidIntentTarget } from '../../formats/format.js'
import type { MessageKey, Text, Values } from '../../messages/text.js'
import type { Translated } from '../../messages/translated.js'
import type { Catalogue } from '../../providers/catalogue.js'
import type { Language, Tag } from '../../texts/languages.js'
import { chooseLanguage } from '../../texts/negotiate.js'
import type { AllTexts, Texts } from '../../texts/texts.js'
import { inEachLanguage, LANGUAGE, languageWishes } from '../request/language.js'
import { withFieldLabels } from './field-labels.js'
import { noticeView, type Branding } from './branding.js'
import { contactView } from './contact-view.js'
import { createAssets, TEMPLATES, type Assets } from './assets.js'
import { createOperatorApps, type OperatorApp } from './operator-apps.js'
import { createTemplates } from './templates.js'
import type {
  ConfirmView,
  HomeView,
  InvitationEndedView,
  InvitationView,
  SetupView,
} from './views.js'

/** The pages of a server. */
export interface Pages {
  /**
   * The pages in the language of whoever asks, which the answer is told to name.
   *
   * @param own what whoever made an invitation thinks that the person speaks
   */
  for(request: Request, own?: string): PagesInLanguage
}

/** The pages as HTML, in one language. */
export interface PagesInLanguage {
  readonly language: Language
  home(view: HomeView): string
  confirm(view: ConfirmView): string
  setup(view: SetupView): string
  invitation(view: InvitationView): string
  invitationEnded(view: InvitationEndedView): string
  error(error: MailProfileError, status: number): string
}

/** What shows an error as a page, in the language of whoever asks. */
export interface ErrorPages {
  for(request: Request): Pick<PagesInLanguage, 'error'>
}

export interface PagesOptions {
  readonly basePath: string
  /** A name, or words for whoever has none. */
  readonly offeredBy: string | Text
  /** Whom people call when something is wrong. */
  readonly contact?: string | undefined
  readonly reach: Reach
  readonly catalogue: () => Catalogue
  /** Whether what the catalogue does not have is searched for. */
  readonly searches?: boolean | undefined
  /** Style sheet, scripts and pictures. */
  readonly assets: Assets
  readonly branding?: Branding | undefined
  readonly apps?: readonly OperatorApp[] | undefined
  readonly androidIntent?: AndroidIntentTarget | undefined
  /** The operator's own folder of templates: what lies in its `pages/` wins, file by file. */
  readonly templates?: string | undefined
  readonly texts: AllTexts
  /** For whoever speaks none of the languages there are. */
  readonly language: Tag
}

const TITLES: Readonly<Record<number, MessageKey>> = {
  403: 'error.titles.forbidden',
  404: 'error.titles.notFound',
  408: 'error.titles.timeout',
  410: 'error.titles.gone',
  413: 'error.titles.tooLarge',
  422: 'error.titles.impossible',
  429: 'error.titles.tooMany',
  503: 'error.titles.unavailable',
}
const FORM_FIELDS: readonly string[] = ['address', 'name', 'protocol']

// Nobody made a mistake: mail of this kind comes to the device another way, which the page tells.
const OTHER_WAYS: readonly ErrorCode[] = ['oauth_only', 'unsupported_account']

/** Compiles the templates once and renders from then on. */
export function createPages(options: PagesOptions): Pages {
  const { basePath, offeredBy, contact, reach, catalogue, assets, texts } = options
  const logo = options.branding?.logo
  const eta = createTemplates(options.templates)
  // While copies of the server are replaced one by one, a page may get the script of another version: it
  // works without one, but not with the wrong one.
  const script = (name: string) => ({
    script: asset(name),
    scriptIntegrity: assets.get(name)?.integrity,
  })
  const common = {
    base: basePath,
    contact: contact === undefined ? undefined : contactView(contact),
    style: asset('style.css'),
    mark: markOf(assets),
    logo: logo && { href: asset(logo.name), width: logo.width, height: logo.height },
    imprint: options.branding?.imprint,
    privacy: options.branding?.privacy,
    ...script('setup.js'),
  }
  const invited = script('invitation.js')
  const apps = createOperatorApps({
    apps: options.apps ?? [],
    androidIntent: options.androidIntent,
    hrefOf: asset,
  })
  const made = new Map<Texts, object>()
  // What all pages of a language have: made once, it is a third of the work for what a page shows.
  const inAny = (said: Texts) => {
    const all = made.get(said) ?? {
      ...common,
      ...sayings(said),
      picture: (name: string) => picture(name, said),
      offeredBy: typeof offeredBy === 'string' ? offeredBy : said.text(offeredBy),
      notice: noticeView(options.branding?.notice, said.language.tag, options.language),
    }
    made.set(said, all)
    return all
  }
  const among = texts.languages.map(({ tag }) => tag)

  function asset(name: string): string {
    return `${basePath}/public/${name}?v=${assets.get(name)?.version ?? ''}`
  }

  // Its version is that of the words on it, too.
  function picture(name: string, said: Texts): string {
    const found = assets.get(`${name}.svg`)?.inLanguage(said)
    const { tag } = said.language
    const language = tag === 'en' ? '' : `&${LANGUAGE}=${tag}`
    return `${basePath}/public/${name}.svg?v=${found?.version ?? ''}${language}`
  }

  const formatParts = new Set(readdirSync(join(TEMPLATES, 'pages/parts/formats')))
  // A format need not have a part of its own.
  const formatPart = (id: string) => `formats/${formatParts.has(`${id}.eta`) ? id : 'any'}`

  return {
    for(request, own) {
      const { asked, header } = languageWishes(request)
      const tag = chooseLanguage({ asked, header, own, among, fallback: options.language })
      const said = texts.in(tag)
      request.res?.vary('Accept-Language').set('Content-Language', tag)
      const render = (template: string, view: object) =>
        eta.render(template, {
          ...inAny(said),
          // What a person has chosen goes along; what the browser says it says again.
          chosen: asked === undefined ? undefined : tag,
          to: (path: string) =>
            asked === undefined
              ? path
              : `${path}${path.includes('?') ? '&' : '?'}${LANGUAGE}=${tag}`,
          languages: hasOwnAddress(request) ? languages(request.originalUrl) : undefined,
          ...view,
        })
      const languages = (originalUrl: string) => inEachLanguage({ originalUrl }, texts.languages)
      return {
        language: said.language,
        home({ error, ...view }) {
          return render('./home', {
            loopback: reach === 'loopback',
            // Whoever came with a question gets an answer, and with a choice can take it back.
            hasProviders: view.provider !== undefined || catalogue().isForEverybody,
            hasPop3:
              view.values?.['protocol'] !== undefined ||
              catalogue().mayHave('pop3', { searches: options.searches ?? false }),
            domain: shownDomain(catalogue().exampleDomain ?? 'example.com'),
            ...view,
            error: error && problemView(error),
          })
        },
        confirm: (view) => render('./confirm', view),
        setup: (view) =>
          render(view.signIn === undefined ? './setup' : './sign-in', {
            ...(view.offer && invited),
            ...view,
            formatPart,
            // They are for mail.
            apps: view.collections === undefined ? apps.on(view) : [],
            takingApp: apps.taking,
          }),
        invitation: (view) => render('./invitation', { ...invited, ...view }),
        invitationEnded: (view) => render('./invitation-ended', { ...invited, ...view }),
        error(error, status) {
          const { message, hint } = error.texts
          return render(OTHER_WAYS.includes(error.code) ? './help' : './error', {
            title: said.text(titleOf(status)),
            message: message === undefined ? error.message : withFieldLabels(message),
            hint: hint === undefined ? error.hint : withFieldLabels(hint),
            helpUrl: error.helpUrl,
            errorCode: error.code,
            status: String(status),
            // What is not there is one and the same, whatever was asked of it.
            ...(error.code === 'not_found' && { languages: languages('') }),
          })
        },
      }
    },
  }
}

/**
 * What our icon is made of, so that it is a part of the page and one request less; undefined for an
 * operator's, which may have styles that a page does not let in.
 */
function markOf(assets: Assets): string | undefined {
  const icon = assets.get('icon.svg')
  if (icon?.version !== createAssets().get('icon.svg')?.version) return undefined
  return icon?.body.toString('utf8').replace(/^<svg[^>]*>|<\/svg>\s*$/g, '')
}

/** How templates say something: as text, as HTML, and what is no message of theirs. */
function sayings(texts: Texts) {
  return {
    language: texts.language,
    t: <K extends MessageKey>(key: K, values?: Values<K>) =>
      texts.text({ key, values: values ?? {} }),
    h: texts.html,
    say: texts.said.text,
    words: texts.said.html,
    sentences: (said: Text | Translated) => sentencesOf(texts.said.html(said), texts.language),
    /** A mail address may break before its @, a web address where a value begins. */
    breakable: (text: string) =>
      text
        .split(/(?<=[?])|(?=[@&])/)
        .map(escapeHtml)
        .join('<wbr>'),
    time: (moment: number) => ({ moment, style: 'dateTime' }),
    day: (moment: number) => ({ moment, style: 'date' }),
  }
}

/** The sentences of some HTML, each in whatever names the language that all of it is in. */
function sentencesOf(html: string, { tag }: Language): string[] {
  const [, open = '', inner = html, close = ''] =
    /^(<bdi lang="[\w-]+">)([^]*)(<\/bdi>)$/.exec(html) ?? []
  const segmenter = new Intl.Segmenter(tag, { granularity: 'sentence' })
  return [...segmenter.segment(inner)].map(({ segment }) => `${open}${segment.trim()}${close}`)
}

// The answer to a form has none, but for an invitation's: that is where its link leads.
function hasOwnAddress({ method, originalUrl }: Request): boolean {
  return method !== 'POST' || /^[^?]*\/i\/[^/?]*(?:\?|$)/.test(originalUrl)
}

/** What a page of an error with this status is headed with. */
export function titleOf(status: number): Text {
  const other = status >= 500 ? 'error.titles.server' : 'error.titles.client'
  return { key: TITLES[status] ?? other, values: {} }
}

// Errors of accounts name their place in the account, the form has three fields.
function problemView({ message, hint, field, texts }: MailProfileError) {
  const name = field?.split('.').at(-1)
  return {
    message: texts.message === undefined ? message : withFieldLabels(texts.message),
    hint: texts.hint === undefined ? hint : withFieldLabels(texts.hint),
    field: name !== undefined && FORM_FIELDS.includes(name) ? name : undefined,
  }
}
