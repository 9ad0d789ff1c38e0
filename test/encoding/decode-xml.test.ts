import { describe, expect, it } from 'vitest'
import { decodeXml } from '../../src/encoding/decode-xml.js'

const declaring = (encoding: string) => `<?xml version="1.0" encoding="${encoding}"?><a>é</a>`

function utf16be(text: string): Buffer {
  return Buffer.from(text, 'utf16le').swap16()
}

describe('decodeXml', () => {
  it.each<[what: string, bytes: Uint8Array, text: string]>([
    ['UTF-8 by default', Buffer.from('<a>é</a>'), '<a>é</a>'],
    ['a byte-order mark', Buffer.from('\uFEFF<a>é</a>'), '<a>é</a>'],
    [
      'ISO-8859-1 as declared',
      Buffer.from(declaring('ISO-8859-1'), 'latin1'),
      declaring('ISO-8859-1'),
    ],
    [
      'single quotes',
      Buffer.from("<?xml version='1.0' encoding='iso-8859-1'?>é", 'latin1'),
      "<?xml version='1.0' encoding='iso-8859-1'?>é",
    ],
    [
      'windows-1252',
      Buffer.concat([
        Buffer.from('<?xml version="1.0" encoding="windows-1252"?>'),
        Buffer.of(0x80),
      ]),
      '<?xml version="1.0" encoding="windows-1252"?>€',
    ],
    [
      'a mark before a declaration',
      Buffer.from(`\uFEFF${declaring('ISO-8859-1')}`),
      declaring('ISO-8859-1'),
    ],
    [
      'UTF-16 with a mark',
      Buffer.from(`\uFEFF${declaring('UTF-16')}`, 'utf16le'),
      declaring('UTF-16'),
    ],
    ['UTF-16, the other way round', utf16be(`\uFEFF${declaring('utf-16')}`), declaring('utf-16')],
    ['UTF-16 without a mark', Buffer.from('<a>é</a>', 'utf16le'), '<a>é</a>'],
    ['UTF-16 without a mark, the other way round', utf16be('<a>é</a>'), '<a>é</a>'],
    ['UTF-8 that says UTF-16', Buffer.from(declaring('UTF-16')), declaring('UTF-16')],
    ['nothing', Buffer.of(), ''],
  ])('reads %s', (_, bytes, text) => {
    expect(decodeXml(bytes)).toBe(text)
  })

  it.each<[what: string, bytes: Uint8Array]>([
    ['bytes that are not UTF-8', Buffer.from('<a>é</a>', 'latin1')],
    ['half a character of UTF-16', Buffer.of(0xff, 0xfe, 0x3c)],
    ['an encoding that nobody knows', Buffer.from('<?xml version="1.0" encoding="x-none"?><a/>')],
  ])('replaces nothing in %s', (_, bytes) => {
    expect(() => decodeXml(bytes)).toThrow()
  })
})
