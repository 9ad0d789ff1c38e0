import { availableParallelism } from 'node:os'
import { parseLanguage } from '../../account/language.js'
import { ENVELOPES, type EnvelopeName } from '../../batch/letters/page/envelopes.js'
import { LAYOUTS } from '../../batch/letters/templates.js'
import { PAPERS, type PaperName } from '../../batch/letters/page/paper.js'
import type { Shard } from '../../batch/run/chunks.js'
import { decoderFor } from '../../batch/list/decode-list.js'
import { FIELDS, type Field } from '../../batch/list/fields.js'
import type { NamedColumns } from '../../batch/list/columns.js'
import { getFormat } from '../../formats/index.js'
import { parseInvitationRequest } from '../../invitations/request.js'
import type { Terms } from '../../invitations/terms.js'
import { wholeNumberIn } from '../options.js'
import { parseArgument, UsageError } from '../usage-error.js'
import type { LetterLayout } from './letters.js'

/** As commander has them. */
export interface BatchCommandOptions {
  readonly out: string
  readonly directory?: string
  readonly format?: readonly string[]
  readonly invitations?: true
  readonly code?: true
  readonly expires?: string
  readonly window?: string
  readonly downloads?: string
  readonly mail?: true
  readonly letters?: string
  readonly layout?: string
  readonly paper?: string
  readonly envelope?: string
  readonly zip?: true
  readonly unsigned?: true
  readonly language?: string
  readonly column?: readonly string[]
  readonly encoding?: string
  readonly shard?: string
  readonly threads?: string
  readonly dryRun?: true
  readonly quiet?: true
  readonly json?: true
  readonly config?: string
  readonly providers?: readonly string[]
}

/** The same, as they are meant. */
export interface BatchWish {
  readonly formats: readonly string[]
  /** Absent where there are no invitations. */
  readonly terms?: Terms
  readonly letters?: LetterLayout
  readonly language?: string
  readonly named: NamedColumns
  readonly decoder?: ReturnType<typeof decoderFor>
  readonly shard?: Shard
  readonly threads: number
}

const MAX_THREADS = 64
const LETTER_OPTIONS = ['layout', 'paper', 'envelope'] as const
const INVITATION_OPTIONS = ['code', 'expires', 'window', 'downloads'] as const
const PAPER_NAMES = Object.keys(PAPERS) as readonly PaperName[]
const ENVELOPE_NAMES = Object.keys(ENVELOPES) as readonly EnvelopeName[]

/** @throws UsageError */
export function parseBatchOptions(options: BatchCommandOptions): BatchWish {
  const { format, mail, letters, language: tag, encoding, shard } = options
  // What is sent is an invitation.
  const invitations = options.invitations ?? mail
  const others = invitations ?? letters !== undefined
  const formats = [...new Set(format ?? (others ? [] : ['apple-profile']))]
  for (const id of formats) parseArgument(() => getFormat(id))
  const term = INVITATION_OPTIONS.find((name) => options[name] !== undefined)
  if (term !== undefined && !invitations) {
    throw new UsageError(`--${term} is of invitations: give --invitations or --mail too.`)
  }
  if (letters === undefined && LETTER_OPTIONS.some((name) => options[name] !== undefined)) {
    throw new UsageError('--layout, --paper and --envelope are of letters: give --letters too.')
  }
  if (options.zip && formats.length === 0) {
    throw new UsageError('--zip is for files: name a --format too.')
  }
  return {
    formats,
    ...(invitations ? { terms: parseTerms(options) } : {}),
    ...(letters === undefined ? {} : { letters: parseLayout(options) }),
    ...(tag === undefined
      ? {}
      : { language: parseArgument(() => parseLanguage(tag, '--language')) }),
    named: parseColumns(options.column ?? []),
    ...(encoding === undefined ? {} : { decoder: parseArgument(() => decoderFor(encoding)) }),
    ...(shard === undefined ? {} : { shard: parseShard(shard) }),
    threads: parseThreads(options.threads),
  }
}

function parseTerms({ code, expires, window, downloads }: BatchCommandOptions): Terms {
  const number = (text: string | undefined) =>
    text === undefined ? undefined : wholeNumberIn(text)
  // The address stands for all of the list.
  return parseArgument(
    () =>
      parseInvitationRequest({
        address: 'everybody@example.com',
        code,
        expires: number(expires),
        window: number(window),
        downloads: number(downloads),
      }).terms,
  )
}

function parseLayout(options: BatchCommandOptions): LetterLayout {
  const { layout = 'letter', paper = 'a4', envelope } = options
  if (layout === 'cards' && envelope !== undefined) {
    throw new UsageError('--envelope is of letters: cards are handed out, and have no address.')
  }
  return {
    layout: oneOf('--layout', LAYOUTS, layout),
    paper: oneOf('--paper', PAPER_NAMES, paper),
    ...(envelope === undefined ? {} : { envelope: oneOf('--envelope', ENVELOPE_NAMES, envelope) }),
  }
}

function oneOf<T extends string>(option: string, values: readonly T[], value: string): T {
  const found = values.find((one) => one === value)
  if (found !== undefined) return found
  throw new UsageError(`${option} is one of ${values.join(', ')}.`)
}

function parseColumns(given: readonly string[]): NamedColumns {
  const named = new Map<Field, string>()
  for (const text of given) {
    const at = text.indexOf('=')
    const field = FIELDS.find((one) => one === text.slice(0, at))
    if (field === undefined) {
      const what =
        at < 1
          ? '--column names a field and a column: --column "address=Primary mail".'
          : `--column names no field “${text.slice(0, at)}”.`
      throw new UsageError(what, { hint: `The fields are ${FIELDS.join(', ')}.` })
    }
    named.set(field, text.slice(at + 1))
  }
  return named
}

function parseShard(text: string): Shard {
  const [, part = '', parts = ''] = /^(\d{1,4})\/(\d{1,4})$/.exec(text) ?? []
  const shard = { number: wholeNumberIn(part), of: wholeNumberIn(parts) }
  if (shard.number >= 1 && shard.number <= shard.of) return shard
  throw new UsageError('--shard is a part and how many there are: 3/8 is the third of eight.')
}

function parseThreads(text: string | undefined): number {
  const threads = text === undefined ? availableParallelism() : wholeNumberIn(text)
  if (threads >= 1 && threads <= MAX_THREADS) return threads
  throw new UsageError(`--threads is a whole number from 1 to ${MAX_THREADS}.`)
}
