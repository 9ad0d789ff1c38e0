import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { SlowestFirst } from './test/support/slowest-first.js'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // What takes longer than a change can wait for: vitest.long.config.ts and vitest.clients.config.ts.
    exclude: ['test/**/*.long.test.ts', 'test/clients/**'],
    globalSetup: [
      'test/support/build-if-older.ts',
      'test/support/report-missing-programs.ts',
      'test/support/make-run-folder.ts',
    ],
    // Most of the time goes to other programs, and to waiting for them; the default would be one worker on
    // two cores.
    maxWorkers: Math.max(4, availableParallelism() - 1),
    // Files of one worker share what they import, which is most of what many of them would take. No
    // test may change a module.
    isolate: false,
    sequence: { sequencer: SlowestFirst },
    // Against hanging only; on a busy machine a property with thousands of runs takes long.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // What is waited for comes, on a busy machine later.
    expect: { poll: { timeout: 60_000 } },
    // CI reads the last line: "tests: N passed, N failed, N skipped".
    reporters: ['default', './test/support/plain-reporter.ts'],
  },
})
