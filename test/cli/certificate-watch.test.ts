import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { watchCertificate } from '../../src/server/certificate-watch.js'
import { MailProfileError } from '../../src/errors.js'
import type { Renewal } from '../../src/signing/renewable.js'

const REFUSED: Renewal = {
  outcome: 'refused',
  error: new MailProfileError('certificate_mismatch', 'They do not fit.'),
}

function follow(outcomes: readonly Renewal[]) {
  const stop = new AbortController()
  const lines: string[] = []
  let looks = 0
  let replaced = 0
  let reload: () => void = () => undefined
  watchCertificate('TLS', {
    renew: () => Promise.resolve(outcomes[looks++] ?? { outcome: 'unchanged' }),
    onReplaced: () => replaced++,
    surroundings: {
      now: () => new Date(),
      signal: stop.signal,
      onReload: (call) => (reload = call),
    },
    log: { info: (line) => lines.push(line), warn: (line) => lines.push(`! ${line}`) },
  })
  return {
    lines,
    stop: () => stop.abort(),
    tell: () => reload(),
    state: () => ({ looks, replaced }),
  }
}

describe('followRenewals', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('looks every 30 seconds until the process stops', async () => {
    const { state, stop } = follow([])
    await vi.advanceTimersByTimeAsync(90_000)
    stop()
    await vi.advanceTimersByTimeAsync(90_000)
    expect(state().looks).toBe(3)
  })

  it('looks when it is told to, and soon again after files that do not fit', async () => {
    const { state, tell, lines } = follow([{ outcome: 'tried' }, { outcome: 'replaced' }])
    tell()
    await vi.advanceTimersByTimeAsync(0)
    expect(state()).toEqual({ looks: 1, replaced: 0 })
    await vi.advanceTimersByTimeAsync(2_000)
    expect(state()).toEqual({ looks: 2, replaced: 1 })
    expect(lines).toEqual(['The renewed TLS certificate is in use.'])
  })

  it('says why files cannot be used', async () => {
    const { tell, lines, state } = follow([{ outcome: 'tried' }, REFUSED])
    tell()
    await vi.advanceTimersByTimeAsync(2_000)
    expect(lines).toEqual([
      '! The renewed TLS certificate cannot be used, the old one stays: They do not fit.',
    ])
    expect(state().replaced).toBe(0)
  })
})
