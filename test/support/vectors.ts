import { readFileSync } from 'node:fs'
import type { AccountJson, ServerJson } from './arbitraries.js'

/** One entry of a file in `test/vectors/formats`. */
export interface Vector {
  readonly id: string
  readonly kind: string
  readonly name: string
  /** Where the expectation is from: real code that was run, an upstream test, or source that was read. */
  readonly source: string
  readonly input: unknown
  readonly expected: Readonly<Record<string, unknown>>
}

interface VectorServer extends Omit<ServerJson, 'authentication'> {
  readonly auth: string
}

/** An account as vectors have it. */
export interface VectorAccount {
  readonly accountName?: string
  readonly incoming: VectorServer
  readonly outgoing: VectorServer
  readonly identity: { readonly email: string; readonly displayName: string }
}

const FOLDER = new URL('../vectors/formats/', import.meta.url)

/** All vectors of one kind as rows of a table, each with its name first. */
export function vectors(file: string, kind: string): [title: string, vector: Vector][] {
  const all = JSON.parse(readFileSync(new URL(`${file}.json`, FOLDER), 'utf8')) as Vector[]
  return all
    .filter((vector) => vector.kind === kind)
    .map((vector) => [`${vector.id} ${vector.name}`, vector])
}

/** The same account in the words of `parseAccount`. */
export function toAccountJson({ accountName, ...vector }: VectorAccount): AccountJson {
  return {
    identity: { address: vector.identity.email, name: vector.identity.displayName },
    ...(accountName === undefined ? {} : { accountName }),
    incoming: toServerJson(vector.incoming),
    outgoing: toServerJson(vector.outgoing),
  }
}

function toServerJson({ auth, security, ...server }: VectorServer): ServerJson {
  return { ...server, authentication: auth, security: security === 'plain' ? 'none' : security }
}
