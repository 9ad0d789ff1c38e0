import { existsSync } from 'node:fs'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { uniqueId } from '../../autoconfig/provider-id.js'
import { providerYaml } from '../../autoconfig/provider-yaml.js'
import { MailProfileError } from '../../errors.js'
import type { Catalogue } from '../../providers/catalogue.js'
import { parseProvider } from '../../providers/provider.js'
import { asFileError, fileError, isFileError } from '../../files/file-error.js'
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
 * Writes the files of a plan, all of them or none: what was there before is there again when one cannot be written.
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
  const isNew = !replace
  const made: Written[] = []
  try {
    for (const { path, text } of files) {
      const before = replace && existsSync(path) ? await readKept(path) : undefined
      await replaceFile(path, (write) => write(text), { mode: FOR_ALL, isNew })
      made.push({ path, before })
    }
    const mode = holdsPassword(plan) ? FOR_OWNER : FOR_ALL
    await replaceFile(out, (write) => write(config), { mode, isNew })
    return [...made.map(({ path }) => path), out]
  } catch (error) {
    await Promise.allSettled(made.map(putBack))
    throw error
  }
}

interface Written {
  readonly path: string
  /** What it was, or undefined where there was none. */
  readonly before: Uint8Array | undefined
}

async function readKept(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path)
  } catch (error) {
    throw asFileError(error, { path, access: 'read' })
  }
}

async function putBack({ path, before }: Written): Promise<void> {
  if (before === undefined) await rm(path, { force: true })
  else await replaceFile(path, (write) => write(before), { mode: FOR_ALL })
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
