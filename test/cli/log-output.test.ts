import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { LogOutput } from '../../src/server/log-output.js'

const LOSING = 'The log cannot be written: its lines are lost and counted. Everything else goes on.'

/** A place to write to, whose mood may change: an error's code, or how many bytes it takes at a time. */
function log() {
  let text = ''
  let mood: string | number = Infinity
  let room = Infinity
  const output = new LogOutput(
    (bytes) => {
      const code = room === 0 ? 'ENOSPC' : mood
      if (typeof code === 'string') throw Object.assign(new Error(code), { code })
      const taken = Buffer.from(bytes).subarray(0, Math.min(code, room))
      room -= taken.length
      text += taken.toString('latin1')
      return taken.length
    },
    { now: () => new Date(0) },
  )
  return {
    output,
    set: (next: string | number) => (mood = next),
    leave: (bytes: number) => (room = bytes),
    text: () => text,
  }
}

function notice(lost: number, reason: string): string {
  const are = lost === 1 ? 'line is' : 'lines are'
  const msg = `The log could not be written: ${lost} ${are} lost.`
  return `${JSON.stringify({ level: 40, time: 0, lost, reason, msg })}\n`
}

describe('LogOutput', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('writes lines whole, however little is taken at a time', () => {
    const { output, set, text } = log()
    set(3)
    output.write('first line\n')
    output.write('second\n')
    expect(text()).toBe('first line\nsecond\n')
    expect(output.lost).toBe(0)
  })

  it.each(['ENOSPC', 'EPIPE', 'EIO', 'EFBIG', 'EDQUOT', 'EBADF'])(
    'goes on after %s, and tells once what it lost',
    (code) => {
      const { output, set, text } = log()
      output.write('a\n')
      set(code)
      expect(output.warnings).toEqual([])
      output.write('b\n')
      output.write('c\n')
      expect([output.lost, output.warnings]).toEqual([2, [LOSING]])
      set(Infinity)
      output.write('d\n')
      output.write('e\n')
      expect(text()).toBe(`a\n${notice(2, code)}d\ne\n`)
      expect([output.lost, output.warnings]).toEqual([2, []])
    },
  )

  it('begins a new line after one that a full disk has cut off', () => {
    const { output, leave, text } = log()
    leave(2)
    output.write('first\n')
    output.write('second\n')
    leave(Infinity)
    output.write('third\n')
    expect(text()).toBe(`fi\n${notice(2, 'ENOSPC')}third\n`)
  })

  it('keeps lines for a reader who is slow', async () => {
    const { output, set, text } = log()
    set('EAGAIN')
    output.write('a\n')
    output.write('b\n')
    expect([text(), output.lost, output.warnings]).toEqual(['', 0, []])
    set(Infinity)
    await vi.advanceTimersByTimeAsync(50)
    expect(text()).toBe('a\nb\n')
  })

  it('keeps no more than a megabyte for a reader who reads no more', async () => {
    const { output, set, text } = log()
    set('EAGAIN')
    const line = `${'x'.repeat(1023)}\n`
    for (let i = 0; i < 1500; i++) output.write(line)
    expect([output.lost, output.warnings]).toEqual([1500 - 1024, [LOSING]])
    set(Infinity)
    await vi.advanceTimersByTimeAsync(50)
    output.write('again\n')
    expect(text().slice(1024 * 1024)).toBe(`${notice(476, 'EAGAIN')}again\n`)
    expect(output.warnings).toEqual([])
  })

  it('waits a moment for such a reader at the end, and no longer', async () => {
    const { output, set, text } = log()
    set('EAGAIN')
    output.write('last\n')
    const ended = output.end()
    set(Infinity)
    await ended
    expect(text()).toBe('last\n')
    set('EAGAIN')
    output.write('never\n')
    await output.end()
    expect(vi.getTimerCount()).toBe(0)
  })

  it('loses no line without counting it, whatever happens', async () => {
    const moods = fc.constantFrom('ENOSPC', 'EPIPE', 'EAGAIN', 1, 5, Infinity)
    await fc.assert(
      fc.asyncProperty(fc.array(moods, { maxLength: 40 }), async (all) => {
        const { output, set, text } = log()
        for (const [i, mood] of all.entries()) {
          set(mood)
          output.write(`line ${i}\n`)
          if (i % 3 === 0) await vi.advanceTimersByTimeAsync(50)
        }
        set(Infinity)
        output.write('last\n')
        await vi.advanceTimersByTimeAsync(50)
        const lines = text().split('\n')
        const written = lines.filter((line) => /^line \d+$/.test(line)).length
        const told = lines
          .filter((line) => line.startsWith('{'))
          .reduce((sum, line) => sum + (JSON.parse(line) as { lost: number }).lost, 0)
        expect([written + output.lost, told]).toEqual([all.length, output.lost])
        expect(lines.slice(-2)).toEqual(['last', ''])
      }),
    )
  })
})
