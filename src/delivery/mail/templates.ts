import { existsSync, readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Eta } from 'eta'
import { MailProfileError } from '../../errors.js'
import { ownFile } from '../../own-files.js'

/** The templates of mails that ship with mailprofile. */
export const SHIPPED_MAILS = ownFile('templates/mails')

export type MailTemplate = (data: object) => string

/**
 * The template of a mail in HTML. An operator's own is compiled now, so that it is not found broken while
 * something is sent.
 *
 * @param templates the operator's folder: what lies in its `mails/` wins
 * @throws MailProfileError `invalid_configuration` for one that is broken, or that no mail is made of
 */
export function mailTemplate(name: string, templates: string | undefined): MailTemplate {
  const own = templates === undefined ? undefined : join(resolve(templates), 'mails')
  const isOwn = own !== undefined && requireKnown(own) && existsSync(join(own, `${name}.eta`))
  const folder = isOwn ? own : SHIPPED_MAILS
  const eta = new Eta({ views: folder, autoEscape: true })
  const path = join(folder, `${name}.eta`)
  const broken = (error: unknown) =>
    refused(
      path,
      error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error),
      error,
    )
  const compiled = attempt(() => eta.compile(eta.readFile(path)), broken)
  // What a template of one's own does with its values is found out when there are some.
  return (data) => attempt(() => eta.render(compiled, data), broken)
}

function requireKnown(own: string): boolean {
  const found = statSync(own, { throwIfNoEntry: false })
  if (found === undefined) return false
  if (!found.isDirectory()) throw refused(own, 'It is no folder.')
  const stray = readdirSync(own).find(
    (file) => file.endsWith('.eta') && !existsSync(join(SHIPPED_MAILS, file)),
  )
  if (stray !== undefined)
    throw refused(join(own, stray), 'No mail is made of a template of this name.')
  return true
}

function attempt<T>(work: () => T, broken: (error: unknown) => MailProfileError): T {
  try {
    return work()
  } catch (error) {
    throw broken(error)
  }
}

function refused(path: string, why: string, cause?: unknown): MailProfileError {
  return new MailProfileError('invalid_configuration', `${path}: ${why}`, {
    hint: 'Compare it with the template of the same name that ships with mailprofile.',
    field: 'templates',
    cause,
  })
}
