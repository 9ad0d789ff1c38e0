import { isPlainText } from '../account/plain-text.js'
import { parseUrl } from '../account/web-url.js'
import { childOf, childrenOf, type XmlNode } from '../encoding/read-xml.js'
import { shown, singleLine, type Findings } from './findings.js'

/** A text in one language; without one where the document does not say, which means English. */
export interface LocalText {
  readonly language?: string | undefined
  readonly text: string
}

/** A page for the person, and what the document says of it. */
export interface ConfigPage {
  /** http or https; may hold placeholders. */
  readonly url?: string | undefined
  readonly texts: readonly LocalText[]
}

const MAX_URL_LENGTH = 1000

/** The text in English, else the first. */
export function inEnglish(texts: readonly LocalText[]): string | undefined {
  const found = texts.find(isEnglish) ?? texts.find(({ language }) => language === undefined)
  return (found ?? texts[0])?.text
}

/** Whether a page has a text in English. */
export function isInEnglish({ texts }: ConfigPage): boolean {
  return texts.some((text) => text.language === undefined || isEnglish(text))
}

/** Help pages: `documentation url`, which some files spell `instruction url`. */
export function readDocumentation(parents: readonly XmlNode[], findings: Findings): ConfigPage[] {
  return parents
    .flatMap(({ elements }) => elements)
    .filter(({ name }) => name === 'documentation' || name === 'instruction')
    .flatMap((element) => {
      const nested = childrenOf(element, 'instruction').find(({ attributes }) => attributes['url'])
      const address = element.attributes['url'] ?? nested?.attributes['url']
      const url = readUrl(address, 'documentation', findings)
      if (url === undefined) return []
      const described = [...childrenOf(element, 'descr'), ...childrenOf(element, 'instruction')]
      return [{ url, texts: readTexts(described.length === 0 ? [element] : described) }]
    })
}

/** What to do before the account works (`enable`), wherever in the document it stands. */
export function readEnable(parents: readonly XmlNode[], findings: Findings): ConfigPage[] {
  return parents
    .flatMap((parent) => childrenOf(parent, 'enable'))
    .flatMap((element) => {
      const url = readUrl(element.attributes['visiturl'], 'enable', findings)
      const texts = readTexts(childrenOf(element, 'instruction'))
      if (url === undefined && texts.length === 0) return []
      return [{ ...(url === undefined ? {} : { url }), texts }]
    })
}

/** The page where people read their mail in a browser; may hold placeholders. */
export function readWebMail(parents: readonly XmlNode[], findings: Findings): string | undefined {
  const [section] = parents.flatMap((parent) => childrenOf(parent, 'webMail'))
  const page = childOf(section, 'loginPage') ?? childOf(section, 'loginPageInfo')
  return readUrl(page?.attributes['url'], 'webMail', findings)
}

function readTexts(elements: readonly XmlNode[]): LocalText[] {
  return elements.flatMap(({ attributes, text: raw }) => {
    const text = singleLine(raw)
    if (text === '' || !isPlainText(text)) return []
    const language = (attributes['lang'] ?? attributes['xml:lang'])?.trim().toLowerCase()
    return [language === undefined || language === '' ? { text } : { language, text }]
  })
}

function readUrl(value: string | undefined, what: string, findings: Findings): string | undefined {
  const url = value?.trim() ?? ''
  if (url === '') return undefined
  // Where a placeholder is in the host, only what it stands for can be one.
  const example = url.replace(/%EMAIL[A-Z]+%/g, 'example.com')
  const protocol = parseUrl(example)?.protocol ?? ''
  const usable = ['http:', 'https:'].includes(protocol) && isPlainText(url)
  if (usable && url.length <= MAX_URL_LENGTH) return url
  findings.skipped.push({
    what: `page of ${what}`,
    reason: `Its address ${shown(url)} is not one of the web.`,
  })
  return undefined
}

function isEnglish({ language }: LocalText): boolean {
  return language !== undefined && /^en(?:$|[-_])/.test(language)
}
