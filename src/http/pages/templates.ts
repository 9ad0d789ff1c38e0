import { existsSync, readdirSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { Eta } from 'eta'
import { MailProfileError } from '../../errors.js'
import { TEMPLATES } from './assets.js'

const SHIPPED = join(TEMPLATES, 'pages')

/**
 * The templates of the pages. All of an operator's own are compiled now, so that none is found broken while
 * somebody waits.
 *
 * @param templates the operator's folder: what lies in its `pages/` wins, file by file
 * @throws MailProfileError `invalid_configuration` for one that is broken, or that no page asks for
 */
export function createTemplates(templates: string | undefined): Eta {
  const own = templates === undefined ? undefined : join(resolve(templates), 'pages')
  const eta = new OverlaidEta(own)
  for (const path of own === undefined ? [] : templatesIn(own)) {
    if (!existsSync(join(SHIPPED, path))) {
      throw broken(join(own ?? '', path), 'No page asks for a template of this name.')
    }
    try {
      eta.compile(eta.readFile(join(SHIPPED, path)))
    } catch (error) {
      throw broken(join(own ?? '', path), reasonIn(error), error)
    }
  }
  return eta
}

class OverlaidEta extends Eta {
  constructor(own: string | undefined) {
    super({
      views: SHIPPED,
      autoEscape: true,
      cache: true,
      plugins: [{ processTemplate: compact, processFnString: passOn }],
    })
    rememberPaths(this)
    const { readFile } = this
    this.readFile = (path) => {
      const ownPath = own === undefined ? undefined : join(own, relative(SHIPPED, path))
      return readFile.call(this, ownPath !== undefined && existsSync(ownPath) ? ownPath : path)
    }
  }
}

function templatesIn(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.eta'),
  )
}

// The first lines say what and where; the code that Eta made of the template follows.
function reasonIn(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return message
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^=+$/.test(line))
    .slice(0, 2)
    .join(': ')
}

function broken(path: string, why: string, cause?: unknown): MailProfileError {
  return new MailProfileError('invalid_configuration', `${path}: ${why}`, {
    hint: 'Compare it with the template of the same name that ships with mailprofile.',
    field: 'templates',
    cause,
  })
}

// What begins and ends a line of its own: spaces beside it mean nothing.
const BLOCK =
  'html|head|meta|title|link|script|body|header|main|footer|div|section|details|summary|dl|dt|dd|p|ul|ol|li|h[1-3]|br'
const BEFORE_BLOCK = new RegExp(`\\s*\\n\\s*(?=</?(?:${BLOCK})\\b)`, 'g')
const AFTER_BLOCK = new RegExp(`(</?(?:${BLOCK})(?: [^<>]*)?>)\\s*\\n\\s*`, 'g')

// A tenth of a page is the line breaks and indentation of its templates. They go before there is a page: in
// one, the line breaks of somebody's value would take time by the cube of their number.
function compact(template: string): string {
  return template.replace(BEFORE_BLOCK, '').replace(AFTER_BLOCK, '$1').replace(/\n\s+/g, '\n')
}

// Eta looks each path up by a JSON text of where it is wanted, and a page has forty parts.
function rememberPaths(eta: Eta): void {
  const resolve = eta.resolvePath.bind(eta)
  const known = new Map<string, string>()
  eta.resolvePath = (template, options) => {
    const wanted = `${options?.filepath ?? ''}:${template}`
    const path = known.get(wanted) ?? resolve(template, options)
    known.set(wanted, path)
    return path
  }
}

// Eta copies all that a page has for each of its forty parts, of which most want nothing of their own.
function passOn(compiled: string): string {
  return compiled.replaceAll(
    /\{\.\.\.it, \.\.\.\(__eta_d \?\? \{\}\)\}/g,
    '__eta_d === undefined ? it : { ...it, ...__eta_d }',
  )
}
