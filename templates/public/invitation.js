/* What the pages of an invitation need besides setup.js, which goes before it in one file. */

/*
 * A link that holds the password is fetched at the moment of the tap, so that the page never has it.
 * Nothing is followed but what opens an app.
 */
const missingAfter = 4000

const openApp = (target, missing) => {
  if (!/^(?:dclogin|intent):/.test(target)) throw new Error('This opens no app.')
  location.assign(target)
  setTimeout(() => {
    if (document.visibilityState === 'visible') location.hash = missing
  }, missingAfter)
}

const addFetchedLink = (link) => {
  const problem = link.parentElement.nextElementSibling
  const { line, missing } = link.dataset
  let busy = false
  link.addEventListener('click', async (event) => {
    event.preventDefault()
    if (busy) return
    busy = true
    problem.hidden = true
    try {
      const response = await window.fetch(link.href, { cache: 'no-store' })
      if (response.ok) openApp((await response.text()).split('\n')[Number(line)], missing)
      /* The page behind the link says why. */
      else location.assign(link.href)
    } catch {
      problem.hidden = false
    }
    busy = false
  })
}

for (const link of document.querySelectorAll('[data-line]')) addFetchedLink(link)

/* A code that holds the password is loaded when somebody wants to see it. */
const addPicture = (link) => {
  link.addEventListener('click', (event) => {
    event.preventDefault()
    const { picture, size } = link.dataset
    const image = document.createElement('img')
    const frame = document.createElement('div')
    frame.className = 'qr'
    frame.append(image)
    image.alt = picture
    image.width = image.height = Number(size)
    image.addEventListener('load', () => link.parentElement.replaceWith(frame))
    image.addEventListener('error', () => location.assign(link.href))
    image.src = link.href
  })
}

for (const link of document.querySelectorAll('[data-picture]')) addPicture(link)

/*
 * Times as the device has them, in the page's language as the device's owner writes it; the page has UTC.
 * Where the owner does not write it, the numbers are those of the page: browsers differ in which ones
 * Arabic has (CLDR until 42, and so WebKitGTK 2.50 on Debian 12, has its own).
 */
const pageLanguage = document.documentElement.lang
const isPageLanguage = (tag) => tag.split('-')[0] === pageLanguage.split('-')[0]
const locale = navigator.languages.find(isPageLanguage) ?? `${pageLanguage}-u-nu-latn`
for (const time of document.querySelectorAll('time')) {
  const date = time.dataset.style === 'date'
  time.textContent = new Date(time.dateTime).toLocaleString(locale, {
    dateStyle: 'long',
    ...(date ? {} : { timeStyle: 'short' }),
  })
}
