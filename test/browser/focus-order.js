/* global document, getComputedStyle, innerHeight, innerWidth */

/*
 * Runs inside a page and gives what would lose somebody who goes through it by Tab, a sentence each: a stop
 * that is not after the one before it to the eye, that cannot be seen, or is under something else.
 */
;(() => {
  const faults = []
  const isRightToLeft = document.documentElement.dir === 'rtl'
  const nameOf = (element) => `<${element.localName}> “${element.textContent.trim().slice(0, 40)}”`
  const stops = [
    ...document.querySelectorAll('a[href], button, input:not([type=hidden]), summary, [tabindex]'),
  ].filter((element) => element.checkVisibility({ visibilityProperty: true }))
  let before
  for (const element of stops) {
    if (element.tabIndex !== 0)
      faults.push(`${nameOf(element)} has a place of its own in the order`)
    element.focus({ focusVisible: true })
    if (document.activeElement !== element) {
      faults.push(`${nameOf(element)} cannot be reached`)
      continue
    }
    const { outlineStyle, outlineWidth } = getComputedStyle(element)
    if (outlineStyle === 'none' || parseFloat(outlineWidth) < 2) {
      faults.push(`${nameOf(element)} looks the same when it is reached`)
    }
    const [box] = element.getClientRects()
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2]
    const seen = document.elementFromPoint(x, y)
    if (x < 0 || y < 0 || x > innerWidth || y > innerHeight) {
      faults.push(`${nameOf(element)} is out of sight when it is reached`)
    } else if (!element.contains(seen) && !seen?.contains(element) && !seen?.closest('label')) {
      faults.push(`${nameOf(element)} is under ${nameOf(seen)}`)
    }
    const place = {
      top: box.top + document.scrollingElement.scrollTop,
      bottom: box.bottom + document.scrollingElement.scrollTop,
      start: isRightToLeft ? -box.right : box.left,
      end: isRightToLeft ? -box.left : box.right,
      element,
    }
    /* The next is below, or on the same line or in the next column after it. */
    if (before && place.top < before.bottom - 1 && place.start < before.end - 1) {
      faults.push(`${nameOf(element)} comes after ${nameOf(before.element)}, and is before it`)
    }
    before = place
  }
  document.activeElement.blur()
  document.scrollingElement.scrollTop = 0
  return faults
})()
