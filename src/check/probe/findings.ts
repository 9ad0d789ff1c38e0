import { DIAGNOSES, type ProbeCode } from './diagnoses.js'
import type { Diagnosis, ProposedChange } from './diagnosis.js'
import type { Problem } from './problem.js'

/** One cause, with everything that was seen of it. */
export interface ProbeFinding {
  readonly code: ProbeCode
  readonly severity: Diagnosis['severity']
  /** Addresses without their queries, or names. */
  readonly places: readonly string[]
  /** What was seen: printable, without anything private. */
  readonly seen: readonly string[]
  /** Titles of the programs that it hurts. */
  readonly programs: readonly string[]
  readonly cause: string
  /** The line to change, by where it stands. */
  readonly change: ProposedChange
}

export interface FindingsContext {
  readonly domain: string
  /** Without a trailing slash. */
  readonly base: string | undefined
  /** Names that lead to the service. */
  readonly names: readonly string[]
  /** Where mailprofile listens behind its proxy: `127.0.0.1:8080`. */
  readonly listen: string
}

/** Gathers what was seen, so that one cause is told once. */
export class ProbeFindings {
  readonly #found = new Map<ProbeCode, { problems: Problem[]; programs: Set<string> }>()
  readonly #context: () => FindingsContext

  /** @param context as it is in the end */
  constructor(context: () => FindingsContext) {
    this.#context = context
  }

  /** @param program the title of a program that it hurts */
  add(problems: readonly Problem[], ...programs: readonly string[]): void {
    for (const problem of problems) {
      const known = this.#found.get(problem.code) ?? { problems: [], programs: new Set() }
      this.#found.set(problem.code, known)
      known.problems.push(problem)
      for (const program of programs) known.programs.add(program)
    }
  }

  /** What is wrong first, then what is only not as it should be. */
  finish(): readonly ProbeFinding[] {
    const all = [...this.#found].map(([code, { problems, programs }]): ProbeFinding => {
      const { severity, cause, change } = DIAGNOSES[code] as Diagnosis
      return {
        code,
        severity,
        places: [...new Set(problems.map(({ place }) => place))],
        seen: [
          ...new Set(
            problems.flatMap(({ detail }) =>
              detail === undefined || detail === '' ? [] : [detail],
            ),
          ),
        ],
        programs: [...programs],
        cause,
        change: filled(change, problems, this.#context()),
      }
    })
    const rank = ({ severity }: ProbeFinding) => (severity === 'error' ? 0 : 1)
    return all.sort((a, b) => rank(a) - rank(b))
  }
}

function filled(
  change: ProposedChange,
  problems: readonly Problem[],
  { domain, base, names, listen }: FindingsContext,
): ProposedChange {
  const [first] = problems
  const hosts = [...new Set(problems.map(({ place }) => hostOf(place)))]
  const server = base === undefined ? undefined : new URL(base).hostname
  const values: Readonly<Record<string, string>> = {
    domain,
    base: base ?? 'https://…',
    host: hosts[0] ?? '',
    names: names.join(' '),
    listen,
    port: first?.place.startsWith('http://') === true ? '80' : '443',
    address: first?.record ?? '',
  }
  const records = [...new Set(problems.flatMap(({ record }) => record ?? []))]
  const fill = (line: string) => {
    if (line === '{alias}') return hosts.map((host) => aliasOf(host, domain, server)).join('\n')
    return line.includes('{record}')
      ? records.map((record) => line.replace('{record}', record)).join('\n')
      : line.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole)
  }
  return Object.fromEntries(
    Object.entries(change).map(([where, line]: [string, string]) => [where, fill(line)]),
  )
}

/** The record by which a name leads to the server, relative to the mail domain if it is below it. */
function aliasOf(host: string, domain: string, server: string | undefined): string {
  const owner = host.endsWith(`.${domain}`) ? host.slice(0, -domain.length - 1) : `${host}.`
  return host === server || server === undefined
    ? `${owner} A …  and AAAA: the addresses of your server`
    : `${owner} CNAME ${server}.`
}

function hostOf(place: string): string {
  return place.replace(/^https?:\/\//, '').replace(/[:/].*$/, '')
}
