import { relative } from 'node:path'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

// Files of minutes, those of the long suite: whatever is left beside the last of them is little.
const LONGEST = [
  'security/fuzz',
  'security/fuzz-readers',
  'browser/every-language',
  'browser/every-language-2',
  'browser/every-language-3',
  'browser/accessibility',
  'browser/other-browsers',
  'cli/batch-killed',
  'packaging/deb',
  'packaging/container',
  'browser/widths',
  'scale/simultaneous-downloads',
  'scale/sudden-death',
  'security/yaml-secrets',
].map((name) => `test/${name}.long.test.ts`)

// Files that wait for other programs or for a limit of time: what is begun last is waited for alone.
const SLOW = [
  'security',
  'check',
  'discovery',
  'browser',
  'batch',
  'delivery',
  'store',
  'scale',
  'cli',
  'repository',
  'mail',
  'signing',
  'qr',
  'integrations',
]

/** Begins with what takes longest, also in a checkout that has never run the tests. */
export class SlowestFirst extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { root } = this.ctx.config
    const rank = ({ moduleId }: TestSpecification): number => {
      const path = relative(root, moduleId)
      const [, folder = ''] = path.split('/')
      const [longest, slow] = [LONGEST.indexOf(path), SLOW.indexOf(folder)]
      if (longest >= 0) return longest
      return LONGEST.length + (slow < 0 ? SLOW.length : slow)
    }
    return Promise.resolve([...files].sort((a, b) => rank(a) - rank(b)))
  }
}
