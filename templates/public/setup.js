/* Small comforts. Every page works without this file. */

const copiedFor = 2500

const live = document.createElement('p')
live.className = 'unseen'
live.setAttribute('role', 'status')
live.setAttribute('aria-live', 'polite')
document.body.append(live)

const select = (element) => {
  const range = document.createRange()
  range.selectNodeContents(element)
  const selection = window.getSelection()
  selection.removeAllRanges()
  selection.addRange(range)
}

/* Plain http has no clipboard API: select the text and use the old command. */
const copy = async (element) => {
  try {
    await navigator.clipboard.writeText(element.textContent)
    return true
  } catch {
    select(element)
    try {
      return document.execCommand('copy')
    } catch {
      return false
    }
  }
}

const addCopyButton = (element) => {
  const label = element.dataset.copy
  const button = document.createElement('button')
  const word = document.createElement('span')
  const what = document.createElement('span')
  button.type = 'button'
  button.className = 'copy'
  word.textContent = 'Copy'
  what.className = 'unseen'
  what.textContent = ` ${label}`
  button.append(word, what)

  let turn = 0
  button.addEventListener('click', async () => {
    const mine = ++turn
    const copied = await copy(element)
    word.textContent = copied ? 'Copied' : 'Selected'
    button.classList.toggle('done', copied)
    live.textContent = copied ? `Copied: ${label}` : `${label} is selected. Now choose Copy.`
    setTimeout(() => {
      if (mine !== turn) return
      word.textContent = 'Copy'
      button.classList.remove('done')
      live.textContent = ''
    }, copiedFor)
  })
  element.after(button)
}

for (const element of document.querySelectorAll('[data-copy]')) addCopyButton(element)

/* An iPad in desktop mode says that it is a Mac, but no Mac has a touch screen. */
const mac = document.querySelector('section#mac')
const ipad = document.querySelector('section#ipad')
if (mac && ipad && navigator.maxTouchPoints > 1) mac.before(ipad)

/* A link into a closed part opens it. */
const openTarget = () => {
  const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1))
  const part = target && target.closest('details')
  if (!part || part.open) return
  part.open = true
  target.scrollIntoView()
}
window.addEventListener('hashchange', openTarget)
openTarget()
