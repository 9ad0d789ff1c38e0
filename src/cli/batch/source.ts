import { isPrintable } from '../../account/text.js'
import { UsageError } from '../usage-error.js'
import type { BatchCommandOptions } from './options.js'

/** Where the people come from: a list, or the directory by a filter. */
export type BatchSource = { readonly list: string } | { readonly filter: string }

const MAX_LENGTH = 4096

/** @throws UsageError unless it is one of the two */
export function parseSource(
  list: string | undefined,
  { directory: filter, encoding }: Pick<BatchCommandOptions, 'directory' | 'encoding'>,
): BatchSource {
  if (filter === undefined) {
    if (list !== undefined) return { list }
    throw new UsageError('There is no list of people.', {
      hint: "Name a file, - for standard input, or --directory '*' for everybody in the configured directory.",
    })
  }
  if (list !== undefined) {
    throw new UsageError('The people come from a list or from --directory, not from both.', {
      hint: 'Leave one out; a filter with spaces needs quotation marks.',
    })
  }
  if (encoding !== undefined) throw new UsageError('--encoding is of a list.')
  // Of a variable that is not set, it would be everybody.
  if (filter.trim() === '') {
    throw new UsageError('--directory needs a filter.', { hint: "'*' is everybody." })
  }
  if (filter.length > MAX_LENGTH || !isPrintable(filter)) {
    throw new UsageError(
      `The filter of --directory has to be text of ${MAX_LENGTH} characters at most.`,
    )
  }
  return { filter: filter.trim() }
}
