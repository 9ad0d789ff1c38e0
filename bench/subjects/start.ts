import { inFolder } from '../support/in-folder.js'
import { beyond, EMPTY_NODE, emptyStart } from '../support/node-start.js'
import { serveUntilAnswer } from '../support/serve-until-answer.js'
import { inTurn, row, type Subject } from '../support/subject.js'

/** How many milliseconds a first answer may take beyond an empty start. */
const LIMIT = 250

/** From the start of a server to its first answer. */
export const start: Subject = {
  name: 'start',
  about: 'a server, from the start of its process to its first answer',
  run: ({ isQuick }) =>
    inFolder(async (folder) => {
      const served = () => serveUntilAnswer(folder, ({ milliseconds }) => milliseconds)
      // Makes the development identity.
      await served()
      const { empty, answer } = await inTurn(isQuick ? 5 : 21, {
        empty: emptyStart,
        answer: served,
      })
      return [
        row(['answer', 'first answer'], 'ms', answer, {
          peer: { title: EMPTY_NODE, values: empty },
        }),
        row(['beyond', 'first answer, beyond an empty Node'], 'ms', beyond(answer, empty), {
          wanted: { of: 'median', atMost: LIMIT },
        }),
      ]
    }),
}
