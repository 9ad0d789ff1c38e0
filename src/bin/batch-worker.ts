import { parentPort, workerData } from 'node:worker_threads'
import { answerWork } from '../batch/threads/worker.js'
import { createFileMaker, type FileMakerData } from '../cli/batch/file-maker.js'

// A profile is larger than what Node cuts from its pool by default, so that each would have memory of its own, to be asked
// for and given back.
Buffer.poolSize = 2 ** 20

// A thread of `mailprofile batch`.
if (parentPort !== null) {
  await answerWork(
    parentPort,
    createFileMaker(workerData as FileMakerData, () => new Date()),
  )
}
