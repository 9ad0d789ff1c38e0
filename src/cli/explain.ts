import type { CommanderError } from 'commander'
import { SearchedInVain } from '../discovery/attempt.js'
import { MailProfileError } from '../errors.js'
import { fileError, isFileError } from '../files/file-error.js'
import { oneLine } from '../account/visible.js'
import { OPTIONS_FOR_SERVE } from '../own-commands.js'
import { UsageError } from './usage-error.js'

const SEE_HELP = 'Run it with --help to see how it is used.'

/** Why a command did not do its work, for people and for programs. */
export interface Explanation {
  readonly errorCode: string
  readonly message: string
  readonly hint?: string | undefined
  /** A page that helps the person. */
  readonly helpUrl?: string | undefined
  /** More lines, for people only. */
  readonly more?: string | undefined
}

/** What was thrown. */
export function explain(error: unknown): Explanation {
  if (error instanceof MailProfileError) {
    const { code, message, helpUrl } = error
    const hint = error.hint ?? (error instanceof UsageError ? SEE_HELP : undefined)
    const more = error.cause instanceof SearchedInVain ? places(error.cause) : undefined
    return { errorCode: code, message: `${message}${fieldOf(error)}`, hint, helpUrl, more }
  }
  if (isFileError(error) && (error.path !== undefined || isOfWriting(error))) {
    const access = isOfWriting(error) ? 'written' : 'read'
    return explain(fileError(error, { path: error.path, access }))
  }
  if (error instanceof Error && 'code' in error) {
    return { errorCode: 'file_error', message: oneLine(error.message) }
  }
  const message = error instanceof Error ? (error.stack ?? error.message) : 'Something went wrong.'
  return { errorCode: 'internal', message }
}

// To open a file may mean either.
function isOfWriting({ syscall = '', code = '' }: NodeJS.ErrnoException): boolean {
  return (
    /^(?:mkdir|rename|write|copy|fsync|fdatasync|ftruncate)/.test(syscall) ||
    ['EROFS', 'ENOSPC', 'EDQUOT', 'EFBIG', 'EEXIST'].includes(code)
  )
}

/**
 * What commander has to say about the command line.
 *
 * @param text what it would print
 */
export function explainUsage({ code }: CommanderError, text: string): Explanation {
  // It prints its help instead of a sentence.
  if (code === 'commander.help') {
    return { errorCode: 'usage_error', message: 'The command is missing.', more: `\n${text}` }
  }
  const [first = '', ...rest] = withoutValue(text).trimEnd().split('\n')
  const ofNpm = first.startsWith("error: too many arguments for 'serve'")
    ? OPTIONS_FOR_SERVE
    : undefined
  return {
    errorCode: 'usage_error',
    message: first.replace(/^error: /, ''),
    hint: [...rest, ...(ofNpm === undefined ? [] : [ofNpm]), SEE_HELP].join('\n'),
  }
}

export function asText({ errorCode, message, hint, helpUrl, more = '' }: Explanation): string {
  const help = helpUrl === undefined ? [] : [`See ${helpUrl}`]
  return [`${errorCode}: ${message}`, ...(hint === undefined ? [] : [hint]), ...help, more].join(
    '\n',
  )
}

/** As the HTTP interface has it, with the page that helps. */
export function asJson({ errorCode, message, hint, helpUrl }: Explanation): string {
  return `${JSON.stringify({ error: { code: errorCode, message, hint, helpUrl } }, null, 2)}\n`
}

// The value of an option that is not known may be a secret.
function withoutValue(text: string): string {
  return text.replace(/(unknown option '--?[\w-]+)=[^]*?'(?=\n|$)/, "$1'")
}

// The sentence is for everybody; who typed JSON wants to know which value it is about.
function fieldOf({ field, message }: MailProfileError): string {
  return field === undefined || !field.includes('.') || message.includes(field) ? '' : ` (${field})`
}

function places({ attempts }: SearchedInVain): string {
  const lines = attempts.map(
    ({ place, outcome, detail }) =>
      `  ${place}\n    ${outcome}${detail === undefined ? '' : `: ${detail}`}\n`,
  )
  return `\nThese places were asked:\n${lines.join('')}`
}
