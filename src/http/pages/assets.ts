import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** What people see: pages and what they load. */
export const TEMPLATES = fileURLToPath(new URL('../../../templates', import.meta.url))

/** Style sheet, scripts and pictures. */
export const PUBLIC_FOLDER = join(TEMPLATES, 'public')

/** A style sheet or script as it is sent. */
export interface Asset {
  readonly name: string
  readonly body: string
  /** Subresource Integrity. */
  readonly integrity: string
  /** Changes with the content, so that no browser keeps an old one. */
  readonly version: string
}

const ASSET_NAMES = ['style.css', 'setup.js', 'invitation.js'] as const
export type AssetName = (typeof ASSET_NAMES)[number]

const COMPACT: Readonly<Record<string, (text: string) => string>> = {
  '.css': compactStyle,
  '.js': compactScript,
}

/** Style sheet and scripts, less what is for those who write them: a quarter of their weight. */
export function readAssets(): ReadonlyMap<AssetName, Asset> {
  return new Map(
    ASSET_NAMES.map((name) => {
      // What the looks are made of comes first, and both in one request.
      const parts = name === 'style.css' ? ['tokens.css', name] : [name]
      const text = parts.map((part) => readFileSync(join(PUBLIC_FOLDER, part), 'utf8')).join('')
      const body = COMPACT[extname(name)]?.(text) ?? text
      const hash = createHash('sha256').update(body).digest()
      return [
        name,
        {
          name,
          body,
          integrity: `sha256-${hash.toString('base64')}`,
          version: hash.toString('hex').slice(0, 12),
        },
      ]
    }),
  )
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
