import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createTexts } from '../../../src/texts/texts.js'
import { printLetters, textsOf } from '../../support/printed-letters.js'
import { isMissing } from '../../support/programs.js'
import { temporaryFolder } from '../../support/temporary-folder.js'

function ownTemplate(name: string, template: string): string {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'letters'))
  writeFileSync(join(folder, 'letters', name), template)
  return folder
}

describe.skipIf(isMissing('pdftotext'))('an operator’s own words on letters', () => {
  it('are those of an own template, with the columns of the list', async () => {
    const templates = ownTemplate(
      'letter.eta',
      '<h2>Form <%= it.field("Class") %>, <b>bring this</b></h2><hr/><qr></qr><url><%= it.url %></url><p>[<%= it.field("constructor") %>]</p>',
    )
    const { pdf } = await printLetters([{ fields: new Map([['Class', '7 & 8 <b>']]) }], {
      templates,
    })
    const [text = ''] = textsOf(pdf)
    expect(text).toContain('Form 7 & 8 <b>, bring this')
    expect(text).toContain('[]')
    expect(text).not.toContain('Tap the link')
  })

  it('are messages of an own file', async () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'locales'))
    writeFileSync(
      join(folder, 'locales', 'en.json'),
      '{ "letter": { "intro": "Welcome to our school." } }',
    )
    const { pdf } = await printLetters([{}], { texts: createTexts({ folders: [folder] }) })
    expect(textsOf(pdf)[0]).toContain('Welcome to our school.')
  })

  it('are refused in a file that no letter asks for', async () => {
    const templates = ownTemplate('leter.eta', '<p>a</p>')
    await expect(printLetters([{}], { templates })).rejects.toMatchObject({
      code: 'invalid_configuration',
      message: expect.stringContaining('No letter asks for a template of this name.') as string,
    })
  })

  it.each([
    ['an element that there is not', '<p>a</p><table></table>', 'There is no <table> in letters.'],
    ['one within a paragraph', '<p><img/></p>', 'There is no <img> in a paragraph of letters.'],
    ['one that is not closed', '<p>a', 'unclosed tag'],
    ['text outside a paragraph', 'Hello', '“Hello” stands outside any paragraph.'],
    ['a broken list', '<ol><p>a</p></ol>', 'An <ol> holds nothing but <li>.'],
    ['code that does not compile', '<% if ( { %>', 'letter.eta'],
    ['code that fails', '<% null.name %>', 'Cannot read properties'],
    [
      'more than a sheet holds',
      `<p>${'much '.repeat(9000)}</p>`,
      'Its text does not fit on its page.',
    ],
  ])('are refused with %s', async (_what, template, message) => {
    const templates = ownTemplate('letter.eta', template)
    await expect(printLetters([{}], { templates })).rejects.toMatchObject({
      code: 'invalid_configuration',
      field: 'templates',
      message: expect.stringContaining(message) as string,
    })
  })
})
