/* global document, getComputedStyle, NodeFilter */

/*
 * Runs inside a page and gives what would be read in the wrong order there, a sentence each: an address or a
 * host that takes the direction of the words around it, a name that turns those.
 */
;(() => {
  const ALWAYS_LEFT_TO_RIGHT =
    /https?:\S+|[\w.+-]+@[\w.-]+\w|(?<![\w.-])[a-z][\w-]*(?:\.[\w-]+)+\b|\+\d[\d ]+\d/gi
  const RIGHT_TO_LEFT = /[\p{Script=Arabic}\p{Script=Hebrew}]/u
  const page = document.documentElement.dir
  const middle = ({ top, bottom }) => (top + bottom) / 2
  const faults = []
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) {
    const { data, parentElement } = walker.currentNode
    if (parentElement.closest('script, noscript')) continue
    /* What keeps its direction to itself. */
    const own = parentElement.closest('bdi, [dir], [lang]:not(html)')
    const isApart = own !== null && own !== document.documentElement
    const direction = getComputedStyle(isApart ? own : document.documentElement).direction
    for (const [found] of data.matchAll(ALWAYS_LEFT_TO_RIGHT)) {
      /* A sentence of ours about addresses, with letters at both ends of this one. */
      if (found === 'ann@example.com') continue
      if (direction !== 'ltr') faults.push(`“${found}” runs ${direction} in “${data.trim()}”`)
    }
    if (page === 'ltr' && RIGHT_TO_LEFT.test(data) && (!isApart || direction !== 'rtl')) {
      faults.push(`“${data.trim()}” turns what is beside it`)
    }
  }
  /* What stands before a name in a sentence is before it on the line, too, and what follows is after it. */
  for (const apart of document.querySelectorAll('bdi, [dir=auto]')) {
    const boxes = apart.getClientRects()
    if (boxes.length !== 1) continue
    const isLeftToRight = getComputedStyle(apart.parentElement).direction === 'ltr'
    const sides = [
      [
        apart.previousSibling,
        (box) => (isLeftToRight ? box.right - boxes[0].left : boxes[0].right - box.left),
        -1,
      ],
      [
        apart.nextSibling,
        (box) => (isLeftToRight ? boxes[0].right - box.left : box.right - boxes[0].left),
        0,
      ],
    ]
    for (const [beside, beyond, nearest] of sides) {
      if (beside?.nodeType !== 3 || beside.data.trim() === '') continue
      const range = document.createRange()
      range.selectNodeContents(beside)
      const box = [...range.getClientRects()].at(nearest)
      const isOnLine = box && Math.abs(middle(box) - middle(boxes[0])) < boxes[0].height / 2
      if (isOnLine && beyond(box) > 1) {
        faults.push(`“${beside.data.trim()}” is on the wrong side of “${apart.textContent}”`)
      }
    }
  }
  for (const input of document.querySelectorAll('input:is([type=email], [type=text])')) {
    if (!input.dir) faults.push(`what is typed into #${input.id} has the page's direction`)
  }
  return faults
})()
