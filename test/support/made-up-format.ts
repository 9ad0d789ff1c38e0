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
  page: { app: 'Made-Up Mail' },
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

/** A QR code, which has no template of its own. */
export const madeUpCode: Format = {
  ...madeUpFormat,
  id: 'made-up-code',
  title: 'Code for Made-Up Mail',
  kind: 'qr',
  mediaType: 'text/plain',
  readers: 'Made-Up Mail scans it.',
  recognises: () => false,
  page: {},
}

/** A link that needs a password, which has no template of its own either. */
export const madeUpLink: Format = {
  ...madeUpFormat,
  id: 'made-up-link',
  title: 'Link for Made-Up Mail',
  kind: 'uri',
  mediaType: 'text/uri-list',
  readers: 'Made-Up Mail opens it.',
  recognises: () => false,
  page: {
    app: 'Made-Up Link',
    withoutPassword: {
      support: () => SUPPORTED,
      link: ({ identity }) => ({ before: `madeup:${identity.address}?`, after: '#end' }),
    },
  },
}
