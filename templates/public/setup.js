/* Small comforts. Every page works without this file. */

const copiedFor = 2500
/* In the page's language. */
const [copyWord, copiedWord, selectedWord] = document.body.dataset.words.split('|')

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

/* In the lists of settings what stands before a value and above the list says what it is. */
const nameOf = (element) =>
  element.dataset.copy ||
  `${element.parentElement.previousElementSibling.textContent}, ${element.closest('dl').previousElementSibling.textContent}`

const addCopyButton = (element) => {
  const label = nameOf(element)
  const button = document.createElement('button')
  const word = document.createElement('span')
  const what = document.createElement('span')
  button.type = 'button'
  button.className = 'copy'
  word.textContent = copyWord
  what.className = 'unseen'
  what.textContent = ` ${label}`
  button.append(word, what)

  let turn = 0
  button.addEventListener('click', async () => {
    const mine = ++turn
    const copied = await copy(element)
    word.textContent = copied ? copiedWord : selectedWord
    button.classList.toggle('done', copied)
    live.textContent = `${word.textContent}: ${label}`
    setTimeout(() => {
      if (mine !== turn) return
      word.textContent = copyWord
      button.classList.remove('done')
      live.textContent = ''
    }, copiedFor)
  })
  element.after(button)
}

for (const element of document.querySelectorAll('[data-copy]')) addCopyButton(element)

/*
 * A link that needs a password is made here, on the device, at the moment of the tap: neither box nor
 * link keeps it, and no request holds it. Without this script the choice is not shown.
 */
const addPasswordLink = (part) => {
  const { before, after } = part.dataset
  const box = part.querySelector('input')
  const link = part.querySelector('a')
  const problem = part.querySelector('.problem')
  const idle = link.getAttribute('href')

  const clear = () => {
    box.value = ''
    link.setAttribute('href', idle)
  }
  link.addEventListener('click', (event) => {
    const complete = withPassword(before, box.value, after)
    problem.hidden = complete !== undefined
    if (complete === undefined) {
      event.preventDefault()
      box.focus()
      return
    }
    link.setAttribute('href', complete)
    /* After the browser has followed it. */
    setTimeout(clear)
  })
  box.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') link.click()
  })
  window.addEventListener('pagehide', clear)
  window.addEventListener('pageshow', clear)
  part.closest('details').hidden = false
}

const withPassword = (before, password, after) => {
  try {
    return password === '' ? undefined : `${before}&p=${encodeURIComponent(password)}${after}`
  } catch {
    /* Half of a character. */
    return undefined
  }
}

for (const part of document.querySelectorAll('[data-before]')) addPasswordLink(part)

/* A link into a closed part opens it, and what that part is in. */
const openTarget = () => {
  const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1))
  if (!target) return
  let opened = false
  for (let part = target.closest('details'); part; part = part.parentElement.closest('details')) {
    opened ||= !part.open
    part.open = true
  }
  if (opened) target.scrollIntoView()
}
window.addEventListener('hashchange', openTarget)
openTarget()

/* Settings are for paper, too, and what is closed is not printed. */
window.addEventListener('beforeprint', () => {
  const settings = document.getElementById('settings')
  if (settings) settings.open = true
})
