import { SUPPORTED, safeFileName, type Format } from '../../src/formats/format.js'

const BEGIN = 'made-up '

/** All that a format of somebody else's needs to be: one file. */
export const madeUpFormat: Format = {
  id: 'made-up',
  title: 'File for Made-Up Mail',
  platform: 'android',
  kind: 'file',
  mediaType: 'application/x-made-up',
  carries: ['imap', 'smtp'],
  readers: 'Made-Up Mail opens it.',
  signed: false,
  needsPublicUrl: false,
  page: { choice: 'I use Made-Up Mail' },
  fileName: (account) => safeFileName(account.identity.address, 'madeup'),
  containsSecret: () => false,
  support: () => SUPPORTED,
  render: ({ identity }) => `${BEGIN}${identity.address}`,
  recognises: (text) => text.startsWith(BEGIN),
  inspect: (text) =>
    Promise.resolve({
      sections: [{ title: 'Account', rows: [['Address', text.slice(BEGIN.length)]] }],
      warnings: [],
    }),
}
