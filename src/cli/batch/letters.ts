import {
  accessSync,
  constants,
  createWriteStream,
  openSync,
  renameSync,
  rmSync,
  type WriteStream,
} from 'node:fs'
import { finished } from 'node:stream/promises'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { domainOf } from '../../account/address.js'
import type { Letters } from '../../batch/letters/letter.js'
import type { LetterOptions } from '../../batch/letters/open-letters.js'
import { freeName, unfinishedName } from '../../batch/output/output-folder.js'
import type { LetterWriting } from '../../batch/run/steps.js'
import type { Config } from '../../config/config.js'
import type { AnsweringConfig } from '../../config/tenants.js'
import { accountQuery } from '../../http/request/account-request.js'
import { readBranding } from '../../server/configured-branding.js'
import { looksOf } from '../../server/configured-looks.js'
import { createTexts } from '../../texts/texts.js'
import { baseUrlRequired } from '../base-url-required.js'
import { asFileError } from '../../files/file-error.js'
import type { TenantOf } from './tenants.js'

/** How letters are laid out, as the command line says. */
export type LetterLayout = Pick<LetterOptions, 'layout' | 'paper' | 'envelope'>

export interface LettersOptions extends LetterLayout {
  /** Where they are to come, as the person named it. */
  readonly path: string
  readonly cwd: string
  readonly config: Config
  readonly tenantOf: TenantOf
  readonly now: Date
  /** The name that a file of this run has, chosen once. */
  readonly nameOf: (file: string, choose: () => string) => string
  /** Told of what could not be printed. */
  readonly warn: (text: string) => void
}

interface OpenFile {
  readonly letters: Letters
  readonly stream: WriteStream
  readonly path: string
  readonly temporary: string
}

// More would be the same again.
const WARNINGS = 20

/** Writes letters into a PDF, or one for each tenant: each has its own name and looks. */
export function letterWriting(options: LettersOptions): LetterWriting {
  const { config, tenantOf, warn } = options
  const files = new Map<string | undefined, OpenFile>()
  let warnings = 0
  const fileOf = async (one: AnsweringConfig) => {
    const open = files.get(one.name) ?? (await openFile(one, options))
    files.set(one.name, open)
    return open
  }
  return {
    async add({ line, postal, fields }, { address, name, protocol, language }, invitation) {
      const one = tenantOf(address)
      const { baseUrl } = one
      if (baseUrl === undefined) throw baseUrlRequired('letter', domainOf(address), config)
      const { letters } = await fileOf(one)
      const query = accountQuery({ address, name, protocol })
      const { missing } = await letters.add({
        ...{ address, name, language, postal, fields },
        url: invitation?.link ?? `${baseUrl}/setup${query}`,
        isInvitation: invitation !== undefined,
        passcode: invitation?.code,
        expiresAt: invitation?.expires === undefined ? undefined : new Date(invitation.expires),
      })
      if (missing.length > 0 && ++warnings <= WARNINGS) {
        warn(`line ${line}: no font has ${missing.join(' ')}; a box stands for it on the letter.`)
      }
    },
    async finish() {
      for (const { letters, path, temporary } of files.values()) {
        await letters.end()
        renameSync(temporary, path)
      }
      return [...files.values()].map(({ path }) => join(dirname(options.path), basename(path)))
    },
    async discard() {
      for (const file of files.values()) await remove(file)
    },
  }
}

/**
 * Before anything is made: an invitation whose letter cannot be written is nobody's.
 *
 * @param out the folder that the run makes
 * @throws MailProfileError `file_error`
 */
export function requireFolderOf(path: string, out: string, cwd: string): void {
  const folder = resolve(cwd, dirname(path))
  if (folder === resolve(cwd, out)) return
  try {
    accessSync(folder, constants.W_OK | constants.X_OK)
  } catch (error) {
    throw asFileError(error, { path, what: 'The file of letters', access: 'written' })
  }
}

async function openFile(one: AnsweringConfig, options: LettersOptions): Promise<OpenFile> {
  const { openLetters } = await import('../../batch/letters/open-letters.js')
  const { layout, paper, envelope, now } = options
  const { language, templates, baseUrl = '' } = one
  const { operator, color, contact } = looksOf(one, baseUrl)
  const { logo } = await readBranding(one)
  const folder = resolve(options.cwd, dirname(options.path))
  const wanted = nameFor(one.name, basename(options.path))
  // Nobody else's: another run may write there at the same time.
  const open = (name: string) => createFile(join(folder, unfinishedName(name)), options.path)
  let file: number | undefined
  const name = options.nameOf(`letters ${wanted}`, () => {
    const free = freeName(folder, wanted)
    file = open(free)
    return free
  })
  const temporary = join(folder, unfinishedName(name))
  if (file === undefined) {
    rmSync(temporary, { force: true })
    file = open(name)
  }
  // Once the results say that a letter is there, no run prints it again: so it is on the disk before that.
  const stream = createWriteStream(temporary, { fd: file, flush: true })
  // Between two letters nobody waits for it; whoever writes the next is told.
  stream.on('error', () => undefined)
  try {
    const letters = await openLetters(stream, {
      ...{ layout, paper, envelope, now, templates, language },
      branding: { operator, color, logo, contact: contact?.text },
      texts: createTexts({ folders: templates === undefined ? [] : [templates], language }),
    })
    return { letters, stream, temporary, path: join(folder, name) }
  } catch (error) {
    await remove({ stream, temporary })
    throw error
  }
}

/**
 * @param path as it is called in the end
 * @throws MailProfileError `file_error`
 */
function createFile(temporary: string, path: string): number {
  try {
    return openSync(temporary, 'wx', 0o600)
  } catch (error) {
    throw asFileError(error, { path, what: 'The file of letters', access: 'written' })
  }
}

async function remove({ stream, temporary }: Pick<OpenFile, 'stream' | 'temporary'>) {
  stream.destroy()
  await finished(stream).catch(() => undefined)
  rmSync(temporary, { force: true })
}

function nameFor(tenant: string | undefined, name: string): string {
  if (tenant === undefined) return name
  const extension = extname(name)
  return `${name.slice(0, name.length - extension.length)}-${tenant}${extension}`
}
