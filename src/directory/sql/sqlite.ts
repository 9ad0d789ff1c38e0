import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { ownScript } from '../../own-files.js'
import { rawPerson, type DirectorySource, type RawPerson } from '../source.js'
import { DirectoryTrouble } from '../trouble.js'
import { questionTurns } from '../question-turns.js'
import { listStatement } from './list-statement.js'
import { prepareStatement } from './statement.js'
import type { SqliteAnswer, SqliteQuestion } from './sqlite-worker.js'

export interface SqliteSourceOptions {
  readonly file: string
  /** With Mozilla's placeholders. */
  readonly query: string
  /** The statement that lists people, with its own placeholder. */
  readonly list: string | undefined
  /** The script of the thread that has the file. */
  readonly worker?: URL | undefined
}

/** People in a table of an SQLite file, which is only read: in a thread, because SQLite blocks. */
export function sqliteSource({
  file,
  query,
  list,
  worker: script = ownScript('directory/sql/sqlite-worker'),
}: SqliteSourceOptions): DirectorySource {
  const statement = prepareStatement(query, () => '?')
  const turns = questionTurns(1)
  let worker: Worker | undefined
  const startFor = (text: string) => {
    // Whatever the process was told to load first is meant for its main thread.
    const started = new Worker(script, { workerData: { file, query: text }, execArgv: [] })
    started.on('error', () => undefined)
    return started
  }
  const start = () => {
    const started = startFor(statement.text)
    started.once('exit', () => {
      if (worker === started) worker = undefined
    })
    started.unref()
    return started
  }
  return {
    ask: (address, signal) =>
      turns.take(async () => {
        const asked = (worker ??= start())
        asked.ref()
        try {
          return await ask(asked, { values: statement.valuesFor(address), want: 'first' }, signal)
        } catch (error) {
          // Its answer may come yet. A query that does not end goes on until it does; no other one begins.
          if (signal.aborted) await ended(asked)
          throw error
        } finally {
          asked.unref()
        }
      }, signal),
    async *list({ filter, signal }) {
      const { text, values } = listStatement(list, () => '?', filter)
      const asked = startFor(text)
      try {
        for (let want: 'all' | 'more' = 'all'; ; want = 'more') {
          const rows = await ask(asked, { values, want }, signal)
          if (rows.length === 0) return
          yield rows
        }
      } finally {
        await ended(asked)
      }
    },
    async close() {
      await worker?.terminate()
    },
  }
}

async function ask(
  worker: Worker,
  question: SqliteQuestion,
  signal: AbortSignal,
): Promise<readonly RawPerson[]> {
  worker.postMessage(question)
  const answer = await nextAnswer(worker, signal)
  if ('code' in answer) throw new DirectoryTrouble(`It failed with ${answer.code}.`, answer)
  return answer.rows.map(rawPerson)
}

async function nextAnswer(worker: Worker, signal: AbortSignal): Promise<SqliteAnswer> {
  const gone = new AbortController()
  const leave = () => gone.abort(new DirectoryTrouble('Its thread has ended.'))
  worker.once('exit', leave)
  try {
    const [answer] = (await once(worker, 'message', {
      signal: AbortSignal.any([signal, gone.signal]),
    })) as [SqliteAnswer]
    return answer
  } catch (error) {
    throw gone.signal.aborted ? gone.signal.reason : error
  } finally {
    worker.removeListener('exit', leave)
  }
}

async function ended(worker: Worker): Promise<void> {
  await worker.terminate()
}
