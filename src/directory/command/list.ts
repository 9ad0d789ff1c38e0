import { once } from 'node:events'
import type { ChildProcess } from 'node:child_process'
import { FILTER_PLACEHOLDER } from '../../account/placeholders.js'
import { MailProfileError } from '../../errors.js'
import type { ListQuestion, RawEntry } from '../source.js'
import { DirectoryTrouble } from '../trouble.js'
import { personInJson } from './person-in-json.js'
import { endTrouble, kill, start } from './process.js'

const MAX_LINE = 64 * 1024

/**
 * The people whom the program for lists writes, an object in each line (JSON Lines): it gets the filter as a line on
 * standard input.
 *
 * @throws MailProfileError `invalid_configuration` where there is no such program
 */
export async function* listPeople(
  listCommand: readonly string[] | undefined,
  {
    filter,
    signal,
    path,
  }: Pick<ListQuestion, 'filter' | 'signal'> & { readonly path: string | undefined },
): AsyncGenerator<readonly RawEntry[]> {
  if (listCommand === undefined) {
    throw new MailProfileError(
      'invalid_configuration',
      'The directory has no program that lists people: set directory.listCommand.',
      {
        hint: 'It reads the filter as a line on standard input, and writes a JSON object for each person in a line of its own.',
        field: 'directory.listCommand',
      },
    )
  }
  // A function: in a replacement string `$&` would have a meaning.
  const argv = listCommand.map((one) => one.replace(FILTER_PLACEHOLDER, () => filter))
  const child = start(argv, path)
  const stop = () => kill(child)
  signal.addEventListener('abort', stop, { once: true })
  const ended = endOf(child)
  child.stdin?.on('error', () => undefined)
  child.stdin?.end(`${filter}\n`)
  try {
    yield* peopleIn((child.stdout ?? []) as AsyncIterable<Buffer>)
    await ended
  } finally {
    signal.removeEventListener('abort', stop)
    stop()
  }
}

function endOf(child: ChildProcess): Promise<void> {
  const ended = once(child, 'close').then((end) => {
    const [code, by] = end as [number | null, NodeJS.Signals | null]
    if (code !== 0) throw endTrouble(code, by)
  })
  // It is waited for once all that it has written is read.
  ended.catch(() => undefined)
  return ended
}

async function* peopleIn(chunks: AsyncIterable<Buffer>): AsyncGenerator<readonly RawEntry[]> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let rest = ''
  for await (const chunk of chunks) {
    rest += decoded(() => decoder.decode(chunk, { stream: true }))
    const lines = rest.split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > MAX_LINE) {
      throw new DirectoryTrouble('The program writes a line that is longer than 64 KB.')
    }
    yield lines.flatMap(entryIn)
  }
  yield entryIn(rest + decoded(() => decoder.decode()))
}

function entryIn(line: string): RawEntry[] {
  if (line.trim() === '') return []
  try {
    const person = personInJson(line)
    return person === undefined ? [] : [person]
  } catch (error) {
    if (error instanceof DirectoryTrouble) return [error]
    throw error
  }
}

function decoded(decode: () => string): string {
  try {
    return decode()
  } catch {
    throw new DirectoryTrouble('The program writes what is not UTF-8.')
  }
}
