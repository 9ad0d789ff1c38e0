import { setTimeout as sleep } from 'node:timers/promises'
import { MessageChannel } from 'node:worker_threads'
import { describe, expect, it } from 'vitest'
import type { FileMaker } from '../../../src/batch/threads/file-maker.js'
import type { Work } from '../../../src/batch/threads/work.js'
import { answerWork, NO_MORE, type WorkerReply } from '../../../src/batch/threads/worker.js'
import { MailProfileError } from '../../../src/errors.js'

/** Gives work to a maker, all of it at once, and then says that there is no more. */
async function replies(maker: Promise<FileMaker>, works: readonly Work[]): Promise<WorkerReply[]> {
  const { port1, port2 } = new MessageChannel()
  const all: WorkerReply[] = []
  const ended = new Promise<void>((resolve) => port1.once('close', resolve))
  port1.on('message', (reply: WorkerReply) => all.push(reply))
  await answerWork(port2, maker)
  for (const work of works) port1.postMessage(JSON.stringify(work))
  port1.postMessage(NO_MORE)
  await Promise.race([ended, sleep(1000)])
  port1.close()
  return all
}

function workFor(address: string): Work {
  const rows = [{ person: { address }, stem: address, formats: ['a'] }]
  return { rows, to: 'return', folders: {} }
}

const check = () => undefined

describe('a thread that makes files', () => {
  it('answers in order, however long each takes, and before it ends', async () => {
    let pause = 50
    const make: FileMaker['make'] = async ({ address }) => {
      await sleep((pause -= 20))
      return [{ format: 'a', extension: '.txt', body: Buffer.from(address) }]
    }
    const works = ['ann@example.com', 'bob@example.com'].map(workFor)
    const all = await replies(Promise.resolve({ make, check }), works)
    expect(
      all.map((reply) => 'bodies' in reply && Buffer.from(reply.bodies ?? []).toString()),
    ).toEqual(['ann@example.com', 'bob@example.com'])
  })

  it('says of a person why there are no files, and goes on', async () => {
    const make = () => Promise.reject(new MailProfileError('unknown_domain', 'Unknown.'))
    const [reply] = await replies(Promise.resolve({ make, check }), [workFor('ann@example.com')])
    expect(JSON.parse(reply !== undefined && 'done' in reply ? reply.done : '')).toEqual([
      { complaint: { errorCode: 'unknown_domain', reason: 'Unknown.' } },
    ])
  })

  it('says why it cannot go on', async () => {
    const trouble = Object.assign(new Error('no space'), { code: 'ENOSPC', syscall: 'write' })
    const make = () => Promise.reject(trouble)
    const [reply] = await replies(Promise.resolve({ make, check }), [workFor('ann@example.com')])
    expect(reply).toEqual({ failure: { message: 'no space', code: 'ENOSPC', syscall: 'write' } })
  })
})
