import type { Writable } from 'node:stream'
import { qrCode } from '../../qr/qr-code.js'
import { languageOf, type Tag } from '../../texts/languages.js'
import { matchTag } from '../../texts/negotiate.js'
import type { AllTexts, Texts } from '../../texts/texts.js'
import { asPrinted } from './as-printed.js'
import type { AddedLetter, Letter, LetterBranding, Letters } from './letter.js'
import { drawLogo } from './logo.js'
import type { Typesetting } from './page/arrange.js'
import { blocksOf, type Block } from './page/blocks.js'
import { CARDS_A_PAGE, CARD_CODE, CARD_LOOKS, drawCard, drawCutMarks } from './page/card-page.js'
import { ENVELOPES, type EnvelopeName } from './page/envelopes.js'
import { drawLetter, LETTER_CODE, LETTER_LOOKS } from './page/letter-page.js'
import type { LogoShape } from './page/letterhead.js'
import { unreadable } from './page/markup.js'
import { PAPERS, type PaperName } from './page/paper.js'
import type { PageContent } from './pdf/page-content.js'
import { PdfDocument } from './pdf/pdf-document.js'
import type { TaggedPart } from './pdf/structure.js'
import { openTemplate, type Layout, type LetterTemplate, type LetterView } from './templates.js'
import { clustersIn } from './page/clusters.js'
import { eastOf, Fonts } from './text/fonts.js'

export interface LetterOptions {
  /** A sheet for each person, or six cards to cut out of one. */
  readonly layout: Layout
  readonly paper: PaperName
  /** Whose window shows the address; without one there are no marks to fold by. */
  readonly envelope?: EnvelopeName | undefined
  readonly branding: LetterBranding
  /** With the operator's own messages. */
  readonly texts: AllTexts
  /** The operator's own folder of templates. */
  readonly templates?: string | undefined
  /** For letters that name no language, or one that there is not. */
  readonly language: Tag
  /** The day on the letters, and when the file was made: the same letters at the same time are the same file. */
  readonly now: Date
}

const LOGO = 'Logo'
const [TEXT, MUTED] = ['#000000', '#555555']
/** As many characters as are printed of each value; a mail address has at most 254. */
const LIMITS = { name: 120, address: 260, line: 70, field: 400, operator: 120, contact: 160 }
const MOST_LINES = 9
/** Nobody types more: then the code alone leads there. */
const LONGEST_TYPED = 160

/**
 * A PDF of letters, written to an output as they are added: neither they nor the file are held in memory.
 *
 * @throws MailProfileError `invalid_configuration` for a template that is broken, or a logo that cannot be drawn
 */
export async function openLetters(output: Writable, options: LetterOptions): Promise<Letters> {
  const template = openTemplate(options.layout, options.templates)
  const fonts = await new Fonts().open()
  const { language, now, texts, paper, branding } = options
  const own = texts.in(language)
  const operator = asPrinted(branding.operator, LIMITS.operator)
  // Before anything is written: whoever has made a mistake has no file to throw away.
  const picture =
    branding.logo === undefined
      ? undefined
      : await drawLogo(branding.logo.body, fonts.fallback(400).file)
  const document = await PdfDocument.open(output, {
    ...PAPERS[paper],
    title: own.bare('letter.document', { operator }),
    language,
    direction: languageOf(language).dir,
    author: operator,
    now,
  })
  if (picture !== undefined) await document.addPicture(LOGO, picture)
  const logo = picture && { name: LOGO, width: picture.width, height: picture.height }
  const writer = new LetterWriter(document, fonts, template, logo, {
    ...options,
    branding: { ...branding, operator },
  })
  let queue: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(action: () => Promise<T>): Promise<T> => {
    const done = queue.then(action)
    queue = done.catch(() => undefined)
    return done
  }
  return {
    add: (letter) => inTurn(() => writer.add(letter)),
    end: () => inTurn(() => writer.end()),
  }
}

class LetterWriter {
  readonly #document: PdfDocument
  readonly #fonts: Fonts
  readonly #template: LetterTemplate
  readonly #logo: LogoShape | undefined
  readonly #options: LetterOptions
  /** A sheet of cards that has room for more. */
  #sheet: { readonly content: PageContent; readonly parts: TaggedPart[]; cards: number } | undefined
  #pages = 0

  constructor(
    document: PdfDocument,
    fonts: Fonts,
    template: LetterTemplate,
    logo: LogoShape | undefined,
    options: LetterOptions,
  ) {
    this.#document = document
    this.#fonts = fonts
    this.#template = template
    this.#logo = logo
    this.#options = options
  }

  async add(letter: Letter): Promise<AddedLetter> {
    const { layout, branding, paper } = this.#options
    const isCard = layout === 'cards'
    const texts = this.#textsFor(letter)
    const { direction, language } = { direction: texts.language.dir, language: texts.language.tag }
    const view = this.#viewOf(letter, texts)
    const looks = isCard ? CARD_LOOKS : LETTER_LOOKS
    const blocks = blocksOf(this.#template.render(view), looks, this.#template.path)
    const recipient = isCard ? [] : recipientOf(letter, view)
    const matrix = qrCode(letter.url)
    const { narrowest, module, widest } = isCard ? CARD_CODE : LETTER_CODE
    const missing = new Set<string>()
    const setting: Typesetting = {
      fonts: this.#fonts,
      direction,
      language,
      east: eastFor(letter, language, [...recipient, view.name ?? '']),
      scale: 1,
      colors: { text: TEXT, muted: MUTED, brand: branding.color ?? TEXT },
      code: {
        matrix,
        width: Math.min(widest, Math.max(narrowest, matrix.length * module)),
        alt: texts.text('computer.paperAlt'),
      },
      numberOf: (value) => texts.number(value),
      missing,
    }
    await this.#prepare(blocks, [...recipient, branding.operator], setting)
    const head = { operator: branding.operator, logo: this.#logo }
    const sheet = PAPERS[paper]
    if (isCard) {
      const open = (this.#sheet ??= { content: this.#document.newPage(), parts: [], cards: 0 })
      const parts = drawCard({ head, blocks }, open.cards, sheet, open.content, setting)
      open.parts.push(this.#part(parts, language))
      if (++open.cards === CARDS_A_PAGE) await this.#endSheet()
    } else {
      const { envelope } = this.#options
      const content = this.#document.newPage()
      const parts = drawLetter(
        { head, recipient, blocks },
        sheet,
        envelope === undefined ? undefined : ENVELOPES[envelope],
        content,
        setting,
      )
      await this.#addPage(content, [this.#part(parts, language)])
    }
    return { missing: [...missing] }
  }

  async end(): Promise<void> {
    await this.#endSheet()
    // A document without any page is none that readers open.
    if (this.#pages === 0) await this.#addPage(this.#document.newPage(), [])
    await this.#document.end()
  }

  async #endSheet(): Promise<void> {
    if (this.#sheet === undefined) return
    const { content, parts } = this.#sheet
    this.#sheet = undefined
    drawCutMarks(PAPERS[this.#options.paper], content)
    await this.#addPage(content, parts)
  }

  async #addPage(content: PageContent, parts: readonly TaggedPart[]): Promise<void> {
    this.#pages++
    await this.#document.addPage(content, parts)
  }

  #part(kids: TaggedPart[] | undefined, language: Tag): TaggedPart {
    if (kids === undefined)
      throw unreadable(this.#template.path, 'Its text does not fit on its page.')
    return {
      role: 'Part',
      kids,
      language: language === this.#options.language ? undefined : language,
    }
  }

  #textsFor({ language }: Letter): Texts {
    const { texts, language: own } = this.#options
    const among = texts.languages.map(({ tag }) => tag)
    return texts.in((language === undefined ? undefined : matchTag(language, among)) ?? own)
  }

  #viewOf(letter: Letter, texts: Texts): LetterView {
    const { branding, now } = this.#options
    const name = asPrinted(letter.name ?? '', LIMITS.name)
    return {
      t: texts.text,
      h: texts.html,
      name: name === '' ? undefined : name,
      address: asPrinted(letter.address, LIMITS.address),
      url: letter.url.length > LONGEST_TYPED ? undefined : asPrinted(letter.url, LONGEST_TYPED),
      isInvitation: letter.isInvitation,
      until:
        letter.expiresAt === undefined
          ? undefined
          : { moment: letter.expiresAt.getTime(), style: 'day' },
      passcode: letter.passcode?.replace(/^(\d{3})(\d{3})$/, '$1\u00a0$2'),
      operator: branding.operator,
      contact:
        branding.contact === undefined
          ? undefined
          : keptTogether(asPrinted(branding.contact, LIMITS.contact)),
      date: texts.date(now, 'date'),
      language: texts.language.tag,
      field: (column) => asPrinted(letter.fields?.get(column) ?? '', LIMITS.field),
    }
  }

  async #prepare(
    blocks: readonly Block[],
    lines: readonly string[],
    { east, numberOf }: Typesetting,
  ): Promise<void> {
    const digits = Array.from({ length: 10 }, (_, i) => numberOf(i)).join('')
    const { plain, mono } = clustersIn(blocks, [...lines, digits, '-…. '])
    await this.#fonts.prepare(plain, { ...east, isMono: false })
    await this.#fonts.prepare(mono, { ...east, isMono: true })
  }
}

// A telephone number in two lines is dialled wrong.
function keptTogether(contact: string): string {
  return /^\+?[\d ()/.-]+$/.test(contact) ? contact.replaceAll(' ', '\u00a0') : contact
}

function recipientOf({ postal }: Letter, { name, address }: LetterView): string[] {
  const lines = (postal ?? [])
    .slice(0, MOST_LINES)
    .map((line) => asPrinted(line, LIMITS.line))
    .filter((line) => line !== '')
  return lines.length > 0 ? lines : [name ?? address]
}

// The language of the person decides even where there are no texts in it.
function eastFor(letter: Letter, language: Tag, values: readonly string[]): Typesetting['east'] {
  const { han } = eastOf(letter.language ?? language, values.join(' '))
  return { han, isEastern: eastOf(language, '').isEastern }
}
