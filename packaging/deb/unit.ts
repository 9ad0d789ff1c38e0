// What is other than where npm installed the program, and somebody made a user for it.
const CHANGES: readonly (readonly [from: string, to: string])[] = [
  // The user is made at a start and is nobody afterwards. Where there is one of this name, it is taken.
  ['User=mailprofile\nGroup=mailprofile\n', 'DynamicUser=yes\nUser=mailprofile\n'],
  ['ExecStart=/opt/mailprofile/bin/mailprofile serve', 'ExecStart=/usr/bin/mailprofile serve'],
  ['[Unit]\n', '[Unit]\nDocumentation=man:mailprofile(1) man:mailprofile.yaml(5)\n'],
]

/**
 * The unit of the package.
 *
 * @param shipped the one for an installation by npm, `contrib/mailprofile.service`
 */
export function packageUnit(shipped: string): string {
  return CHANGES.reduce((unit, [from, to]) => {
    if (!unit.includes(from)) throw new Error(`The unit has no ${JSON.stringify(from)} any more.`)
    return unit.replace(from, to)
  }, shipped)
}
