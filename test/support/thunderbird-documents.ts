import { SIMPLE } from './client-configs.js'

// Autoconfig documents on which Thunderbird 153 is stricter than the importer, or not.

const replaced = (from: string | RegExp, to: string) => SIMPLE.replace(from, to)
const withId = (id: string) => replaced(/ id="[^"]*"/, id)
const prefixed = SIMPLE.replace('<clientConfig', '<a:clientConfig xmlns:a="urn:a"')
  .replaceAll(/<(\/?)(?!a:|\?)/g, '<$1a:')
  .replaceAll('<a:?xml', '<?xml')

/** It takes nothing of these; with what `inspect` says. */
export const REFUSED: readonly (readonly [what: string, document: string, why: RegExp])[] = [
  ['an id with spaces', withId(' id="Bright Post"'), /id of its emailProvider is not a host name/],
  ['an id that is no A-label', withId(' id="bücher.example"'), /id of its emailProvider/],
  ['no id', withId(''), /id of its emailProvider/],
  ['prefixes', prefixed, /no prefixes of namespaces/],
  [
    'small letters',
    SIMPLE.replaceAll('>SSL<', '>ssl<'),
    /No socketType is SSL or STARTTLS or plain/,
  ],
  ['another word', SIMPLE.replaceAll('>SSL<', '>TLS<'), /incoming server 1 is of no use to it/],
  ['space', SIMPLE.replaceAll('>SSL<', '> SSL <'), /No socketType/],
  [
    'capitals',
    SIMPLE.replaceAll('>password-cleartext<', '>Password-Cleartext<'),
    /No authentication is password-cleartext or/,
  ],
]

export const TAKEN = [
  ['as it is', SIMPLE],
  ['with a placeholder as id', withId(' id="%EMAILDOMAIN%"')],
  ['with a namespace that all share', replaced('<clientConfig', '<clientConfig xmlns="urn:a"')],
] as const
