import { isUtf8 } from 'node:buffer'
import type { ChildProcess } from 'node:child_process'
import { expandPlaceholders } from '../../account/placeholders.js'
import type { DirectorySource, RawPerson } from '../source.js'
import { DirectoryTrouble } from '../trouble.js'
import { questionTurns } from '../question-turns.js'
import { listPeople } from './list.js'
import { personInJson } from './person-in-json.js'
import { endTrouble, kill, start } from './process.js'

export interface CommandSourceOptions {
  /** The program and its arguments, in which Mozilla's placeholders may stand; no shell reads them. */
  readonly command: readonly string[]
  /** The one that lists people, and its arguments, in which its own placeholder may stand. */
  readonly listCommand: readonly string[] | undefined
  /** How many run at the same time. */
  readonly most: number
  /** Where programs are looked for that are named without a path. */
  readonly path: string | undefined
}

const MAX_OUTPUT = 64 * 1024

/**
 * People that a program knows: it gets the address as a line on standard input, and writes one JSON object, or
 * nothing or `null` for nobody. Of the environment it has PATH and a language alone.
 */
export function commandSource({
  command,
  listCommand,
  most,
  path,
}: CommandSourceOptions): DirectorySource {
  const turns = questionTurns(most)
  return {
    ask: (address, signal) =>
      turns.take(async () => {
        const child = start(
          command.map((one) => expandPlaceholders(one, address)),
          path,
        )
        return peopleIn(await outputOf(child, `${address}\n`, signal))
      }, signal),
    list: ({ filter, signal }) => listPeople(listCommand, { filter, path, signal }),
    close: () => Promise.resolve(),
  }
}

function outputOf(child: ChildProcess, input: string, signal: AbortSignal): Promise<string> {
  const { stdin, stdout } = child
  return new Promise<string>((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    const fail = (reason: Error) => {
      kill(child)
      reject(reason)
    }
    const stop = () => fail(signal.reason as Error)
    signal.addEventListener('abort', stop, { once: true })
    child.once('error', fail)
    // Who does not read it has it as an argument.
    stdin?.on('error', () => undefined)
    stdin?.end(input)
    stdout?.on('data', (chunk: Buffer) => {
      size += chunk.length
      chunks.push(chunk)
      if (size > MAX_OUTPUT) fail(new DirectoryTrouble('The program writes too much.'))
    })
    child.once('close', (code, ended) => {
      signal.removeEventListener('abort', stop)
      const output = Buffer.concat(chunks)
      if (code === 0 && isUtf8(output)) resolve(output.toString('utf8'))
      else if (code === 0) reject(new DirectoryTrouble('The program writes what is not UTF-8.'))
      else reject(endTrouble(code, ended))
    })
  })
}

function peopleIn(output: string): RawPerson[] {
  if (output.trim() === '') return []
  const person = personInJson(output)
  return person === undefined ? [] : [person]
}
