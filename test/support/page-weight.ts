import { request } from 'node:http'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { attributes } from './app.js'

/** How a browser says what it can unpack. */
export type Encoding = 'br' | 'gzip'

export interface Weight {
  /** What the first screen waits for, the page itself first, with the bytes of each as it was sent. */
  readonly loaded: ReadonlyMap<string, number>
  /** Of all that, and of the icon in the browser's tab. */
  readonly total: number
}

const UNPACK = { br: brotliDecompressSync, gzip: gunzipSync }

/**
 * What the first screen of a page weighs on its way: all that it names but pictures further down.
 *
 * @param files what was weighed before of the same server, asked by the same headers
 */
export async function weighPage(
  url: string,
  encoding: Encoding,
  headers: Readonly<Record<string, string>>,
  files = new Map<string, number>(),
): Promise<Weight> {
  const page = await fetchPacked(url, encoding, headers)
  const html = page.html()
  const named = [...html.matchAll(/<(?:link|script|img)\b[^>]*>/g)]
    .map(([tag]) => tag)
    .filter((tag) => !tag.includes('loading="lazy"') && !tag.includes('rel="apple-touch-icon"'))
    .flatMap((tag) => [...attributes(tag, 'href'), ...attributes(tag, 'src')])
  const loaded = new Map([[url, page.bytes]])
  let total = page.bytes
  for (const path of new Set(named)) {
    const file = new URL(path, url).href
    const bytes = files.get(file) ?? (await fetchPacked(file, encoding, headers)).bytes
    files.set(file, bytes)
    total += bytes
    if (!path.includes('/icon.')) loaded.set(path, bytes)
  }
  return { loaded, total }
}

interface Packed {
  readonly bytes: number
  html(): string
}

// Unlike fetch, which unpacks what it gets.
function fetchPacked(
  url: string,
  encoding: Encoding,
  headers: Readonly<Record<string, string>>,
): Promise<Packed> {
  return new Promise((resolve, reject) => {
    request(url, { headers: { ...headers, 'Accept-Encoding': encoding } }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        const body = Buffer.concat(chunks)
        resolve({
          bytes: body.length,
          html: () =>
            (response.headers['content-encoding'] === encoding
              ? UNPACK[encoding](body)
              : body
            ).toString('utf8'),
        })
      })
    })
      .on('error', reject)
      .end()
  })
}
