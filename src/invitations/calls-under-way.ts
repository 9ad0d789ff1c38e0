interface UnderWay<T> {
  readonly body: string
  readonly answer: Promise<T>
  /** Resolves once it is not under way any more, whatever came of it. */
  readonly ended: Promise<void>
}

/** Calls that are being answered: the same call, when it comes again meanwhile, is not done twice. */
export class CallsUnderWay<T> {
  readonly #calls = new Map<string, UnderWay<T>>()

  /**
   * @param id of the caller and its Idempotency-Key
   * @param body what is asked for
   * @param work what the first one does; a failure is everybody's
   * @returns whether this call was the first
   */
  async answer(
    id: string,
    body: string,
    work: () => Promise<T>,
  ): Promise<{ readonly answer: T; readonly isFirst: boolean }> {
    for (let other = this.#calls.get(id); other !== undefined; other = this.#calls.get(id)) {
      if (other.body === body) return { answer: await other.answer, isFirst: false }
      // It asks for something else: a conflict, unless the other one fails.
      await other.ended
    }
    const answer = work()
    const forget = () => void this.#calls.delete(id)
    this.#calls.set(id, { body, answer, ended: answer.then(forget, forget) })
    return { answer: await answer, isFirst: true }
  }
}
