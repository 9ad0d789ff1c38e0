import type { Store } from '../invitations/store.js'

type Step = (...input: unknown[]) => unknown

/**
 * The same store, with somebody who is told of every step that fails: what was found out about it before
 * may not hold any more.
 */
export function noticingStore(store: Store, onFailure: () => void): Store {
  const steps = new Map<PropertyKey, Step>()
  return new Proxy(store, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target)
      if (typeof value !== 'function') return value
      const known = steps.get(name)
      if (known !== undefined) return known
      const step: Step = (...input) => {
        const result: unknown = Reflect.apply(value, target, input)
        if (result instanceof Promise) result.catch(onFailure)
        return result
      }
      steps.set(name, step)
      return step
    },
  })
}
