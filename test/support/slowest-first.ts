import { relative } from 'node:path'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

// Files that wait for other programs or for a limit of time: what is begun last is waited for alone.
const SLOW = [
  'security',
  'check',
  'discovery',
  'browser',
  'store',
  'scale',
  'cli',
  'repository',
  'mail',
  'signing',
]

/** Begins with what takes longest, also in a checkout that has never run the tests. */
export class SlowestFirst extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { root } = this.ctx.config
    const rank = ({ moduleId }: TestSpecification): number => {
      const [, folder = ''] = relative(root, moduleId).split('/')
      const place = SLOW.indexOf(folder)
      return place < 0 ? SLOW.length : place
    }
    return Promise.resolve([...files].sort((a, b) => rank(a) - rank(b)))
  }
}
