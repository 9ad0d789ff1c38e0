import { describe, expect, it } from 'vitest'
import { suitePage } from '../support/chromium.js'
import { firstScreenFaults, firstScreenOf } from '../support/first-screen.js'
import { layoutShift } from '../support/layout-shift.js'
import { leftInEnglish } from '../support/left-in-english.js'
import { PAGE_FAULTS } from '../support/measured-page.js'
import { DIRECTION_FAULTS, FOCUS_FAULTS } from '../support/page-faults.js'
import { isMissing } from '../support/programs.js'

const LONG = 'Zertifikatsvertrauenseinstellungen'

describe.skipIf(isMissing('chromium'))('what is wrong with a page is found', () => {
  const page = suitePage({ viewport: { width: 390, height: 664 } })
  const show = (body: string, dir = 'ltr') =>
    page().setContent(
      `<!doctype html><html lang="en" dir="${dir}"><body data-words="a|b|c"><main>${body}</main></body></html>`,
    )

  it.each([
    ['a line that is wider than the page', '<p style="width:500px">wide', 'the page is 5'],
    [
      'a word in pieces',
      `<p style="word-break:break-all">${'one longword '.repeat(9)}`,
      'wide enough',
    ],
    [
      'a box narrower than a word',
      `<p style="width:9em;overflow-wrap:anywhere">${LONG}`,
      'its box is narrower',
    ],
    ['text that is cut off', '<p style="height:1em;overflow:hidden">a<br>b<br>c', 'cuts off'],
    ['text beside its box', '<button style="width:2em;white-space:nowrap">a long word', 'holds'],
    ['text below its button', '<button style="height:1em"><br><br>below', 'higher than its box'],
    ['text on text', '<p>one<p style="margin-top:-2.1em">two', 'on top of each other'],
  ])('%s', async (_what, body, fault) => {
    await show(body)
    expect((await page().evaluate<string[]>(PAGE_FAULTS)).join('\n')).toContain(fault)
  })

  it.each([
    ['an address in Arabic', '<p>إلى ann@mail.example.com', 'rtl', 'runs rtl'],
    ['a host in a box that is Arabic', '<code>mail.example.com</code>', 'rtl', 'runs rtl'],
    ['an Arabic name in English', '<p>From بريد.', 'ltr', 'turns what is beside it'],
    [
      'what is on the wrong side of a name',
      '<p>From <bdi style="position:relative;left:-9em">Ann</bdi>',
      'ltr',
      'wrong side',
    ],
    ['a box to type an address into', '<input type="email">', 'ltr', 'direction'],
  ])('%s', async (_what, body, dir, fault) => {
    await show(body, dir)
    const found = (await page().evaluate<string[]>(DIRECTION_FAULTS)).join('\n')
    expect(found).toContain(fault)
  })

  it.each([
    ['a place of its own', '<a href="#" tabindex="3">a</a>', 'place of its own'],
    ['no outline', '<style>a{outline:none!important}</style><a href="#">a</a>', 'looks the same'],
    [
      'something over it',
      '<a href="#">a</a><div style="position:fixed;inset:0">over</div>',
      'is under',
    ],
    [
      'another order than on the screen',
      '<p style="margin-top:9em"><a href="#">second</a><p style="position:absolute;top:0"><a href="#">first</a>',
      'is before it',
    ],
    ['a place out of sight', '<a href="#" style="position:fixed;top:-99px">a</a>', 'out of sight'],
  ])('a stop with %s', async (_what, body, fault) => {
    await show(body)
    expect((await page().evaluate<string[]>(FOCUS_FAULTS)).join('\n')).toContain(fault)
  })

  it('a button that is below the first screen, after too many words', async () => {
    await show(
      `<p>${'word '.repeat(41)}</p><a class="button" style="position:absolute;top:70em">Go</a>`,
    )
    const faults = firstScreenFaults(await firstScreenOf(page()), 'de', 664).join('\n')
    for (const fault of ['it says en, ltr', '41 words', '“Go” ends at']) {
      expect(faults).toContain(fault)
    }
    await show('<p>Nothing.')
    const nothing = firstScreenFaults(await firstScreenOf(page()), 'en', 664)
    expect(nothing).toEqual(['there is nothing to do'])
  })

  it('English on a page in another language', () => {
    expect(leftInEnglish(['Set up your mail', 'Mail einrichten'], 'de')).toHaveLength(1)
    expect(leftInEnglish(['Please open this page'], 'ja')).toHaveLength(1)
  })

  it('what moves', async () => {
    await show('<p id="late"></p><p>text that moves when something comes above it</p>')
    await page().evaluate(`new Promise((resolve) => requestAnimationFrame(() => setTimeout(() => {
      document.getElementById('late').style.height = '300px'
      requestAnimationFrame(() => setTimeout(resolve))
    })))`)
    expect(await layoutShift(page())).toBeGreaterThan(0)
  })
})
