import type { Reporter, TestModule } from 'vitest/node'

/** What tests have noted of what they measured, and one plain line at the end, for programs that read logs. */
export default class PlainReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const count = { passed: 0, failed: 0, skipped: 0, pending: 0 }
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        count[test.result().state]++
        for (const { message } of test.annotations()) {
          process.stdout.write(`\n${test.fullName}: ${message}\n`)
        }
      }
      if (module.errors().length > 0) count.failed++
    }
    const { passed, failed, skipped } = count
    process.stdout.write(`\ntests: ${passed} passed, ${failed} failed, ${skipped} skipped\n`)
  }
}
