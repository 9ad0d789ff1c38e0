import { parentPort, workerData } from 'node:worker_threads'
import { answerWork } from '../batch/threads/worker.js'
import { createFileMaker, type FileMakerData } from '../cli/batch/file-maker.js'

// A thread of `mailprofile batch`.
if (parentPort !== null) {
  await answerWork(
    parentPort,
    createFileMaker(workerData as FileMakerData, () => new Date()),
  )
}
