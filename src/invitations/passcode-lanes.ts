import { MailProfileError } from '../errors.js'
import { say, type Text } from '../messages/text.js'
import { createWorkQueue, type WorkQueue } from './work-queue.js'

/** Where the work with passcodes is done: whoever fills one lane takes nothing from the other. */
export interface PasscodeLanes {
  /** For those who type one; a subject is an invitation. */
  readonly people: WorkQueue
  /** For those who make invitations with one; a subject is a maker. */
  readonly makers: WorkQueue
}

/**
 * The lanes of one process. Together they take three of the four threads that Node has for this and for
 * signing; a class that types its passcodes waits some seconds.
 */
export function createPasscodeLanes(): PasscodeLanes {
  return {
    // One link, sent many times, cannot fill it either.
    people: createWorkQueue(2, 60, tooMany(say('errors.busy.codesChecked')), 12),
    makers: createWorkQueue(1, 60, tooMany(say('errors.busy.codesMade')), 40),
  }
}

function tooMany(sentence: Text): () => MailProfileError {
  return () =>
    new MailProfileError('too_many_requests', sentence, {
      hint: say('errors.busy.waitAFew'),
      retryAfter: 5,
    })
}
