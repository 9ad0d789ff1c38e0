import { existsSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { uniqueId } from '../../autoconfig/provider-id.js'
import { providerYaml } from '../../autoconfig/provider-yaml.js'
import { MailProfileError } from '../../errors.js'
import type { Catalogue } from '../../providers/catalogue.js'
import { parseProvider } from '../../providers/provider.js'
import { fileError, isFileError } from '../../files/file-error.js'
import { FOR_ALL, replaceFile } from '../../files/replace-file.js'
import { PROVIDERS_FOLDER, holdsPassword, type InitPlan } from './plan.js'
import { renderConfig } from './render.js'

const FOR_OWNER = 0o600

const COMMENT =
  'Made by “mailprofile init”; docs/providers.md has every key. People see the name on their devices.'

/** Provider files that would be replaced. */
export function replacedFiles(plan: InitPlan, out: string): readonly string[] {
  return providerFiles(plan, out).flatMap(({ path }) => (existsSync(path) ? [path] : []))
}

/**
 * Refuses servers for domains that another file beside the plan's own has already.
 *
 * @param catalogue with the providers that are there
 * @throws MailProfileError `invalid_request` that names the file
 */
export function requireOneFileEach(plan: InitPlan, out: string, catalogue: Catalogue): void {
  const { entries, refused } = catalogue.ofOperator()
  const written = new Set(providerFiles(plan, out).map(({ path }) => basename(path)))
  const domains = new Set(plan.providers.flatMap((provider) => provider.domains))
  for (const { file, provider } of [...entries, ...refused]) {
    const domain = provider.domains.find((name) => domains.has(name))
    if (domain === undefined || written.has(file)) continue
    throw new MailProfileError(
      'invalid_request',
      `${join(dirname(out), PROVIDERS_FOLDER, file)} has the servers of ${domain} already.`,
      { hint: 'Leave out --imap, --pop3 and --smtp, or change that file.' },
    )
  }
}

/**
 * Writes the files of a plan, all of them or none.
 *
 * @param out the configuration file, absolute
 * @param replace whether files that are there may be replaced
 * @returns the files, the configuration last
 * @throws MailProfileError `file_error`; `invalid_request` for a file that has come to be there
 */
export async function writePlan(
  plan: InitPlan,
  out: string,
  replace: boolean,
): Promise<readonly string[]> {
  const folder = join(dirname(out), PROVIDERS_FOLDER)
  const files = providerFiles(plan, out)
  // What could not be read back is not written.
  for (const { path, text } of files) parseProvider(text, path)
  const config = renderConfig(plan, files.length > 0 || existsSync(folder))
  if (files.length > 0) await makeFolder(folder)
  const mode = holdsPassword(plan) ? FOR_OWNER : FOR_ALL
  const all = [
    { path: out, text: config, mode },
    ...files.map((file) => ({ ...file, mode: FOR_ALL })),
  ]
  await writeInOne(all, !replace)
  return [...files.map(({ path }) => path), out]
}

interface FileToWrite {
  readonly path: string
  readonly text: string
  readonly mode: number
}

// Each gets its name after those behind it have theirs: once all are on the disk, and the first one last.
async function writeInOne(files: readonly FileToWrite[], isNew: boolean): Promise<void> {
  const [file, ...others] = files
  if (file === undefined) return
  const { path, text, mode } = file
  const named: string[] = []
  try {
    await replaceFile(
      path,
      async (write) => {
        await write(text)
        await writeInOne(others, isNew)
        named.push(...others.map((other) => other.path))
      },
      { mode, isNew },
    )
  } catch (error) {
    if (isNew) await Promise.all(named.map((made) => rm(made, { force: true })))
    throw error
  }
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder)
  } catch (error) {
    if (!isFileError(error)) throw error
    if (error.code !== 'EEXIST') throw fileError(error, { path: folder, access: 'written' })
  }
}

function providerFiles({ providers }: InitPlan, out: string) {
  const ids = new Set<string>()
  return providers.map((provider) => {
    const id = uniqueId(provider.id, ids)
    ids.add(id)
    return {
      path: join(dirname(out), PROVIDERS_FOLDER, `${id}.yaml`),
      text: providerYaml({ ...provider, id }, COMMENT),
    }
  })
}

/** The refusal to replace what is there. */
export function alreadyWritten(path: string): MailProfileError {
  return new MailProfileError('invalid_request', `${path} is already there.`, {
    hint: 'Add --force to replace it, or name another file with -o.',
  })
}
