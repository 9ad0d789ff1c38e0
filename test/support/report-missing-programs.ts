import { findProgram, PROGRAMS, type Program } from './programs.js'

/** Says, before any test runs, which tests will be skipped and why. */
export default function setup(): void {
  for (const name of Object.keys(PROGRAMS) as Program[]) {
    if (findProgram(name) === undefined) {
      process.stderr.write(
        `Tests that need ${name} are skipped: it is not installed (Debian package ${PROGRAMS[name]}).\n`,
      )
    }
  }
}
