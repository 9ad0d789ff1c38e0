/* global document, getComputedStyle, innerWidth, NodeFilter */

/*
 * Runs inside a page and gives what a person would call broken there, a sentence each: words in pieces,
 * text outside of what holds it or on top of something else, a page that scrolls sideways.
 */
;(() => {
  const faults = []
  const root = document.documentElement
  if (root.scrollWidth > innerWidth) faults.push(`the page is ${root.scrollWidth} px wide`)

  const isSeen = (element) =>
    element.closest('.unseen') === null && element.checkVisibility({ visibilityProperty: true })
  const contentOf = (element) => {
    const { left, right } = element.getBoundingClientRect()
    const style = getComputedStyle(element)
    return {
      left: left + parseFloat(style.paddingLeft) + parseFloat(style.borderLeftWidth),
      right: right - parseFloat(style.paddingRight) - parseFloat(style.borderRightWidth),
    }
  }
  const range = document.createRange()
  const rectsOf = (node, start, end) => {
    range.setStart(node, start)
    range.setEnd(node, end)
    return [...range.getClientRects()].filter(({ width, height }) => width * height > 0)
  }

  const main = contentOf(document.querySelector('main'))
  /* Letters twice as large fit a small phone in pieces only. */
  const isLarge = parseFloat(getComputedStyle(root).fontSize) > 16
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const texts = []
  while (walker.nextNode()) {
    const node = walker.currentNode
    if (node.data.trim() !== '' && isSeen(node.parentElement)) texts.push(node)
  }

  for (const node of texts) {
    const line = node.parentElement.closest(
      '.value code, dd, dt, li, p, h1, h2, h3, a, button, .card, main',
    )
    const { left, right } = contentOf(line)
    /* A web address is one word, other words end at a hyphen or slash. */
    for (const { 0: word, index } of node.data.matchAll(/\w+:\/\/\S+|[^\s/-]+/g)) {
      const pieces = rectsOf(node, index, index + word.length)
      const width = pieces.reduce((sum, piece) => sum + piece.width, 0)
      /* Chinese and Japanese have no spaces, and lines end anywhere. */
      if (/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(word)) continue
      if (new Set(pieces.map(({ top }) => Math.round(top))).size < 2) continue
      /* It says itself where it may be parted. */
      if (word.includes('\u00ad')) continue
      /* What no line could hold may be broken: long addresses, links. */
      if (width < right - left - 1) {
        faults.push(`“${word}” is in ${pieces.length} pieces, though its line is wide enough`)
      } else if (
        !isLarge &&
        /^[\p{L}\p{M}]{1,50}\p{P}?$/u.test(word) &&
        width < main.right - main.left
      ) {
        faults.push(`“${word}” is in ${pieces.length} pieces, as its box is narrower`)
      }
    }
  }

  for (const element of document.body.querySelectorAll('*')) {
    const { display, overflowX } = getComputedStyle(element)
    if (display === 'inline' || element.localName === 'input' || !isSeen(element)) continue
    if (overflowX !== 'visible' && element.scrollHeight > element.clientHeight + 1) {
      faults.push(`<${element.localName} class="${element.className}"> cuts off what it holds`)
    }
    if (element.clientWidth > 0 && element.scrollWidth > element.clientWidth + 1) {
      faults.push(
        `<${element.localName} class="${element.className}"> is too narrow for what it holds`,
      )
    }
  }

  const boxes = texts.flatMap((node) =>
    rectsOf(node, 0, node.length).map(({ left, right, top, bottom }) => {
      /* The box of a letter is higher than what is drawn. */
      const margin = (bottom - top) * 0.2
      return { node, left, right, top: top + margin, bottom: bottom - margin }
    }),
  )
  for (const node of document.body.querySelectorAll('img, svg, input, button, a.button')) {
    if (!isSeen(node)) continue
    const { left, right, top, bottom } = node.getBoundingClientRect()
    boxes.push({ node, left, right, top, bottom })
  }
  const nameOf = ({ node }) => (node.data ?? `<${node.localName}>`).trim().slice(0, 40)
  for (const box of boxes) {
    const around = box.node.parentElement ?? root
    const { left, right } = contentOf(around.closest('.card, .note, .inside, .wrap') ?? root)
    const holder = around.closest('a, button, summary, .note, dd') ?? root
    const { top, bottom } = holder.getBoundingClientRect()
    if (box.left < left - 1 || box.right > right + 1) {
      faults.push(`“${nameOf(box)}” stands outside of its box`)
    } else if (
      getComputedStyle(holder).display !== 'inline' &&
      (box.top < top - 1 || box.bottom > bottom + 1)
    ) {
      faults.push(`“${nameOf(box)}” is higher than its box`)
    }
  }
  boxes.sort((a, b) => a.top - b.top)
  boxes.forEach((upper, index) => {
    for (let next = index + 1; next < boxes.length; next++) {
      const lower = boxes[next]
      if (lower.top >= upper.bottom - 1) break
      const across = Math.min(upper.right, lower.right) - Math.max(upper.left, lower.left)
      const isInside = upper.node.contains(lower.node) || lower.node.contains(upper.node)
      if (across > 1 && !isInside) {
        faults.push(`“${nameOf(upper)}” and “${nameOf(lower)}” are on top of each other`)
      }
    }
  })
  return [...new Set(faults)]
})()
