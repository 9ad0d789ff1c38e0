import { findProgram, isRoot, PROGRAMS, type Program } from './programs.js'

/** Says, before any test runs, which tests will be skipped and why. */
export default function setup(): void {
  for (const name of Object.keys(PROGRAMS) as Program[]) {
    if (findProgram(name) === undefined) {
      process.stderr.write(
        `Tests that need ${name} are skipped: it is not installed (Debian package ${PROGRAMS[name]}).\n`,
      )
    }
  }
  if (!isRoot()) {
    process.stderr.write('Tests that need mail servers are skipped: only root can start them.\n')
  }
}
