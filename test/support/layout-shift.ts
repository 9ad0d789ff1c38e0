import type { Page } from 'playwright-core'

/** Run inside a page: how far what has been shown moved afterwards, once the page is there. */
export const LAYOUT_SHIFT = `(async () => {
  if (document.readyState !== 'complete') {
    await new Promise((resolve) => window.addEventListener('load', resolve))
  }
  const shifts = []
  const observer = new PerformanceObserver((list) => shifts.push(...list.getEntries()))
  observer.observe({ type: 'layout-shift', buffered: true })
  // Two frames, in which all that was seen before is handed over.
  for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame)
  await new Promise((resolve) => setTimeout(resolve))
  observer.disconnect()
  return shifts.reduce((sum, { value }) => sum + value, 0)
})()`

/** How far what has been shown moved afterwards, as browsers count it, once a page is there. */
export function layoutShift(page: Page): Promise<number> {
  return page.evaluate<number>(LAYOUT_SHIFT)
}
