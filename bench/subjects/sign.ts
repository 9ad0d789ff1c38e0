import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { exportFormat, loadSigningIdentity, parseAccount } from 'mailprofile'
import { bareSign, BARE_SIGN } from '../support/bare-sign.js'
import { chainIn, KEYS, nameOf, type Key } from '../support/chain-in.js'
import { ACCOUNT } from '../support/example-account.js'
import { inFolder } from '../support/in-folder.js'
import { mobileconfigSigner, opensslSigner } from '../support/other-signers.js'
import { rateOf, type Work } from '../support/rate.js'
import { inTurn, row, type Options, type Row, type Subject } from '../support/subject.js'

const AT_ONCE = 16
const UNIT = 'profiles/s'
const OTHERS: Readonly<Record<string, string>> = {
  openssl: 'openssl cms -sign, a process each',
  mobileconfig: 'package mobileconfig',
}

/**
 * A signed profile, the whole way from JSON to DER with one intermediate, beside a bare asynchronous `crypto.sign` of
 * the profile's bytes, which is the limit; and other ways to get one. Keys are made here.
 */
export const sign: Subject = {
  name: 'sign',
  about: 'signed profiles in the process, from JSON to DER',
  run: async (options) => {
    const rows: Row[] = []
    for (const key of KEYS) rows.push(...(await signingRows(key, options)))
    return rows
  },
}

function signingRows(key: Key, { isQuick }: Options): Promise<Row[]> {
  return inFolder(async (folder) => {
    const home = join(folder, key)
    mkdirSync(home)
    const chain = chainIn(home, key)
    const signingIdentity = await loadSigningIdentity({
      certificate: chain.fullChain,
      key: chain.key,
    })
    const { body } = await exportFormat('apple-profile', parseAccount(ACCOUNT), { unsigned: true })
    const content = join(folder, 'profile.xml')
    writeFileSync(content, body)

    const ours: Work = () =>
      exportFormat('apple-profile', parseAccount(ACCOUNT), { signingIdentity })
    const bare = bareSign(body, chain.key)
    const milliseconds = isQuick ? 100 : 200
    const rated = (work: Work, width: number, length = milliseconds) => {
      const how = { width, milliseconds: length }
      return () => rateOf(work, how)
    }
    await rateOf(ours, { width: AT_ONCE, milliseconds: 500 })
    const rates = await inTurn(isQuick ? 7 : 21, {
      ours: rated(ours, AT_ONCE),
      bare: rated(bare, AT_ONCE),
      oursAlone: rated(ours, 1),
      bareAlone: rated(bare, 1),
    })
    // Afterwards: they would empty the caches of the others.
    const otherWays: Record<string, () => Promise<number>> = {
      openssl: rated(opensslSigner(chain, content), AT_ONCE, 3 * milliseconds),
    }
    if (key === 'RSA-2048') {
      otherWays['mobileconfig'] = rated(mobileconfigSigner(chain), AT_ONCE, 3 * milliseconds)
    }
    const others = await inTurn(isQuick ? 3 : 9, otherWays)
    const delays = await inTurn(isQuick ? 2 : 5, { delay: () => delayDuring(ours) })

    const name = nameOf(key)
    return [
      row([name, `${key}, ${AT_ONCE} at once`], UNIT, rates.ours, {
        peer: { title: BARE_SIGN, values: rates.bare },
      }),
      row([`${name}-alone`, `${key}, one at a time`], UNIT, rates.oursAlone, {
        peer: { title: BARE_SIGN, values: rates.bareAlone },
      }),
      ...Object.entries(others).map(([other, values]) =>
        row([`${name}-${other}`, `${key}, ${OTHERS[other] ?? other}`], UNIT, values),
      ),
      row([`${name}-delay`, `${key}, event loop delay, 99th percentile`], 'ms', delays.delay),
    ]
  })
}

async function delayDuring(work: Work): Promise<number> {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  await rateOf(work, { width: AT_ONCE, milliseconds: 1000 })
  delay.disable()
  // A timer of a millisecond is late by as much.
  return Math.max(0, delay.percentile(99) / 1e6 - 1)
}
