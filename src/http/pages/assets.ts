import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { Encoding } from '../request/accepted-encoding.js'

/** What people see: pages and what they load. */
export const TEMPLATES = fileURLToPath(new URL('../../../templates', import.meta.url))

const PUBLIC_FOLDER = join(TEMPLATES, 'public')

// One request instead of two: what the looks are made of, and how.
const STYLE = ['tokens.css', 'style.css'] as const
const [TOKENS] = STYLE

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
  /** Compressed as well as possible, once. */
  encoded(encoding: Encoding): Promise<Buffer>
}

/** The files that pages load, each read when it is first wanted. */
export interface Assets {
  /** Undefined for a name that there is not. */
  get(name: string): Asset | undefined
}

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

/** Style sheets and scripts less what is for those who write them: a quarter of their weight. */
export function createAssets(): Assets {
  const names = new Set(readdirSync(PUBLIC_FOLDER).filter((name) => name !== TOKENS))
  // As many as there are files.
  const made = new Map<string, Asset>()
  return {
    get(name) {
      if (!names.has(name)) return undefined
      const asset = made.get(name) ?? readAsset(name)
      made.set(name, asset)
      return asset
    },
  }
}

function readAsset(name: string): Asset {
  const compact = COMPACT[extname(name)]
  const files = name === 'style.css' ? STYLE : [name]
  const contents = files.map((file) => readFileSync(join(PUBLIC_FOLDER, file)))
  const content = Buffer.concat(contents)
  const body = compact === undefined ? content : Buffer.from(compact(content.toString('utf8')))
  const hash = createHash('sha256').update(body).digest()
  const kept = new Map<Encoding, Promise<Buffer>>()
  return {
    name,
    body,
    integrity: `sha256-${hash.toString('base64')}`,
    version: hash.toString('hex').slice(0, 12),
    isCompressible: compact !== undefined,
    encoded(encoding) {
      const encoded = kept.get(encoding) ?? compress[encoding](body)
      kept.set(encoding, encoded)
      return encoded
    },
  }
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
