import { createHash } from 'node:crypto'

export type Argument = string | Buffer

/** What a script gets. */
export interface ScriptInput {
  readonly keys: readonly string[]
  readonly arguments: readonly Argument[]
}

const digests = new Map<string, string>()

/** What EVALSHA calls a script. */
export function sha1Of(script: string): string {
  const known = digests.get(script)
  if (known !== undefined) return known
  const digest = createHash('sha1').update(script).digest('hex')
  digests.set(script, digest)
  return digest
}

/** WAIT: see `RedisSession.wait`. */
export function waitCommand(replicas: number, milliseconds: number): readonly string[] {
  return ['WAIT', String(replicas), String(milliseconds)]
}
