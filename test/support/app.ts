import type { Express } from 'express'
import { pino, type Logger } from 'pino'
import request from 'supertest'
import { createApp, type AppDependencies } from '../../src/http/app.js'
import { loadCatalogue } from '../../src/providers/load.js'
import { loadDevelopmentIdentity } from '../../src/signing/development.js'
import { runFolder } from './shared.js'

export const PUBLIC_URL = 'https://setup.example.com'

export const catalogue = await loadCatalogue()
export const developmentIdentity = await loadDevelopmentIdentity(runFolder())

/** The app with the shipped providers and a development certificate, changed as a test needs. */
export function testApp(changes: Partial<AppDependencies> = {}): Express {
  return createApp({
    catalogue,
    signingIdentity: developmentIdentity,
    baseUrl: PUBLIC_URL,
    ...changes,
  })
}

/** An answer with its body as bytes, whatever its type. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

export async function get(
  app: Express,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const response = await request(app)
    .get(path)
    .set(headers)
    .buffer(true)
    .parse((stream, done) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => done(null, Buffer.concat(chunks)))
    })
  return {
    status: response.status,
    headers: response.headers,
    body: response.body as Buffer,
  }
}

/** A logger and what it wrote. */
export function recordingLogger(): { readonly logger: Logger; readonly text: () => string } {
  const lines: string[] = []
  return {
    logger: pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) }),
    text: () => lines.join(''),
  }
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&amp;': '&',
}

/** What a person reads in some HTML: no tags, one space between words. */
export function readable(html: string): string {
  const text = html
    .replace(/<(?:script|style|title)\b[^]*?<\/(?:script|style|title)>/g, ' ')
    // Within a word or a sentence.
    .replace(/<\/?(?:wbr|bdi|strong|time|a)\b[^>]*>/g, '')
    .replace(/<[^>]*>/g, ' ')
  return decodeEntities(text).replace(/\s+/g, ' ').trim()
}

/** The value of an attribute, as a browser would take it. */
export function attributes(html: string, name: string): string[] {
  return [...html.matchAll(new RegExp(`\\s${name}="([^"]*)"`, 'g'))].map(([, value = '']) =>
    decodeEntities(value),
  )
}

function decodeEntities(text: string): string {
  return text.replace(/&(?:lt|gt|quot|#39|amp);/g, (entity) => ENTITIES[entity] ?? entity)
}
