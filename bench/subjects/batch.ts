import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { exportFormat, parseAccount } from 'mailprofile'
import { bareFilesRate, BARE_FILES } from '../support/bare-files.js'
import { bareSign, BARE_SIGN } from '../support/bare-sign.js'
import { chainIn, nameOf, SIGNING, type Key } from '../support/chain-in.js'
import { ACCOUNT } from '../support/example-account.js'
import { FSYNC, fsyncRate } from '../support/fsync-rate.js'
import { inFolder } from '../support/in-folder.js'
import { rateOf } from '../support/rate.js'
import { runBatch, writeList, type BatchRun } from '../support/run-batch.js'
import { inTurn, row, type Options, type Row, type Subject } from '../support/subject.js'

const AT_ONCE = 16
// About what a signed profile takes.
const PROFILE_BYTES = 7000
const UNIT = 'lines/s'
const WANTED = {
  signed: { of: 'ratio', atLeast: 0.75 },
  unsigned: { of: 'ratio', atLeast: 0.6 },
  zipped: { of: 'ratio', atLeast: 1 },
  perLine: { of: 'ratio', atLeast: 0.9, atMost: 1.1 },
  memory: { of: 'most', atMost: 250 },
} as const

/** A list of people into new files, from the start of the process to its end. */
export const batch: Subject = {
  name: 'batch',
  about: 'mailprofile batch, from its start to its end, new files',
  run: async (options) => [
    ...(await signedRows(options)),
    ...(await fastRows(options)),
    ...(await invitationRows(options)),
  ],
}

/** What the same key does with nothing else to do. */
interface Bare {
  readonly pem: string
  /** How many files a second it signs and writes. */
  readonly files: (count: number) => Promise<number>
}

/** Runs with a key, of the process's whole time, its memory apart. */
function withKey<T>(
  key: Key,
  work: (
    run: (lines: number, ...argv: readonly string[]) => Promise<BatchRun>,
    bare: Bare,
  ) => Promise<T>,
): Promise<T> {
  return inFolder(async (folder) => {
    const chain = chainIn(folder, key)
    const config = join(folder, 'mailprofile.yaml')
    writeFileSync(config, `baseUrl: https://setup.example.com\n${SIGNING}`)
    const lists = new Map<number, string>()
    return work(
      (lines, ...argv) => {
        const list = lists.get(lines) ?? writeList(folder, lines)
        lists.set(lines, list)
        return runBatch(folder, list, ['--config', config, ...argv])
      },
      {
        pem: chain.key,
        files: (files) =>
          bareFilesRate(folder, join(chain.folder, 'leaf.key'), { files, bytes: PROFILE_BYTES }),
      },
    )
  })
}

/** RSA: signing is nearly all of it, so a bare signature is the limit. */
function signedRows({ isQuick }: Options): Promise<Row[]> {
  return withKey('RSA-2048', async (run, { pem, files }) => {
    const { body } = await exportFormat('apple-profile', parseAccount(ACCOUNT), { unsigned: true })
    const bare = bareSign(body, pem)
    const [few, many] = isQuick ? [2_000, 10_000] : [10_000, 100_000]
    const memory: number[] = []
    const counted =
      (lines: number, ...argv: readonly string[]) =>
      async () => {
        const { seconds, memory: most } = await run(lines, ...argv)
        memory.push(most)
        return lines / seconds
      }
    const short = await inTurn(isQuick ? 2 : 5, {
      bare: () => rateOf(bare, { width: AT_ONCE, milliseconds: isQuick ? 1000 : 2000 }),
      // What does not depend on the list.
      one: async () => (await run(1)).seconds,
      few: counted(few),
      zipped: counted(few, '--zip'),
    })
    const long = await inTurn(isQuick ? 1 : 2, {
      before: () => rateOf(bare, { width: AT_ONCE, milliseconds: isQuick ? 1000 : 4000 }),
      many: counted(many),
      zipped: counted(many, '--zip'),
      files: () => files(many),
      after: () => rateOf(bare, { width: AT_ONCE, milliseconds: isQuick ? 1000 : 4000 }),
    })
    const between = long.before.map((rate, round) => (rate + (long.after[round] ?? NaN)) / 2)
    const one = Math.min(...short.one)
    const perLine = (lines: number, rates: readonly number[]) =>
      rates.map((rate) => ((lines / rate - one) / lines) * 1e6)
    const name = nameOf('RSA-2048')
    return [
      row([`${name}-many`, `RSA-2048, ${many} lines`], UNIT, long.many, {
        peer: { title: `${BARE_SIGN}, on all cores`, values: between },
        wanted: WANTED.signed,
      }),
      row([`${name}-many-files`, 'the same, where the disk may be slower'], UNIT, long.many, {
        peer: { title: BARE_FILES, values: long.files },
      }),
      row([`${name}-many-zip`, `RSA-2048, ${many} lines, --zip`], UNIT, long.zipped, {
        peer: { title: `${BARE_SIGN}, on all cores`, values: between },
      }),
      row([name, `RSA-2048, ${few} lines`], UNIT, short.few, {
        peer: { title: `${BARE_SIGN}, on all cores`, values: short.bare },
      }),
      row(
        [`${name}-line`, `RSA-2048, each of ${few} lines, less the time of one`],
        'µs',
        perLine(few, short.few),
        {
          peer: { title: `each of ${many} lines`, values: perLine(many, long.many) },
          wanted: WANTED.perLine,
        },
      ),
      row([`${name}-zip`, `RSA-2048, ${few} lines, --zip`], UNIT, short.zipped, {
        peer: { title: 'the same into files', values: short.few },
        wanted: WANTED.zipped,
      }),
      row(['memory', 'resident memory of these at most'], 'MB', memory, { wanted: WANTED.memory }),
      row(['start', 'a list of one line'], 's', short.one),
    ]
  })
}

/** P-256: signing is quick, so writing is the limit. Unsigned files are shorter, which is to their advantage. */
function fastRows({ isQuick }: Options): Promise<Row[]> {
  return withKey('P-256', async (run) => {
    const lines = isQuick ? 10_000 : 50_000
    const memory: number[] = []
    const counted =
      (...argv: readonly string[]) =>
      async () => {
        const { seconds, memory: most } = await run(lines, ...argv)
        memory.push(most)
        return lines / seconds
      }
    const rates = await inTurn(isQuick ? 2 : 5, {
      signed: counted(),
      unsigned: counted('--unsigned'),
      zipped: counted('--zip'),
    })
    const name = nameOf('P-256')
    return [
      row([name, `P-256, ${lines} lines`], UNIT, rates.signed, {
        peer: { title: 'the same loop, writing the files unsigned', values: rates.unsigned },
        wanted: WANTED.unsigned,
      }),
      row([`${name}-zip`, `P-256, ${lines} lines, --zip`], UNIT, rates.zipped, {
        peer: { title: 'the same into files', values: rates.signed },
        wanted: WANTED.zipped,
      }),
      row([`${name}-memory`, 'resident memory of these at most'], 'MB', memory, {
        wanted: WANTED.memory,
      }),
    ]
  })
}

/** Each invitation is on the disk before it counts, so the disk is the limit. */
function invitationRows({ isQuick }: Options): Promise<Row[]> {
  return inFolder(async (folder) => {
    const config = join(folder, 'mailprofile.yaml')
    writeFileSync(config, 'baseUrl: https://setup.example.com\nstore: sqlite:invitations.db\n')
    const lines = isQuick ? 2_000 : 10_000
    const list = writeList(folder, lines)
    const rates = await inTurn(isQuick ? 2 : 5, {
      fsync: () => fsyncRate(join(folder, 'fsync'), 500),
      made: async () => {
        const { seconds } = await runBatch(folder, list, ['--config', config, '--invitations'])
        return lines / seconds
      },
    })
    return [
      row(['invitations', `${lines} invitations in SQLite`], UNIT, rates.made, {
        peer: { title: FSYNC, values: rates.fsync },
      }),
    ]
  })
}
