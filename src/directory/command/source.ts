import { isUtf8 } from 'node:buffer'
import { spawn, type ChildProcess } from 'node:child_process'
import { expandPlaceholders } from '../../account/placeholders.js'
import { DuplicateKey, readJson } from '../../encoding/read-json.js'
import { rawPerson, type DirectorySource, type RawPerson } from '../source.js'
import { DirectoryTrouble } from '../trouble.js'
import { questionTurns } from '../question-turns.js'

export interface CommandSourceOptions {
  /** The program and its arguments, in which Mozilla's placeholders may stand; no shell reads them. */
  readonly command: readonly string[]
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
export function commandSource({ command, most, path }: CommandSourceOptions): DirectorySource {
  const turns = questionTurns(most)
  return {
    ask: (address, signal) =>
      turns.take(async () => {
        const [program = '', ...argv] = command.map((one) => expandPlaceholders(one, address))
        const child = spawn(program, argv, {
          shell: false,
          cwd: '/',
          env: { ...(path === undefined ? {} : { PATH: path }), LC_ALL: 'C.UTF-8' },
          stdio: ['pipe', 'pipe', 'ignore'],
          // With all that it starts in turn.
          detached: true,
        })
        return peopleIn(await outputOf(child, `${address}\n`, signal))
      }, signal),
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
      else {
        const how = code === null ? `by ${ended ?? 'a signal'}` : `with status ${code}`
        reject(new DirectoryTrouble(`The program ended ${how}.`))
      }
    })
  })
}

function kill(child: ChildProcess): void {
  child.stdout?.destroy()
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}

function peopleIn(output: string): RawPerson[] {
  if (output.trim() === '') return []
  const value = parse(output)
  if (value === null) return []
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw new DirectoryTrouble('The program writes JSON that is no object.')
  }
  return [rawPerson(Object.entries(value))]
}

function parse(output: string): unknown {
  try {
    return readJson(output)
  } catch (error) {
    const what = error instanceof DuplicateKey ? 'a key twice' : 'what is not JSON'
    throw new DirectoryTrouble(`The program writes ${what}.`)
  }
}
