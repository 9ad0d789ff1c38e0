import { setImmediate } from 'node:timers/promises'

const ASKED_FOR = /(?:^|\s)--inspect(?:-brk|-wait)?(?:[=\s]|$)/

/**
 * Keeps the process' debugger shut. On SIGUSR1, which others send to have a log opened again, Node opens
 * it on loopback, where every user of the machine can take the process over. Node's
 * `--disable-sigusr1` would help from 22.14 on only, and a program that its shebang starts has no options;
 * but a listener of ours takes the place of Node's own (20, 22, 24).
 *
 * @returns what closes a debugger that a signal has opened before
 */
export function refuseDebugger(): () => Promise<void> {
  process.on('SIGUSR1', () => undefined)
  return async () => {
    const options = [...process.execArgv, process.env['NODE_OPTIONS'] ?? '']
    if (!process.features.inspector || options.some((option) => ASKED_FOR.test(option))) return
    const { close, url } = await import('node:inspector')
    // A turn of the event loop, which would open it a second time otherwise (22, 24).
    await setImmediate()
    if (url() !== undefined) close()
  }
}
