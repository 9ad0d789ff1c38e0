import type { Store } from './store.js'

const PATIENCE = 1000

/** Whether a store answers, and within a second; for those who tell of it rather than need it. */
export async function isReachable(store: Pick<Store, 'check'>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), PATIENCE)
  })
  const answer = store.check().then(
    () => true,
    () => false,
  )
  try {
    return await Promise.race([answer, late])
  } finally {
    clearTimeout(timer)
  }
}
