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
    super({ views: SHIPPED, autoEscape: true, cache: true, cacheFilepaths: true })
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
