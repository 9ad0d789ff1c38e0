import { Turns } from '../turns.js'
import { DirectoryTrouble } from './trouble.js'

/** How many wait at most: more than that has no chance to be served in time. */
const MOST_WAITING = 1000

/** The turns of questions to one directory, so many at a time. */
export function questionTurns(most: number): Turns {
  return new Turns(most, {
    mostWaiting: MOST_WAITING,
    tooMany: () => new DirectoryTrouble('Too many questions wait for it.'),
  })
}
