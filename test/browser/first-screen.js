/* global document, NodeFilter */

/*
 * Runs inside a page and gives what a person meets on its first screen: the thing to do, and the words
 * before it. Then all words of the page, with those that only a screen reader says.
 */
;(() => {
  const isSeen = (element) =>
    element.closest('.unseen') === null && element.checkVisibility({ visibilityProperty: true })
  /*
   * A button, or what copies the address for another browser; on Android the first app, on a computer the
   * code; where nothing else can be done, a call.
   */
  const candidates = [
    'main .button, main .note .copy, main .apps:not(.programs) > details > summary, main .qr :is(img, svg)',
    'main a[href^="tel:"]',
  ]
  const [action] = candidates.flatMap((selector) =>
    [...document.querySelectorAll(selector)].filter(isSeen),
  )
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const nodes = []
  while (walker.nextNode()) {
    const node = walker.currentNode
    if (node.data.trim() !== '' && !node.parentElement.closest('script, noscript')) nodes.push(node)
  }
  /* A link that is there to be copied is one word, wherever it may break. */
  const wordsOf = (node) => {
    const copied = node.parentElement.closest('[data-copy]')
    if (copied === null) return node.data.trim()
    return copied.firstChild === node ? copied.textContent : ''
  }
  const { lang, dir } = document.documentElement
  const isOwn = (element) => element.closest('[lang]').lang === lang
  const spoken = [
    document.title,
    ...nodes.filter((node) => isOwn(node.parentElement)).map((node) => node.data),
    ...[...document.querySelectorAll('[alt], [aria-label], [title]')].flatMap((element) =>
      ['alt', 'aria-label', 'title'].map((name) => element.getAttribute(name) ?? ''),
    ),
    ...document.body.dataset.words.split('|'),
  ]
  const box = action?.getBoundingClientRect()
  const isBefore = (node) =>
    action !== undefined && (action.compareDocumentPosition(node) & 2) !== 0
  return {
    lang,
    dir,
    action: action && action.textContent.trim(),
    bottom: box && box.bottom,
    isWhole: box && box.left >= 0 && box.right <= document.documentElement.clientWidth,
    before: nodes
      .filter((node) => isBefore(node) && isSeen(node.parentElement))
      .map(wordsOf)
      .join(' '),
    all: nodes
      .filter((node) => isSeen(node.parentElement))
      .map((node) => node.data.trim())
      .join(' '),
    height: document.documentElement.scrollHeight,
    spoken: spoken.map((text) => text.trim().replace(/\s+/g, ' ')).filter((text) => text !== ''),
  }
})()
