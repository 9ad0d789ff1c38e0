import { describedRows } from './configuration-keys.js'
import { bold, folded, item, ofMarkdown, title } from './roff.js'

const HEAD = `.SH NAME
mailprofile.yaml \\- configuration of mailprofile
.SH DESCRIPTION
A file in YAML, everything of which is optional.
Paths in it begin at its folder.
Each key has a variable of the environment, which wins; where the name of the variable ends in
.BR _FILE ,
its value is the name of a file that has the value, such as a password.
.PP
.B mailprofile config check
tells of all that is wrong with it.
.SH KEYS`

const FOOT = `.SH FILES
.TP
.I /etc/mailprofile/mailprofile.yaml
where the Debian package has it
.SH SEE ALSO
.BR mailprofile (1)`

/** mailprofile.yaml(5). */
export function configurationManual(made: {
  readonly version: string
  readonly date: Date
}): string {
  const rows = describedRows().map(({ keys, variables, about }) => {
    const also = variables.map(bold).join(', ')
    return item(keys.map(bold), `${ofMarkdown(about)}${also && `\n.br\n${also}`}`)
  })
  return folded([title('MAILPROFILE.YAML', 5, made), HEAD, ...rows, FOOT, ''].join('\n'))
}
