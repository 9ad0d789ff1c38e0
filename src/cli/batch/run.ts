import { resolve } from 'node:path'
import type { Columns } from '../../batch/list/columns.js'
import { OutputFolder } from '../../batch/output/output-folder.js'
import { runBatch, type BatchMeans, type BatchSummary } from '../../batch/run/run-batch.js'
import { tryBatch } from '../../batch/run/try-batch.js'
import type { Inviting } from '../../batch/run/steps.js'
import { Workers } from '../../batch/threads/workers.js'
import type { Config } from '../../config/config.js'
import { loadConfig } from '../../config/load.js'
import { MailProfileError } from '../../errors.js'
import { getFormat } from '../../formats/index.js'
import { ownScript } from '../../own-files.js'
import type { Invitations } from '../../invitations/invitations.js'
import { readIdentity } from '../../server/configured-identity.js'
import type { ExitCode, Io } from '../io.js'
import { tell, write } from '../output.js'
import { readInput, STANDARD_INPUT } from '../read-input.js'
import { withInvitations } from '../with-invitations.js'
import type { FileMakerData } from './file-maker.js'
import { invitingWith } from './inviting.js'
import { letterWriting, requireFolderOf } from './letters.js'
import { parseBatchOptions, type BatchCommandOptions, type BatchWish } from './options.js'
import { allPeople } from './people.js'
import { progressOn } from './progress.js'
import { openRows } from './rows.js'
import { sendingBy } from './sending.js'
import { parseSource } from './source.js'
import { describeForecast, describeSummary } from './summary.js'
import { readTenants, type TenantOf } from './tenants.js'

type Say = (text: string) => Promise<void>

/** `mailprofile batch`. */
export async function runBatchCommand(
  path: string | undefined,
  options: BatchCommandOptions,
  io: Io,
): Promise<ExitCode> {
  const people = parseSource(path, options)
  const wish = parseBatchOptions(options)
  const { config: file, providers = [], out, json } = options
  const isQuiet = options.quiet === true
  const configContent =
    file === STANDARD_INPUT ? await readInput(file, 'The configuration', io) : undefined
  const source = configContent === undefined ? { file } : { content: configContent }
  const config = await loadConfig({ ...source, env: io.env, cwd: io.cwd })
  if (options.letters !== undefined) requireFolderOf(options.letters, out, io.cwd)
  const say: Say = (text) => (isQuiet ? Promise.resolve() : tell(io.stderr, text))
  const date = sourceDate(io)
  const tenantOf = await readTenants(config, providers, io)
  const onColumns = (columns: Columns) => void say(describeColumns(columns))
  const rows = await openRows(people, wish, { config, tenantOf, onColumns }, io)
  const data: FileMakerData = {
    config: configContent === undefined ? file : undefined,
    configContent,
    providers,
    formats: wish.formats,
    language: wish.language,
    unsigned: options.unsigned === true,
    signingTime: date?.getTime(),
    env: { ...io.env },
    cwd: io.cwd,
  }
  let workers: Workers | undefined
  const folder = resolve(io.cwd, out)
  const common = { formats: wish.formats, shard: wish.shard, now: io.now() }
  const answer = async (result: object, text: string) =>
    write(io.stdout, json ? `${JSON.stringify(result, null, 2)}\n` : text)
  try {
    // After the list, of which a wrong name is told sooner than keys are read.
    const threads = await threadsFor(wish, options, config, io)
    const making = (workers = new Workers(threads, ownScript('bin/batch-worker'), data))
    if (options.dryRun) {
      const forecast = await withMeans(
        wish,
        { config, tenantOf, sends: options.mail === true, isTrial: true },
        io,
        ({ sending }) =>
          tryBatch(rows.list, {
            ...common,
            invitations: wish.terms !== undefined,
            letters: wish.letters !== undefined,
            mail: sending?.check.bind(sending),
            out: folder,
            signal: io.signal,
            workers: making,
          }),
      )
      await answer(forecast, describeForecast(forecast, out))
      return forecast.rejected === 0 && !forecast.stopped ? 0 : 1
    }
    const progress = isQuiet ? undefined : progressOn(io.stderr, () => performance.now())
    const zip = options.zip === true
    const now = date ?? io.now()
    const summary = await withMeans(
      wish,
      { config, tenantOf, sends: options.mail === true },
      io,
      async (means) => {
        const output = new OutputFolder({ path: folder, formats: wish.formats, zip, now })
        const letters =
          wish.letters &&
          letterWriting({
            ...wish.letters,
            ...{ config, tenantOf, now },
            ...{ path: options.letters ?? '', cwd: io.cwd },
            nameOf: (file, choose) => output.journal.nameOf(file, choose),
            warn: (text) => void say(`Warning: ${text}\n`),
          })
        const onProgress = (so: BatchSummary) => progress?.tell(so, rows.share())
        return runBatch(
          rows.list,
          { ...common, zip, signal: io.signal, onProgress },
          {
            ...means,
            ...(rows.complete && { complete: rows.complete }),
            workers: making,
            output,
            letters,
          },
        )
      },
    ).finally(() => progress?.end())
    await answer(summary, describeSummary(summary, out))
    return isWhole(summary) ? 0 : 1
  } finally {
    rows.close()
    await workers?.close()
  }
}

function isWhole({ rejected, failedMails, uncertainMails, stopped }: BatchSummary): boolean {
  return rejected === 0 && failedMails === 0 && uncertainMails === 0 && !stopped
}

interface MeansOptions {
  readonly config: Config
  readonly tenantOf: TenantOf
  /** Whether invitations are sent. */
  readonly sends: boolean
  /** Whether nothing is done but looking: then no store is opened. */
  readonly isTrial?: boolean
}

/** Does the work with all that is open for it meanwhile. */
async function withMeans<T>(
  { terms }: BatchWish,
  { config, tenantOf, sends, isTrial = false }: MeansOptions,
  io: Io,
  work: (means: Pick<BatchMeans, 'complete' | 'inviting' | 'sending'>) => Promise<T>,
): Promise<T> {
  const people = allPeople(tenantOf, io)
  const complete = people.complete.bind(people)
  const answering = [config, ...config.tenants]
  const withSending = async (invitations: Invitations | undefined, inviting?: Inviting) => {
    if (!sends) return work({ complete, inviting })
    const sending = await sendingBy({ answering, tenantOf, invitations, people }, io)
    try {
      return await work({ complete, inviting, sending })
    } finally {
      await sending.close()
    }
  }
  try {
    if (terms === undefined || isTrial) return await withSending(undefined)
    return await withInvitations(config, io, (invitations) =>
      withSending(invitations, invitingWith(invitations, { config, tenantOf, terms })),
    )
  } finally {
    await people.close()
  }
}

/**
 * How many threads there are to be. Here the identity is loaded once before, so that what is wrong with it is told at
 * once, and one that nobody has made yet is made once.
 */
async function threadsFor(
  { formats, threads }: BatchWish,
  { unsigned }: BatchCommandOptions,
  config: Config,
  io: Io,
): Promise<number> {
  if (unsigned || !formats.some((id) => getFormat(id).signed)) return threads
  const { identity, warnings, isInMemory = false } = await readIdentity(config, io)
  for (const warning of [...identity.warnings(io.now()), ...warnings]) {
    await tell(io.stderr, `Warning: ${warning}\n`)
  }
  // Each thread would make its own.
  return isInMemory ? 1 : threads
}

function describeColumns({ names, fields }: Columns): string {
  const columns = new Set(fields.values())
  const known = [...fields].map(([field, name]) =>
    field === name ? field : `${field} is “${name}”`,
  )
  const others = names.filter((name) => name !== '' && !columns.has(name))
  const rest =
    others.length === 0 ? '' : ` Others: ${others.map((name) => `“${name}”`).join(', ')}.`
  return `Columns: ${known.join(', ')}.${rest}\n`
}

/** @see https://reproducible-builds.org/specs/source-date-epoch/ */
function sourceDate({ env }: Pick<Io, 'env'>): Date | undefined {
  const text = env['SOURCE_DATE_EPOCH']
  if (text === undefined || text === '') return undefined
  if (/^\d{1,11}$/.test(text)) return new Date(Number(text) * 1000)
  throw new MailProfileError(
    'invalid_configuration',
    'SOURCE_DATE_EPOCH has to be seconds since 1970.',
    {
      hint: 'Leave it out to sign with the present time.',
    },
  )
}
