import { isNotPermitted } from './trouble.js'

// INFO is refused less often.
const EVICTION_QUESTIONS = [
  ['INFO', 'memory'],
  ['CONFIG', 'GET', 'maxmemory-policy'],
] as const

/**
 * Asks for `maxmemory-policy`, which hosts of Redis often keep to themselves: a server that will not say
 * is not asked again, because each refusal is an entry of its ACL log.
 *
 * @param send rejects as the returned function does
 */
export function evictionPolicy(
  send: (command: string[]) => Promise<unknown>,
): () => Promise<string | undefined> {
  const questions = new Set(EVICTION_QUESTIONS)
  return async () => {
    for (const question of [...questions]) {
      try {
        const policy = policyIn(await send([...question]))
        if (policy !== undefined) return policy
      } catch (error) {
        if (!isNotPermitted(error)) throw error
      }
      questions.delete(question)
    }
    return undefined
  }
}

/** The policy in an answer to INFO, a text, or to CONFIG GET, a map of one. */
function policyIn(answer: unknown): string | undefined {
  const text =
    typeof answer === 'string' || Buffer.isBuffer(answer)
      ? String(answer)
      : Object.entries(answer ?? {})
          .flat()
          .map(String)
          .join(':')
  return /maxmemory[_-]policy:([a-z-]+)/.exec(text)?.[1]
}
