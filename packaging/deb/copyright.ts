import type { LicensedPackage } from './licences.js'

// Debian has these texts, and asks for them not to be repeated; what a choice leaves out is not for anybody.
const ELSEWHERE: readonly (readonly [text: RegExp, instead: string])[] = [
  [
    /^ *Apache License\s+Version 2\.0[^]*?END OF TERMS AND CONDITIONS(?:\s+APPENDIX:[^]*?limitations under the License\.)?/gm,
    'The text is in /usr/share/common-licenses/Apache-2.0.',
  ],
  [
    /^ *Mozilla Public License Version 2\.0[^]*/m,
    'The text is in /usr/share/common-licenses/MPL-2.0.',
  ],
  [/^ *GNU GENERAL PUBLIC LICENSE[^]*/m, 'The other licence was not chosen.'],
]

/** A package, and where it lies in this one. */
export interface PlacedPackage extends LicensedPackage {
  readonly place: string
}

/**
 * `debian/copyright` by version 1.0 of its format.
 *
 * @param own the licence of the program itself
 * @param inside notices of the packages that its files were made of
 */
export function copyrightFile(
  own: string,
  packages: readonly PlacedPackage[],
  inside: string,
): string {
  const stanzas = packages.map(({ place, name, version, licence, text }) =>
    [
      `Files: ${place}/*`,
      `Copyright: ${holders(text) || `the authors of ${name}`}`,
      `License: ${licence}`,
      indented(text === '' ? 'As its manifest says.' : withoutCommon(text)),
      `Comment: ${name} ${version}`,
    ].join('\n'),
  )
  return `${[
    'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nUpstream-Name: mailprofile',
    [
      'Files: *',
      `Copyright: ${holders(own)}`,
      'License: MIT',
      indented(own),
      'Comment: The files of the program itself have other packages inside, with these notices:',
      indented(withoutCommon(inside)),
    ].join('\n'),
    ...stanzas,
  ].join('\n\n')}\n`
}

function holders(text: string): string {
  const lines = text
    .split('\n')
    .map((line) => line.trim().replace(/^[*#\s]+/, ''))
    .filter((line) => /^(?:portions )?copyright (?:\(c\)|©|[12]\d{3}|\S+ )/i.test(line))
    .filter((line) => !/\b(?:notice|owner|holder|license)s?\b/i.test(line))
  return [...new Set(lines)].map((line) => line.replace(/^copyright\s+/i, '')).join('\n ')
}

function withoutCommon(text: string): string {
  return ELSEWHERE.reduce(
    (rest, [common, instead]) =>
      // Its authors stand in the appendix.
      rest.replace(common, (whole) => {
        const by = holders(whole)
        return by === '' ? instead : `Copyright ${by}\n${instead}`
      }),
    text,
  )
}

// A line of a paragraph begins with a space; an empty one is a full stop.
function indented(text: string): string {
  return text
    .split('\n')
    .map((line) => ` ${line.trimEnd() || '.'}`)
    .join('\n')
}
