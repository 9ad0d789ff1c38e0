import type { Readable, Writable } from 'node:stream'
import * as clack from '@clack/prompts'
import type { Io } from '../io.js'
import { initStopped } from './stopped.js'
import type { ReadAnswer } from './values.js'

/** Longer lines are hard to read. */
const MOST_COLUMNS = 80
const USUAL_ROWS = 24
/** What stands before each line, and is left free behind it. */
const MARGIN = 4

/** An answer that can be chosen. */
export interface OfferedAnswer<T> {
  readonly value: T
  readonly label: string
  readonly hint?: string
}

/** Questions on a terminal. Each throws when the person gives up (Ctrl-C), or the process is told to stop. */
export interface Prompts {
  say(text: string): void
  warn(text: string): void
  /** @param read what is made of the answer, or what is wrong with it */
  ask<T>(question: string, read: (text: string) => ReadAnswer<T>, example?: string): Promise<T>
  /** The same, of what is not shown while it is typed. */
  askSecret<T>(question: string, read: (text: string) => ReadAnswer<T>): Promise<T>
  choose<T extends string>(question: string, choices: readonly OfferedAnswer<T>[]): Promise<T>
  confirm(question: string, byDefault: boolean): Promise<boolean>
  end(text: string): void
}

/** Begins to ask. */
export function openPrompts(title: string, { stdin, stderr, signal }: Io): Prompts {
  const common: { input: Readable; output: Writable } = { input: stdin, output: stderr }
  // One for each question, because its listener stays (clack 1.9).
  const question = () => ({ ...common, signal: AbortSignal.any([signal]) })
  // A terminal that nobody has told its size, as of a serial line, has no columns and rows: clack would put
  // each character on a line of its own, and leave out answers to choose.
  if (stderr.columns === 0) {
    Object.defineProperties(stderr, {
      columns: { value: MOST_COLUMNS },
      rows: { value: USUAL_ROWS },
    })
  }
  const width = Math.min(stderr.columns ?? MOST_COLUMNS, MOST_COLUMNS) - MARGIN
  clack.intro(title, common)
  return {
    say: (text) => clack.log.message(wrapped(text, width), common),
    warn: (text) => clack.log.warn(wrapped(text, width), common),
    ask: (message, read, placeholder) =>
      taken(read, (validate) =>
        clack.text({
          message,
          validate,
          // Enter does not take it.
          ...(placeholder === undefined ? {} : { placeholder: `such as ${placeholder}` }),
          ...question(),
        }),
      ),
    askSecret: (message, read) =>
      taken(read, (validate) => clack.password({ message, validate, ...question() })),
    choose: async <T extends string>(message: string, choices: readonly OfferedAnswer<T>[]) => {
      const options = choices as unknown as Parameters<typeof clack.select<T>>[0]['options']
      return answered(await clack.select<T>({ message, options, ...question() }))
    },
    confirm: async (message, initialValue) =>
      answered(await clack.confirm({ message, initialValue, ...question() })),
    end: (text) => clack.outro(text, common),
  }
}

/** What is made of an answer, which is asked for until it can be. */
async function taken<T>(
  read: (text: string) => ReadAnswer<T>,
  ask: (
    problemOf: (text: string | undefined) => string | undefined,
  ) => Promise<string | undefined | typeof clack.CANCEL_SYMBOL>,
): Promise<T> {
  const text = await ask((given = '') => {
    const answer = read(given)
    return 'problem' in answer ? `It ${answer.problem}.` : undefined
  })
  const answer = read(answered(text) ?? '')
  if ('problem' in answer) throw new TypeError('What was refused has been taken.')
  return answer.value
}

function answered<T>(answer: T | typeof clack.CANCEL_SYMBOL): T {
  if (clack.isCancel(answer)) throw initStopped()
  return answer
}

/** Lines that are broken between words, and go on below where they began. */
function wrapped(text: string, width: number): string {
  return text.replace(/^.+$/gm, (line) => {
    const indent = /^ */.exec(line)?.[0] ?? ''
    let [lines, rest] = ['', '']
    for (const word of line.slice(indent.length).split(' ')) {
      if (rest !== '' && `${rest} ${word}`.length > width) {
        lines += `${rest}\n`
        rest = `${indent}  ${word}`
      } else {
        rest = rest === '' ? indent + word : `${rest} ${word}`
      }
    }
    return lines + rest
  })
}
