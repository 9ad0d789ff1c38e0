import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, extname, join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { ownFile } from '../../own-files.js'
import type { Texts } from '../../texts/texts.js'
import type { Encoding } from '../request/accepted-encoding.js'
import { brandStyle, type Branding } from './branding.js'
import { drawnIn, isDrawing } from './drawing.js'
import type { Picture } from './picture.js'

/** What people see: pages and what they load. */
export const TEMPLATES = ownFile('templates')

const PUBLIC_FOLDER = join(TEMPLATES, 'public')

const TOKENS = 'tokens.css'
// One request instead of two: what the looks are made of, and how; what every page does, and an invitation's.
const TOGETHER: ReadonlyMap<string, readonly string[]> = new Map([
  ['style.css', [TOKENS, 'style.css']],
  ['invitation.js', ['setup.js', 'invitation.js']],
])

/** A style sheet, script or picture as it is sent. */
export interface Asset {
  readonly name: string
  readonly body: Buffer
  /** Subresource Integrity. */
  readonly integrity: string
  /** Changes with the content, so that no browser keeps an old one. */
  readonly version: string
  /** Whether it gets smaller by that at all. */
  readonly isCompressible: boolean
  /** A drawing with the words of a language; itself where it has none, and in English, which it is drawn in. */
  inLanguage(texts: Texts): Asset
  /** Compressed as well as possible, once. */
  encoded(encoding: Encoding): Promise<Buffer>
}

/** The files that pages load, each read when it is first wanted. */
export interface Assets {
  /** Undefined for a name that there is not. */
  get(name: string): Asset | undefined
}

// Of ours, which are written for it. An operator's stay as they are: in a picture from a drawing program a
// line break is all that parts two attributes, or two numbers.
const COMPACT: Readonly<Record<string, (text: string) => string>> = {
  '.css': compactStyle,
  '.js': compactScript,
  '.svg': (text) => text.replace(/\n\s*/g, ''),
}

const compress: Readonly<Record<Encoding, (body: Buffer) => Promise<Buffer>>> = {
  br: (body) =>
    promisify(brotliCompress)(body, {
      params: {
        [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
        [constants.BROTLI_PARAM_SIZE_HINT]: body.length,
      },
    }),
  gzip: (body) => promisify(gzip)(body, { level: 9 }),
}

export interface AssetsOptions {
  /** The operator's own folder of templates: what lies in its `public/` wins, file by file. */
  readonly templates?: string | undefined
  readonly branding?: Branding | undefined
  /** The operator's own besides the logo. */
  readonly pictures?: readonly Picture[] | undefined
}

/** Our style sheets and scripts less what is for those who write them: a quarter of their weight. */
export function createAssets({
  templates,
  branding = {},
  pictures = [],
}: AssetsOptions = {}): Assets {
  const own = templates === undefined ? undefined : join(templates, 'public')
  const files = new Map<string, string>()
  for (const folder of [PUBLIC_FOLDER, own]) {
    if (folder === undefined || !existsSync(folder)) continue
    for (const name of readdirSync(folder)) {
      const path = join(folder, name)
      const isFile = statSync(path, { throwIfNoEntry: false })?.isFile() === true
      if (isFile && /^\w[\w.-]*\.\w+$/.test(name)) files.set(name, path)
    }
  }
  // As many as there are files.
  const made = new Map<string, Asset>()
  for (const picture of [branding.logo, ...pictures]) {
    if (picture !== undefined) made.set(picture.name, assetOf(picture.name, picture.body))
  }
  const contentOf = (name: string): Buffer | undefined => {
    const path = files.get(name)
    if (path === undefined) return undefined
    const content = readFileSync(path)
    return dirname(path) === PUBLIC_FOLDER ? compacted(name, content) : content
  }
  return {
    get(name) {
      const known = made.get(name)
      if (known !== undefined || name === TOKENS) return known
      const contents = (TOGETHER.get(name) ?? [name])
        .map(contentOf)
        .filter((part) => part !== undefined)
      if (contents.length === 0) return undefined
      if (name === 'style.css')
        contents.splice(1, 0, Buffer.from(compactStyle(brandStyle(branding))))
      const asset = assetOf(name, Buffer.concat(contents))
      made.set(name, asset)
      return asset
    },
  }
}

function compacted(name: string, content: Buffer): Buffer {
  const compact = COMPACT[extname(name)]
  return compact === undefined ? content : Buffer.from(compact(content.toString('utf8')))
}

function assetOf(name: string, body: Buffer): Asset {
  const hash = createHash('sha256').update(body).digest()
  const kept = new Map<Encoding, Promise<Buffer>>()
  // As many as there are languages.
  const drawn = new Map<string, Asset>()
  const isDrawn = extname(name) === '.svg' && isDrawing(body.toString('utf8'))
  const asset: Asset = {
    name,
    body,
    integrity: `sha256-${hash.toString('base64')}`,
    version: hash.toString('hex').slice(0, 12),
    isCompressible: extname(name) in COMPACT,
    inLanguage(texts) {
      const { tag } = texts.language
      if (!isDrawn || tag === 'en') return asset
      const known = drawn.get(tag)
      if (known !== undefined) return known
      const made = assetOf(name, Buffer.from(drawnIn(body.toString('utf8'), texts)))
      drawn.set(tag, made)
      return made
    },
    encoded(encoding) {
      const encoded = kept.get(encoding) ?? compress[encoding](body)
      kept.set(encoding, encoded)
      return encoded
    },
  }
  return asset
}

/** A style sheet of ours without comments, and spaces only where they mean something. */
export function compactStyle(css: string): string {
  return css
    .replace(/\/\*[^]*?\*\//g, '')
    .replace(/\s+/g, ' ')
    .replace(/ ?([{};,>]) ?/g, '$1')
    .replace(/: /g, ':')
    .replace(/;\}/g, '}')
    .replace(/(?<=[ :,(-])0\.(?=\d)/g, '.')
    .trim()
}

/** A script of ours without indentation and without comments that begin a line. */
export function compactScript(script: string): string {
  return script.replace(/^ *\/\*[^]*?\*\/$/gm, '').replace(/^\s+/gm, '')
}
